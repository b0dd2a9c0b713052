"""The numbers behind a report's matrix: every cell says what is known of it, or why nothing is."""

from servicedesk.web.report_cells import matrix_rows


def cell(customer, tickets, share, **index):
    told = {"value": None, "low": None, "high": None, "n": None, "hidden": False} | index
    kept = None if tickets is None else {"share": share}
    return {"supplier": "it", "customer": customer, "tickets": tickets, "kept": kept, "index": told}


def test_the_busiest_come_first_and_totals_stand_elsewhere(app):
    cells = [
        cell("hr", None, None, hidden=True), cell("sales", 1234, 0.875, value=8.25, low=7.5, high=9.0, n=12),
        cell("legal", 2, None, n=0), cell("-", 3, 1.0, value=9.0, n=5), cell("*", 1300, 0.9, n=0),
    ]  # fmt: skip
    names = {key: {"en": key.upper()} for key in ("it", "hr", "sales", "legal")}
    with app.test_request_context():
        assert [tuple(row) for row in matrix_rows({"names": names, "matrix": {"cells": cells}})] == [
            ("IT", "SALES", "1,234", "88%", "8.2", "7.5 – 9.0 · 12"),
            ("IT", "without a department", "3", "100%", "9.0", "5"),
            ("IT", "LEGAL", "2", "–", "–", "no ratings"),
            ("IT", "HR", "–", "–", "–", "too few answers to show"),
        ]
