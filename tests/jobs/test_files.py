"""The worker clears what was sent and never used."""

from __future__ import annotations

from datetime import timedelta

from servicedesk.catalog import actions as catalog
from servicedesk.jobs import upkeep
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets.queries import own_files
from tests.build import open_ticket
from tests.cast import at, by, request_type
from tests.uploads import field, shelf, upload


def test_unused_files_go_with_their_bytes_after_a_day_and_used_ones_stay(app, cast, maria, adam):
    with transaction():
        values = {"fields": [field("file", "contract")]}
        catalog.change_request_type(by(adam, "2026-04-06 08:00"), request_type("it.incident"), values)
    used, unused = upload(maria, b"a used file"), upload(maria, b"an unused file")
    open_ticket(maria, answers={"contract": used.key})
    paths = shelf().path_of(used.digest), shelf().path_of(unused.digest)
    upkeep.clear_files(at("2026-04-07 08:59"))
    assert all(path.exists() for path in paths)
    upkeep.clear_files(at("2026-04-06 09:00") + timedelta(hours=24, minutes=1))
    assert [path.exists() for path in paths] == [True, False]
    assert own_files([unused.key], maria.id) == []
