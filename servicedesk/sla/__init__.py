"""Promises: calendars, policies, clocks and their marks. The arithmetic is in sla_engine."""
