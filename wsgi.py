"""What gunicorn and the flask command load. A setting that cannot be used ends either with its sentence alone."""

import gc
import sys

from config import BadSetting, from_env
from servicedesk.app import create_app

try:
    app = create_app(from_env())
except BadSetting as error:
    if "gunicorn.arbiter" in sys.modules:
        from gunicorn.errors import AppImportError  # type: ignore[import-untyped]  # the one that stops it instead of starting worker after worker

        raise AppImportError(str(error)) from None
    sys.stderr.write(f"{error}\n")
    raise SystemExit(2) from None

# What is loaded by now stays as long as the process: looking through it for garbage would stop a page, now and then, for
# longer than the page takes.
gc.freeze()
