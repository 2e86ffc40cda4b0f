"""The comparison of cost to serve with the truth behind it, on four companies reckoned by hand."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from benchmarks.cost_to_serve_truth import connect, report

# Company 2 has an account that nothing in the data links to its debtor.
TRUTH = """
    select * from (values ('C1', 'A1', 'D1', 10), ('C2', 'A2', 'D2', 20), ('C3', 'A3', 'D3', 30), ('C4', 'A4', null, 30))
    as truth (company_id, account_id, erp_customer_id, amount)
"""
PUBLISHED = """
    select * from (values
        ('D1', 'customer', 'measured', 10, false), ('D2', 'customer', 'standard', 6, false),
        ('A2', 'acquisition', 'standard', 4, false), ('D3', 'customer', 'fallback', 40, false),
        ('A4', 'acquisition', 'measured', 30, false), ('D1', 'customer', 'measured', 999, true),
        ('__UNUSED__', 'unused', 'standard', 999, false)
    ) as cost (customer_id, cost_bucket, source_quality, amount, is_imputed)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that holds only what the comparison reads."""
    demo = tmp_path / "demo"
    activities = demo / "landing" / "canonical" / "activity"
    for folder in (tmp_path / "published", demo / "truth", activities):
        folder.mkdir(parents=True)
    with duckdb.connect(str(tmp_path / "published" / "kundenwert.duckdb")) as connection:
        connection.execute(f"""
            create schema published;
            create table published.cost_to_serve as
            select date '2026-01-01' as quarter_start_date, customer_id, cost_bucket, 'call' as activity, source_quality,
                amount::decimal(18, 2) as cost_amount, is_imputed, null::varchar as flags from ({PUBLISHED});
            create table published.customer_profit as
            select date '2026-01-01' as quarter_start_date, false as is_provisional;
            create table published.cost_reconciliation as
            select resource_pool, 1::decimal(18, 2) as pool_amount, 1::decimal(18, 2) as allocated_amount,
                0::decimal(18, 2) as acquisition_amount, 0::decimal(18, 2) as unused_amount,
                0::decimal(18, 2) as unassigned_amount, difference::decimal(18, 2) as difference_amount
            from (values ('inside_sales', 0), ('returns', -0.03)) as pools (resource_pool, difference);
            copy (
                select company_id, account_id, erp_customer_id, 'call' as activity,
                    unnest([date '2026-01-01', date '1999-01-01']) as quarter_start_date,
                    amount::decimal(18, 2) as cost_amount
                from ({TRUTH})
            ) to '{demo / "truth" / "cost_to_serve.parquet"}';
            copy (
                select company_id, unnest([account_id, erp_customer_id]) as source_id from ({TRUTH})
            ) to '{demo / "truth" / "link.parquet"}';
            copy (
                select 'visit' as activity_type, unnest([60, null]) as duration_minutes, unnest([null, 30]) as travel_minutes
            ) to '{activities / "part.parquet"}';
        """)
    return tmp_path


@pytest.fixture
def compared(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(home) as connection:
        yield connection


def test_a_company_is_compared_as_a_whole(compared: duckdb.DuckDBPyConnection) -> None:
    """Ranks 1, 2, 3.5, 3.5 against 1.5, 1.5, 4, 3: 4 / 4.5. No quarter, interest or idle capacity that one side lacks."""
    rows = compared.execute(
        "select compared_count, true_total_amount, published_total_amount, difference_amount,"
        " round(rank_correlation, 6), median_error_amount, mean_error_amount"
        " from truth_report where label in ('company and quarter', '2026-01-01', 'call')"
    ).fetchall()
    assert rows == [(4, Decimal(90), Decimal(90), Decimal(0), 0.888889, Decimal(5), 5.0)] * 3


def test_a_published_customer_lacks_what_went_to_an_account_of_its_own(compared: duckdb.DuckDBPyConnection) -> None:
    """Errors 0, 14, 4, 10, 0."""
    rows = compared.execute(
        "select compared_count, median_error_amount, mean_error_amount"
        " from truth_report where label = 'published customer and quarter'"
    ).fetchall()
    assert rows == [(5, Decimal(4), 5.6)]


def test_the_report_shows_a_pool_that_does_not_add_up(home: Path) -> None:
    assert "| 2 | 2 | 2.00 | 2.00 | 0.00 | 0.00 | 0.00 | 0.03 |" in report(home)


def test_a_home_without_a_demo_company_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="kundenwert demo --home"):
        connect(tmp_path)
