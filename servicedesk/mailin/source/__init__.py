"""Where letters come from: mailboxes on mail servers, read over IMAP by one reader each."""

from servicedesk.mailin.source.reading import read_mailboxes
from servicedesk.mailin.source.trying import STEPS, Step, test_mailbox
from servicedesk.mailin.source.watching import start_watching

__all__ = ["STEPS", "Step", "read_mailboxes", "start_watching", "test_mailbox"]
