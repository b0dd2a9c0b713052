"""Makes the blueprints of the API: their address, how the documentation groups them, what it says of answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from apiflask import APIBlueprint

from servicedesk.api.fields import Shape

PREFIX = "/api/v1"
View = TypeVar("View", bound=Callable[..., Any])


def new_door(name: str, tag: str) -> APIBlueprint:
    return APIBlueprint(f"api_{name}", f"servicedesk.api.v1.{name}", tag=tag, url_prefix=PREFIX)


def says(door: APIBlueprint, shape: type[Shape], status: int = 200) -> Callable[[View], View]:
    """Write into the documentation what a call answers."""
    return _documented(door, shape.__name__, status)


def lists(door: APIBlueprint, shape: type[Shape]) -> Callable[[View], View]:
    return _documented(door, f"{shape.__name__}List", 200)


def sends(door: APIBlueprint, kinds: Mapping[str, str]) -> Callable[[View], View]:
    """A file of one of these kinds, its bytes as they are; 304 for who has it."""
    content = {kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for kind in kinds.values()}
    headers = {"ETag": {"description": "Of this file for this reader.", "schema": {"type": "string"}}}
    described: dict[Any, Any] = {
        200: {"description": "The bytes.", "content": content, "headers": headers},
        304: {"description": "You have it already."},
    }
    return door.doc(responses=described)


def _documented(door: APIBlueprint, name: str, status: int) -> Callable[[View], View]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    described: dict[Any, Any] = {status: {"description": "Done." if status == 200 else "Made.", "content": content}}
    return door.doc(responses=described)
