"""The door for history from other desks: files become use cases, each with its own past stamp."""
