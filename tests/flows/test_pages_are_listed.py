"""No page without its gates: every address that is asked with GET is in the list of pages or says why not."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.flows.pages import ERRORS, NOT_PAGES, PAGES, REFUSALS

# Programs' addresses are not pages; api_pages.docs is.
PROGRAMS = re.compile(r"^/api/(?!docs)")


def asked(desk: Flask) -> set[str]:
    return {
        rule.endpoint
        for rule in desk.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not PROGRAMS.match(rule.rule)
    }


def test_every_page_is_listed_once(desk: Flask) -> None:
    assert asked(desk) - PAGES.keys() - NOT_PAGES.keys() == set(), "give the page a line in tests/flows/pages.py"
    assert (PAGES.keys() | NOT_PAGES.keys()) - asked(desk) == set(), "there is no such page any more"
    assert PAGES.keys() & NOT_PAGES.keys() == set()


def test_what_is_no_page_says_why() -> None:
    assert all(NOT_PAGES.values())


@pytest.mark.parametrize("endpoint", sorted(PAGES))
def test_an_address_leads_where_its_line_says(desk: Flask, endpoint: str) -> None:
    """A name in braces stands for any value of that place; an address that is a name alone is a whole link."""
    adapter = desk.url_map.bind("localhost")
    assert PAGES[endpoint]
    for address in PAGES[endpoint]:
        if not re.fullmatch(r"{\w+}", address):
            found, _values = adapter.match(re.sub(r"{\w+}", "1", address).partition("?")[0])
            assert found == endpoint


def test_refusals_are_of_listed_addresses() -> None:
    listed = {address for addresses in PAGES.values() for address in addresses} | set(ERRORS)
    assert set(REFUSALS) <= listed
