"""The links of a request and of all that was asked from it, on one axis of time, and which of them lost it.

Pure: plain rows of tickets come in, links go out. Reads nothing, knows no words. The definitions with worked examples
are in docs/chains.md.
"""

from servicedesk.sla.chain.blaming import blame, charged
from servicedesk.sla.chain.building import build
from servicedesk.sla.chain.rows import (
    KINDS,
    NO_PROMISE,
    STATES,
    Ask,
    Case,
    Chain,
    Child,
    Culprit,
    Hold,
    Link,
    Promise,
    Timer,
)

__all__ = [
    "KINDS", "NO_PROMISE", "STATES", "Ask", "Case", "Chain", "Child", "Culprit", "Hold", "Link", "Promise", "Timer",
    "blame", "build", "charged",
]  # fmt: skip
