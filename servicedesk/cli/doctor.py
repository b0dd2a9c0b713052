"""Commands: to come."""

COMMANDS: list = []
