"""What the tests of pages about one request begin with."""

import pytest

from tests import build
from tests.web.ticket_pages import NINE


@pytest.fixture
def ticket(maria):
    return build.open_ticket(maria, when=NINE)
