"""Opinions after a ticket is resolved. Rating and person are not joined by any table, id, order or time."""
