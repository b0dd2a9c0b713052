"""Use cases of the bell, one file per kind: telling at once, alerts that wait for working hours, gathered mail, wishes."""

from servicedesk.notifications.actions.alerting import Alarm, alert, deliver_alerts, hand_alerts_on, put_off_alerts
from servicedesk.notifications.actions.gathering import gather, put_off_gathering
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
from servicedesk.notifications.actions.wishing import choose, end_gathered_mail, mute, unmute

__all__ = [
    "Alarm", "News", "about_message", "about_rating", "alert", "choose", "deliver_alerts", "end_gathered_mail", "gather",
    "hand_alerts_on", "mark_read", "mute", "once", "put_off_alerts", "put_off_gathering", "take_back_message",
    "take_back_rating", "tell", "tell_each", "tell_stand_ins", "unmute",
]  # fmt: skip
