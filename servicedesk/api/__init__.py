"""The door for programs: REST with OpenAPI. Parses JSON, calls one action, writes JSON. No rules live here."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Everything under /api."""
