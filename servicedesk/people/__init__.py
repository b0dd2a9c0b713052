"""Persons, departments, roles, sign-in sessions and tokens."""
