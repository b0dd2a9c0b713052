"""What a queue is asked for: read from an address and written into one, always the same way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.workbench import rules
from servicedesk.workbench.rules import Asked
from tests.cast import at


def read(text: str) -> Asked:
    from urllib.parse import parse_qsl

    return rules.read(parse_qsl(text, keep_blank_values=True))


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("", ""),
        ("sort=due&group=&columns=&density=&status=", ""),
        ("status=open&status=new", "status=new,open"),
        ("status=open,new,open", "status=new,open"),
        ("priority=urgent&status=new", "status=new&priority=urgent"),
        ("sort=-created", "sort=-created"),
        ("sort=-due", "sort=-due"),
        ("columns=priority&columns=promise&columns=request", "columns=promise,request,priority"),
        ("columns=promise,request,status,priority,requester,assignee", ""),
        ("density=dense&q=%20printer ", "q=printer&density=dense"),
        ("kind=it.incident,none&customer=sales", "kind=it.incident,none&customer=sales"),
    ],
)
def test_what_asks_for_the_same_is_written_the_same(address, same):
    assert rules.written(read(address)) == same


@pytest.mark.parametrize(
    "address",
    [
        "status=gone&priority=huge&sort=colour&group=moon&age=3&density=airy", "assignee=somebody", "assignee=1234567890", "assignee=²",
        "sort=-", "cursor=abc&page=2&view=3", "columns=secret",
    ],
)  # fmt: skip
def test_what_is_not_ours_is_passed_over(address):
    assert read(address) == Asked()


def test_the_request_itself_is_always_shown():
    assert read("columns=age").columns == ("request", "age")


def test_an_age_is_seen_from_now():
    noon = at("2026-04-20 12:00")
    assert read("age=7").filed(noon) == (at("2026-04-13 12:00"), at("2026-04-18 12:00"))
    assert read("age=older").filed(noon) == (None, at("2026-03-21 12:00"))
    assert read("").filed(noon) == (None, None)


@given(
    st.builds(
        Asked,
        statuses=st.sets(st.sampled_from(rules.STATUSES)).map(lambda s: tuple(x for x in rules.STATUSES if x in s)),
        assignee=st.sampled_from(["", "me", "none", "17"]), age=st.sampled_from(["", *rules.AGES]), dense=st.booleans(),
        words=st.text(max_size=20).map(str.strip), sort=st.sampled_from(rules.SORTS), descending=st.booleans(),
        group=st.sampled_from(["", *rules.GROUPS]),
        columns=st.sets(st.sampled_from(rules.COLUMNS)).map(lambda s: tuple(c for c in rules.COLUMNS if c in s | {"request"})),
    )
)  # fmt: skip
def test_what_is_written_is_read_as_it_was(asked):
    assert rules.read(rules.parts(asked).items()) == asked
    assert read(rules.written(asked)) == asked
