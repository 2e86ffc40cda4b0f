"""Changed standard times: contributions reckoned by hand, in both ways of charging a pool."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from benchmarks.standard_time_sensitivity import connect, tau

PUBLISHED = """
create schema published;
create table published.customer_profit as from (values
    (date '2026-01-01', false, 'K1', 500.00::decimal(18, 2)),
    (date '2026-01-01', false, 'K2', 490.00::decimal(18, 2)),
    (date '2026-01-01', false, 'K3', null),
    (date '2026-04-01', true, 'K1', 1.00::decimal(18, 2))
) as rows (quarter_start_date, is_provisional, customer_id, contribution_amount);
create table published.cost_reconciliation as from (values
    ('practical', date '2026-01-01', 'practical'), ('absorbed', date '2026-01-01', 'full_absorption')
) as rows (resource_pool, month_start_date, capacity_mode);
create table published.cost_to_serve as
select date '2026-01-01' as quarter_start_date, date '2026-01-01' as month_start_date, rows.*, minutes * rate_amount as cost_amount
from (values
    ('K1', 'customer', 'call', 'practical', 'standard', 100, 1.50),
    ('K1', 'customer', 'visit', 'practical', 'measured', 100, 1.50),
    ('K1', 'customer', 'order_entry', 'absorbed', 'standard', 60, 2.00),
    ('K2', 'customer', 'complaint', 'absorbed', 'standard', 20, 2.00),
    ('A1', 'acquisition', 'complaint', 'absorbed', 'standard', 20, 2.00),
    ('K2', 'customer', 'direct_freight', 'absorbed', 'measured', null, null)
) as rows (customer_id, cost_bucket, activity, resource_pool, source_quality, minutes, rate_amount);
"""


@pytest.fixture
def company(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    (tmp_path / "published").mkdir()
    with duckdb.connect(str(tmp_path / "published" / "kundenwert.duckdb")) as connection:
        connection.execute(PUBLISHED)
    return connect(tmp_path)


def contributions(company: duckdb.DuckDBPyConnection, activities: list[str], factor: float) -> list[Decimal]:
    rows = company.execute(
        "select round(changed_amount, 2)::decimal(18, 2) from scenario($activities, $factor) order by published_amount desc",
        {"activities": activities, "factor": factor},
    )
    return [row[0] for row in rows.fetchall()]


def test_a_pool_in_practical_capacity_keeps_its_rate(company: duckdb.DuckDBPyConnection) -> None:
    # 20 minutes more at 1.50; the measured visit stays as it is.
    assert contributions(company, ["call", "visit"], 1.2) == [Decimal("470.00"), Decimal("490.00")]


def test_a_pool_in_full_absorption_keeps_its_total(company: duckdb.DuckDBPyConnection) -> None:
    # 200.00 over 60 + 2 x 30 minutes instead of 60 + 2 x 20: K1 pays 100.00 instead of 120.00, K2 50.00 instead of 40.00.
    assert contributions(company, ["complaint"], 1.5) == [Decimal("520.00"), Decimal("480.00")]
    assert contributions(company, ["complaint", "order_entry"], 1.5) == [Decimal("500.00"), Decimal("490.00")]


def test_an_unchanged_order_is_one_and_a_turned_one_minus_one(company: duckdb.DuckDBPyConnection) -> None:
    assert tau(company, ["call"], 1) == (1.0, 0)
    assert tau(company, ["call"], 1.2) == (-1.0, 0)
    # 500.00 less three times 150.00 is a profit, less four times a loss.
    assert tau(company, ["call"], 4) == (-1.0, 0)
    assert tau(company, ["call"], 5) == (-1.0, 1)
