"""Where letters come from: mailboxes on mail servers, read over IMAP by one reader each."""

from servicedesk.mailin.source.trying import STEPS, Step, test_mailbox

__all__ = ["STEPS", "Step", "test_mailbox"]
