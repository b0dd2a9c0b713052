"""Forms for tests, and strategies that make right ones."""

from __future__ import annotations

from hypothesis import strategies as st

from servicedesk.catalog.rules import CONTROLS, FIELD_TYPES

LABEL = {"en": "Label"}
OPTIONS = [{"key": "a", "label": LABEL}, {"key": "b", "label": LABEL}]
FILE = "f" * 43


def field(kind="text", key="x", **more):
    own = {"options": OPTIONS} if kind.startswith("choice") else {}
    return {"key": key, "type": kind, "label": LABEL} | own | more


@st.composite
def right_forms(draw):
    """Fields of all types; some hang on another one, earlier or later, never in a circle."""
    kinds = draw(st.lists(st.sampled_from(FIELD_TYPES), min_size=1, max_size=8))
    fields = [field(kind, f"f{number}", required=draw(st.booleans())) for number, kind in enumerate(kinds)]
    for number, one in enumerate(fields):
        # Whatever hangs on another hangs on one that was made before it; the order on the page is drawn afterwards.
        controls = [other for other in fields[:number] if other["type"] in CONTROLS]
        if controls and draw(st.booleans()):
            upper = draw(st.sampled_from(controls))
            possible = [True, False] if upper["type"] == "yes_no" else ["a", "b"]
            value = st.sampled_from(possible)
            one["when"] = {"field": upper["key"]} | draw(
                st.one_of(
                    value.map(lambda wanted: {"is": wanted}),
                    st.lists(value, min_size=1, max_size=2).map(lambda wanted: {"in": wanted}),
                )
            )
    return draw(st.permutations(fields))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
fitting = st.sampled_from(["a", "b", ["a"], ["a", "b"], True, False, "7", "2026-04-30", "text", FILE])
