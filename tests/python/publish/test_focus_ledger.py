"""The focus accounts in the ledger: of closed quarters, as they were first published, without the rest."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.publish import ledger

ACCOUNTS = """
    (date '2026-04-01', false, 'R1', 'K1', 'TOP5', 'LARGEST_REVENUE,LARGEST_POTENTIAL', null),
    (date '2026-04-01', false, 'R1', 'P1', 'TOP5', 'PROSPECT', date '2026-01-01'),
    (date '2026-04-01', false, 'R1', 'K2', 'ACTIVE15', 'SCORE', null),
    (date '2026-04-01', false, 'R1', 'K3', 'REST', null, null),
    (date '2026-07-01', true, 'R1', 'K1', 'TOP5', 'LARGEST_REVENUE', null)
"""


def warehouse(accounts: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create schema published")
    connection.execute(
        f"create table published.focus_accounts as select * from (values {accounts}) as account"
        " (quarter_start_date, is_provisional, rep_id, customer_id, focus_layer, slot_reason, slot_since_date)"
    )
    return connection


def test_a_closed_quarter_is_kept_as_first_published(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with warehouse(ACCOUNTS) as connection:
        assert ledger.record_focus_slots(connection, home, ["canonical"]) == [date(2026, 4, 1)]
    # The same data sources publish the quarter once more, with another pyramid; other sources have their own.
    later = ACCOUNTS.replace("'P1'", "'P2'").replace("true", "false")
    with warehouse(later) as connection:
        assert ledger.record_focus_slots(connection, home, ["canonical"]) == [date(2026, 7, 1)]
        assert ledger.record_focus_slots(connection, home, ["canonical", "northwind"]) == [
            date(2026, 4, 1),
            date(2026, 7, 1),
        ]
        assert ledger.record_focus_slots(connection, home, ["northwind", "canonical"]) == []
        ledger.load(connection, home, ["focus_slot"])
        kept = connection.execute(
            "select quarter_start_date, customer_id, focus_layer, slot_since_date from ledger.focus_slot"
            " where source_set = 'canonical' order by 1, 2"
        ).fetchall()
    assert kept == [
        (date(2026, 4, 1), "K1", "TOP5", None),
        (date(2026, 4, 1), "K2", "ACTIVE15", None),
        (date(2026, 4, 1), "P1", "TOP5", date(2026, 1, 1)),
        (date(2026, 7, 1), "K1", "TOP5", None),
    ]


def test_a_first_run_finds_an_empty_table(tmp_path: Path) -> None:
    """Nobody has a place yet, which the models must be able to read."""
    with duckdb.connect() as connection:
        ledger.load(connection, Home(tmp_path), ["focus_slot"])
        assert connection.execute("select rep_id, slot_since_date, source_set from ledger.focus_slot").fetchall() == []
