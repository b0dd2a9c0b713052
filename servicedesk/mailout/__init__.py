"""Outgoing mail as rows: queued with plain facts, rendered and sent by the worker."""
