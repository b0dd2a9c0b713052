"""Requests: their conversation, states, holders. Knows nothing of promises, ratings or reports."""
