"""One entry for every event: who did what, when, by which door. Ratings never appear here."""
