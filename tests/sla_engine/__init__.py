"""Tests of the pure engine: no application, no database, no clock."""
