"""The door of the organisation file: YAML becomes a checked plan, the plan becomes actions; rows become YAML again.

Holds no click and no flask: a command or a page hands over the text and shows what comes back.
"""

from servicedesk.organisation.applying import Change, apply
from servicedesk.organisation.checking import check
from servicedesk.organisation.exporting import export
from servicedesk.organisation.faults import Fault, Faulty
from servicedesk.organisation.plan import Plan
from servicedesk.organisation.reading import LARGEST, read
from servicedesk.organisation.standing import Standing, standing

__all__ = ["LARGEST", "Change", "Fault", "Faulty", "Plan", "Standing", "apply", "check", "export", "read", "standing"]
