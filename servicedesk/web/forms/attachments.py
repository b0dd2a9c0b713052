"""The field for files that go with words: any number of them, chosen now or sent before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import Field
from wtforms.widgets import FileInput

DROP = "drop."
_LABEL = _l("Files")


class FilesField(Field):
    """`data` are keys of files that were sent before, `chosen` those that come with this form; `kept` are the rows of the
    former, where they are the reader's. A key that is also sent under `drop.` is left out."""

    widget = FileInput(multiple=True)
    data: list[str]

    def __init__(self, label: Any = _LABEL, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.chosen: list[FileStorage] = []
        self.kept: Sequence[Any] = ()
        # How many bytes one of them may have.
        self.most = 0
        self._dropped: set[str] = set()

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        self._dropped = set(formdata.getlist(DROP + self.name)) if formdata is not None else set()
        self.data = []
        super().process(formdata, *args, **kwargs)
        self.data = self.data or []

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.chosen = [value for value in valuelist if isinstance(value, FileStorage) and value.filename]
        keys = [value for value in valuelist if isinstance(value, str) and value]
        self.data = [key for key in dict.fromkeys(keys) if key not in self._dropped]

    def _value(self) -> bool:
        return False
