"""What may become of a letter, and how often the desk answers by itself. Pure."""

from __future__ import annotations

from datetime import timedelta

# Outcomes after which an administrator can have a letter delivered after all.
RELEASABLE = ("quarantined", "refused", "logged", "unparsable")

# At most so many requests by mail from one sender in an hour.
TICKETS_AN_HOUR = 20
# Automatic acknowledgements to one sender.
ANSWERS_AN_HOUR, ANSWERS_A_DAY = 1, 3
# More mails than this in so long from one address about one request: the desk stops answering and tells who works on it.
EXCHANGE, EXCHANGE_WINDOW = 10, timedelta(minutes=10)
