"""Charts are well-formed, safe, free of inline styles, and honest about what is hidden."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from servicedesk.web.bars import Kept, Link, backlog_by_age, chain_bars, kept_bars, share_bars
from servicedesk.web.charts import Bucket, Point, histogram, intervals, sparkline, trend
from servicedesk.web.heat import Cell, Spread, heat_map, spreads
from servicedesk.web.svg import hatch, textures
from servicedesk.web.why_bar import KINDS, Part, bar, strip, swatch

EVIL = '</text><script>alert(1)</script>" onload="x'
LONG = "Отдел сопровождения корпоративных информационных систем и телефонной связи"

DAY = datetime(2026, 4, 6, tzinfo=UTC)

DRAWINGS: dict[str, Callable[[str], Markup]] = {
    "trend": lambda name: trend([Point(name, 7.0, 6.5, 7.5), Point("май", 8.0, 7.5, 8.5)], name, name),
    "kept": lambda name: kept_bars([Kept(name, 3, 1, 1)], name, name),
    "heat": lambda name: heat_map((name,), (name, "b"), ((Cell(7.5), Cell(hidden=True)),), name, name),
    "chain": lambda name: chain_bars([Link(name, 60, 0.4, True), Link("b", 90, 0.6)], name, name),
    "histogram": lambda name: histogram([Bucket(name, 3), Bucket("2", None)], name, name),
    "backlog": lambda name: backlog_by_age([Bucket(name, 3), Bucket("2", 0)], name, name),
    "intervals": lambda name: intervals([Point(name, 7.0, 6.5, 7.5), Point("b", None, why=name)], name, name),
    "spreads": lambda name: spreads([Spread(name, [3, 1])], [name, "b"], 1, name, name, name),
    "shares": lambda name: share_bars([Link(name, 60, 0.4), Link("b", 90, 0.6)], name, name),
    "why": lambda name: bar([Part(DAY, DAY + timedelta(1), "late", name)], [], name, name, str),
    "strip": lambda name: strip([Part(DAY, DAY + timedelta(1), "third_party", name)], [], name, name),
    "spark": lambda name: sparkline([1, None, 3], name),
}
EMPTY: dict[str, Callable[[], Markup]] = {
    "trend": lambda: trend([], "t"),
    "hidden trend": lambda: trend([Point("a", None)], "t"),
    "kept": lambda: kept_bars([], "t"),
    "kept nothing": lambda: kept_bars([Kept("a", 0, 0, 0)], "t"),
    "heat": lambda: heat_map((), (), (), "t"),
    "intervals": lambda: intervals([], "t"),
    "spreads": lambda: spreads([], [], 0, "t", "promised"),
    "chain": lambda: chain_bars([], "t"),
    "histogram": lambda: histogram([], "t"),
    "histogram of zeros": lambda: histogram([Bucket("a", 0)], "t"),
    "backlog": lambda: backlog_by_age([], "t"),
    "spark": lambda: sparkline([], "t"),
    "flat spark": lambda: sparkline([5, 5], "t"),
}


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def words(svg: str) -> list[str]:
    return [node.text or "" for node in parse(svg).iter("{http://www.w3.org/2000/svg}text") if node.text]


def drawn(svg: str, tag: str, kind: str) -> list[ElementTree.Element]:
    found = parse(svg).iter("{http://www.w3.org/2000/svg}" + tag)
    return [node for node in found if node.get("class") == kind]


@pytest.mark.parametrize("name", DRAWINGS)
def test_labels_cannot_break_out(name: str) -> None:
    tags = {node.tag.rpartition("}")[2] for node in parse(DRAWINGS[name](EVIL)).iter()}
    assert tags <= {"svg", "title", "desc", "text", "rect", "line", "polyline", "polygon", "circle", "path"}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_chart_is_an_image_with_a_name(name: str) -> None:
    root = parse(DRAWINGS[name]("Индекс"))
    assert root.get("role") == "img"
    assert root[0].text == "Индекс"


@pytest.mark.parametrize("name", DRAWINGS)
def test_no_inline_styles(name: str) -> None:
    assert all("style" not in node.attrib for node in parse(DRAWINGS[name]("a")).iter())


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_to_show_is_still_a_drawing(name: str) -> None:
    assert parse(EMPTY[name]()).get("viewBox")


@pytest.mark.parametrize("name", ["kept", "chain", "backlog"])
def test_a_long_name_stays_in_its_column(name: str) -> None:
    assert max(len(word) for word in words(DRAWINGS[name](LONG))) <= 30
    assert LONG in DRAWINGS[name](LONG)


def test_a_hidden_month_breaks_the_line() -> None:
    months = [Point("1", 7.0), Point("2", 7.1), Point("3", None), Point("4", 7.2), Point("5", 7.3)]
    svg = trend(months, "t")
    assert len(drawn(svg, "polyline", "c-line")) == 2
    assert len(drawn(svg, "circle", "c-dot")) == 4


def test_one_month_is_a_dot_with_its_interval() -> None:
    svg = trend([Point("окт.", 8.2, 7.9, 8.5)], "t")
    assert not drawn(svg, "polyline", "c-line")
    upright, *ends = drawn(svg, "line", "c-axis")
    assert upright.get("x1") == upright.get("x2")
    assert {end.get("y1") for end in ends} == {upright.get("y1"), upright.get("y2")}


def test_each_month_says_its_value_where_there_is_room_and_the_last_one_always() -> None:
    few, many = (
        words(trend([Point(str(i), 7 + i / 100) for i in range(count)], "t", fmt="{:.2f}".format)) for count in (3, 60)
    )
    assert {"7.00", "7.01", "7.02"} <= set(few)
    assert "7.59" in many and "7.30" not in many


def test_what_a_chart_shows_is_said_to_those_who_hear_it() -> None:
    for svg, told in (
        (trend([Point("May", 7.0), Point("June", None)], "t"), "May: 7.0; June: –"),
        (kept_bars([Kept("a", 3, 1)], "t"), "a: 75%, 3 / 4"),
        (backlog_by_age([Bucket("old", 2)], "t"), "old: 2"),
        (spreads([Spread("Reply", [3, 1])], ["in time", "late"], 1, "t", "promised"), "Reply: in time: 3, late: 1"),
    ):
        assert parse(svg)[1].text == told


def test_many_months_thin_their_labels_and_keep_the_last() -> None:
    labels = words(trend([Point(f"месяц {i}", 7.0) for i in range(36)], "t"))
    assert "месяц 35" in labels
    assert sum(label.startswith("месяц") for label in labels) <= 9


def test_a_hidden_cell_is_hatched_and_one_in_which_nothing_happened_is_empty() -> None:
    svg = heat_map(("a",), ("x", "y", "z"), ((Cell(0.0), Cell(hidden=True), Cell()),), "t")
    assert words(svg)[-1] == "0.0"
    assert len(drawn(svg, "rect", "c-hidden")) == len(drawn(svg, "path", "c-veil")) == 1
    assert len(drawn(svg, "rect", "c-none")) == 1


def test_a_hatch_stays_within_its_box() -> None:
    for size in ((30, 10), (10, 30), (3, 22)):
        places = re.findall(r"[ML]([\d.]+) ([\d.]+)", hatch(100, 50, *size))
        assert places
        assert all(100 <= float(x) <= 100 + size[0] and 50 <= float(y) <= 50 + size[1] for x, y in places)


def test_what_took_longer_than_promised_is_hatched() -> None:
    svg = spreads([Spread("Reply", [3, 2, 1])], ["≤ 50%", "≤ 100%", "> 100%"], 2, "t", "promised")
    assert len(drawn(svg, "rect", "c-bar")) == 2
    assert len(drawn(svg, "rect", "c-broken")) == len(drawn(svg, "path", "c-hatch")) == 1
    assert "promised" in words(svg)


def test_excused_breaches_are_drawn_apart_and_count_as_broken() -> None:
    svg = kept_bars([Kept("a", 4, 1, 3)], "t")
    assert "50%" in words(svg)
    assert len(drawn(svg, "rect", "c-excused")) == 1


def test_a_department_without_promises_has_no_share() -> None:
    assert "–" in words(kept_bars([Kept("a", 0, 0)], "t"))


def test_links_of_a_chain_stand_end_to_end_and_within_the_drawing() -> None:
    svg = chain_bars([Link("a", 10, 0.5), Link("b", 10, 0.5, True), Link("c", 1, 0.2)], "t")
    first, second = drawn(svg, "rect", "c-bar")[0], drawn(svg, "rect", "c-broken")[0]
    assert float(second.get("x", 0)) == pytest.approx(float(first.get("x", 0)) + float(first.get("width", 0)), abs=0.2)
    for rect in parse(svg).iter("{http://www.w3.org/2000/svg}rect"):
        assert float(rect.get("x", 0)) + float(rect.get("width", 0)) <= 642


def test_the_weakest_link_is_hatched_and_called_so() -> None:
    svg = chain_bars([Link("a", 10, 0.5, True), Link("b", 10, 0.5, True, weak="weakest link")], "t")
    assert len(drawn(svg, "path", "c-hatch")) == 1
    assert [word for word in words(svg) if "weakest link" in word] == ["10 · 50% · ✕ · weakest link"]


def test_a_broken_link_is_marked_by_more_than_colour() -> None:
    assert any("✕" in word for word in words(chain_bars([Link("a", 10, 1, True)], "t")))


def test_shares_of_a_whole_begin_at_the_same_line_and_say_their_time() -> None:
    svg = share_bars([Link("a", 90, 0.9), Link("b", 10, 0.1)], "t")
    first, second = drawn(svg, "rect", "c-bar")
    assert first.get("x") == second.get("x")
    assert float(first.get("width", 0)) == pytest.approx(9 * float(second.get("width", 0)), abs=0.5)
    assert "10 · 10%" in words(svg)


NIGHTS = [
    Part(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day, hours=hour), datetime(2026, 1, 1, tzinfo=UTC)
         + timedelta(days=day, hours=hour + 12), kind, "x")
    for day in range(300) for hour, kind in ((0, "closed"), (12, "supplier" if day < 150 else "requester"))
]  # fmt: skip


def test_a_long_bar_is_drawn_without_the_nights_that_nobody_could_see() -> None:
    svg = strip(NIGHTS, [], "t", "")
    assert len(drawn(svg, "rect", "c-bar")) == 1 and len(drawn(svg, "rect", "c-requester")) == 1
    assert drawn(svg, "rect", "c-track") == []
    few = strip(NIGHTS[:20], [], "t", "")
    assert len(drawn(few, "rect", "c-track")) == 10


def test_what_is_told_apart_by_colour_has_a_texture_too() -> None:
    seen = {kind: (fill, texture) for kind, (fill, texture) in KINDS.items()}
    assert (
        len({seen[kind] for kind in ("supplier", "supplier-2", "supplier-3", "requester", "approver", "third_party")})
        == 6
    )
    for kind in ("late", "paused", "requester", "approver", "third_party"):
        assert f"url(#texture-{seen[kind][1]})" in swatch(kind) and f'id="texture-{seen[kind][1]}"' in textures()
