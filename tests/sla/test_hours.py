"""Hours of a day as people type them: read tolerantly, refused in words, written the way they are read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.kernel.errors import DeskError
from servicedesk.sla.hours import hours_fault, minutes_of, normal_hours, read_hours, shortened, write_hours


@st.composite
def days(draw):
    """Hours without a fault: intervals in order, touching or apart, perhaps a night shift at the end."""
    ends = sorted(draw(st.sets(st.integers(0, 1440), min_size=2, max_size=12)))
    pairs = list(zip(ends[::2], ends[1::2], strict=False))
    night = draw(st.integers(0, 359))
    if pairs and draw(st.booleans()) and pairs[-1][1] <= 1080:
        pairs.append((draw(st.integers(max(pairs[-1][1], 1080 - night), 1439)), draw(st.integers(0, night))))
        pairs = [pair for pair in pairs if pair[1] > pair[0] or pair[1] + 1440 - pair[0] <= 720]
    return [[f"{begin // 60:02d}:{begin % 60:02d}", f"{end // 60:02d}:{end % 60:02d}"] for begin, end in pairs]


@given(days())
def test_what_is_written_is_read_back(hours):
    assert hours_fault(hours) is None
    assert read_hours(write_hours(hours)) == hours == normal_hours(hours)


@given(days())
def test_a_shortened_day_is_an_hour_shorter_or_as_it_was(hours):
    shorter = shortened(hours)
    assert hours_fault(shorter) is None
    assert minutes_of(shorter) in (minutes_of(hours), minutes_of(hours) - 60)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        hours = read_hours(text)
    except DeskError:
        return
    assert hours_fault(hours) is None


@given(
    st.recursive(
        st.none() | st.text(max_size=6) | st.integers(), lambda inner: st.lists(inner, max_size=3), max_leaves=8
    )
)
def test_anything_at_all_has_a_fault_or_is_hours(value):
    if hours_fault(value) is None:
        assert read_hours(write_hours(value)) == normal_hours(value)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", []),
        ("closed", []),
        ("Закрыто", []),
        ("9-18", [["09:00", "18:00"]]),
        ("9-13,14-18", [["09:00", "13:00"], ["14:00", "18:00"]]),
        ("14:00 — 18:00; 9.30–13", [["09:30", "13:00"], ["14:00", "18:00"]]),
        ("9:00−12:00\n12:00‑18:00", [["09:00", "12:00"], ["12:00", "18:00"]]),
        ("0-24", [["00:00", "24:00"]]),
        ("22:00–06:00", [["22:00", "06:00"]]),
        ("20-08", [["20:00", "08:00"]]),
    ],
)
def test_it_reads_many_ways_of_writing(text, hours):
    assert read_hours(text) == hours


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("18-9", "18:00–09:00 ends before it begins"),
        ("9-13, 12-18", "09:00–13:00 and 12:00–18:00 overlap"),
        ("12-20, 19-2", "12:00–20:00 and 19:00–02:00 overlap"),
        ("9-9", "09:00–09:00 is empty"),
        ("24-8", "begins at 24:00"),
        ("9-25", "25:00 is not a time of day"),
        ("9-10:75", "10:75 is not a time of day"),
        ("nine", "“nine” cannot be read as hours"),
        ("9-10-11", "“9-10-11” cannot be read"),
        ("9", "“9” cannot be read"),
        (",", "“,” cannot be read"),
        (", ".join(f"{n}:00-{n}:30" for n in range(13)), "At most 12 intervals"),
        ("9" * 400, "At most 300 characters"),
    ],
)
def test_it_says_what_is_wrong(text, words):
    with pytest.raises(DeskError) as refusal:
        read_hours(text)
    assert words in str(refusal.value)
