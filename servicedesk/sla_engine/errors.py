"""The refusals of the engine. Every message names the cause in one sentence a person can act on."""


class CalendarError(ValueError):
    """A calendar that cannot be understood: unknown zone, bad time, unknown weekday, bad date."""


class NeverOpensError(CalendarError):
    """The calendar has no opening, or not that much open time, where one was asked for."""


class TargetError(ValueError):
    """A promise that cannot be understood: unknown unit, negative or fractional amount where none may be."""
