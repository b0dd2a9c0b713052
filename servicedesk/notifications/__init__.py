"""Who is told what: rows of the bell and queued mail."""
