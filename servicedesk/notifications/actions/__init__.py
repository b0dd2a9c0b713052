"""Use cases of the bell, one file per kind: telling at once, alerts that wait for working hours."""

from servicedesk.notifications.actions.alerting import Alarm, alert, deliver_alerts, hand_alerts_on, put_off_alerts
from servicedesk.notifications.actions.standing_in import tell_stand_ins
from servicedesk.notifications.actions.telling import (
    News,
    about_message,
    about_rating,
    mark_read,
    once,
    take_back_message,
    take_back_rating,
    tell,
    tell_each,
)

__all__ = [
    "Alarm", "News", "about_message", "about_rating", "alert", "deliver_alerts", "hand_alerts_on", "mark_read", "once",
    "put_off_alerts", "take_back_message", "take_back_rating", "tell", "tell_each", "tell_stand_ins",
]  # fmt: skip
