"""The door for administrators at a terminal: `flask desk …` and `flask worker`. One file per group of commands."""

from __future__ import annotations

from flask import Flask

from servicedesk.cli import (
    demo,
    doctor,
    importing,
    mail,
    organisation,
    people,
    promises,
    reporting,
    searching,
    serving,
    surveying,
)
from servicedesk.cli.usage import PlainGroup

desk = PlainGroup("desk", help="The service desk: serve, set up, import, report.")


def install(app: Flask) -> None:
    for module in (
        serving,
        organisation,
        people,
        importing,
        demo,
        promises,
        reporting,
        searching,
        surveying,
        mail,
        doctor,
    ):
        for command in module.COMMANDS:
            if command.name not in desk.commands:
                desk.add_command(command)
    app.cli.add_command(desk)
    app.cli.add_command(serving.worker)
