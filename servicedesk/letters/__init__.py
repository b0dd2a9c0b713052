"""Letters that came in: one row each with what became of it, and how far every mailbox was read."""
