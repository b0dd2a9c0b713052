"""Reads what was sent, strictly: JSON of one object, known fields, texts that can be kept. Says what is wrong by field."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, NoReturn, TypeVar, cast

from apiflask import APIBlueprint, Schema
from flask import request
from marshmallow import ValidationError

from servicedesk.api.errors import UnknownKind, Unreadable
from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.text import N_, is_storable

View = TypeVar("View", bound=Callable[..., Any])
DEEPEST = 20
_UNKEPT = N_("This text has a character that cannot be kept.")


def body(door: APIBlueprint, schema: type[Schema], example: Mapping[str, Any]) -> Callable[[View], View]:
    """Give the view what was sent as `sent`, checked by `schema`; `example` stands in the documentation."""
    form = schema()

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            kwargs.pop("json_data", None)  # the framework's reading, which is not as strict
            return view(*args, sent=_loaded(form, read_object()), **kwargs)

        documented = door.input(schema, validation=False, example=dict(example))(checked)

        @wraps(documented)
        def strict(*args: Any, **kwargs: Any) -> Any:
            read_object()  # before the framework looks: it would take another view of what is wrong
            return documented(*args, **kwargs)

        return cast(View, strict)

    return decorate


def query(door: APIBlueprint, schema: type[Schema]) -> Callable[[View], View]:
    """Give the view the parameters of the address as `asked`, checked by `schema`."""
    form = schema()

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            kwargs.pop("query_data", None)
            return view(*args, asked=_loaded(form, _read_query()), **kwargs)

        return cast(View, door.input(schema, location="query", validation=False)(checked))

    return decorate


def read_object() -> dict[str, Any]:
    """The JSON object that was sent; nothing at all counts as an empty one."""
    raw = request.get_data()
    if not raw and request.mimetype in ("", "application/json"):
        return {}
    if not request.is_json:
        raise UnknownKind(N_("Send JSON, with Content-Type: application/json."))
    try:
        found = json.loads(raw, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable(N_("The body is not JSON.")) from error
    if not isinstance(found, dict):
        raise Invalid(N_("The body must be a JSON object."), fields={})
    faults = {place: DeskError(_UNKEPT) for place, text in _texts(found) if not is_storable(text)}
    if faults:
        raise Invalid(fields=faults)
    return found


def _loaded(form: Schema, data: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return cast(dict[str, Any], form.load(data))
    except ValidationError as error:
        raise Invalid(fields=dict(_by_place(error.messages_dict))) from error


def _by_place(faults: Mapping[str, Any]) -> Iterator[tuple[str, DeskError]]:
    """Each field with its fault; those of objects in a list are called promises.0.priority."""
    for name, fault in faults.items():
        if not (isinstance(fault, dict) and all(isinstance(inner, dict) for inner in fault.values())):
            yield name, _first(fault)
            continue
        for number, inner in fault.items():
            for key, messages in inner.items():
                yield f"{name}.{number}" if key == "_schema" else f"{name}.{number}.{key}", _first(messages)


def _first(messages: Any) -> DeskError:
    """The first of a field's sentences: one is enough to correct it."""
    while not isinstance(messages, DeskError | str):
        messages = next(iter(messages.values())) if isinstance(messages, dict) else messages[0]
    return messages if isinstance(messages, DeskError) else DeskError(messages)


def _read_query() -> dict[str, str]:
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise Invalid(fields={name: DeskError(N_("This stands twice; say it once.")) for name in twice})
    return {name: value for name, value in request.args.items() if value != ""}


def _texts(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text of the object with the field it stands in; keys too."""
    waiting: list[tuple[str, int, Any]] = [("", 0, found)]
    while waiting:
        place, depth, value = waiting.pop()
        if depth > DEEPEST:
            raise Unreadable(N_("The body is nested too deeply."))
        if isinstance(value, str):
            yield place, value
        elif isinstance(value, list):
            waiting.extend((place, depth + 1, inner) for inner in value)
        elif isinstance(value, dict):
            for key, inner in value.items():
                where = "?" if not is_storable(key) else f"{place}.{key}" if place else key
                yield where, key
                waiting.append((where, depth + 1, inner))


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
