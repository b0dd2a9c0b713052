"""Files for tests, stored through the real action."""

from __future__ import annotations

import io

from flask import current_app

from servicedesk.files import actions
from servicedesk.files.models import StoredFile
from servicedesk.files.shelf import Shelf
from servicedesk.kernel.transaction import transaction
from servicedesk.people.models import Person
from tests.cast import by

WORDS = b"The contract is signed."
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def shelf() -> Shelf:
    settings = current_app.config["SETTINGS"]
    return Shelf(settings.files_dir, settings.file_max_bytes)


def upload(
    owner: Person, content: bytes = WORDS, name: str = "contract.txt", when: str = "2026-04-06 09:00"
) -> StoredFile:
    with transaction():
        return actions.store(by(owner, when), shelf(), io.BytesIO(content), name, owner.id)


def field(kind: str, key: str, **more: object) -> dict[str, object]:
    return {"key": key, "type": kind, "label": {"ru": f"Поле {key}", "en": f"Field {key}"}} | more
