"""What somebody wrote in a letter, as plain text: quoting and signatures left out, HTML made readable. Pure."""

from servicedesk.mailin.text.headers import is_forward
from servicedesk.mailin.text.hypertext import readable
from servicedesk.mailin.text.reading import Stripped, new_text
from servicedesk.mailin.text.thanks import is_thanks

__all__ = ["Stripped", "is_forward", "is_thanks", "new_text", "readable"]
