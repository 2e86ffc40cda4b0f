"""The few numbers that a run ends with."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from orchestration.gate.result import GateResult


def of(connection: duckdb.DuckDBPyConnection, results: Sequence[GateResult]) -> list[tuple[str, str]]:
    """Return label and value of each key figure, of the latest closed quarter or else of the running one."""
    rows = connection.execute(
        """
        with latest as (
            select * from published.customer_segments
            where quarter_start_date = (
                select coalesce(max(quarter_start_date) filter (where not is_provisional), max(quarter_start_date))
                from published.customer_segments
            )
        )
        select
            max(quarter_start_date),
            bool_or(is_provisional),
            count(*) filter (where lifecycle_status <> 'prospect'),
            count(*) filter (where lifecycle_status = 'prospect'),
            sum(net_revenue_amount),
            sum(cost_to_serve_amount),
            count(*) filter (where threshold_class = 'C'),
            sum(net_revenue_amount) filter (where wallet_amount is not null),
            sum(wallet_amount)
        from latest
        """
    ).fetchall()
    quarter, provisional, customers, prospects, revenue, cost, below, revenue_in_wallet, wallet = rows[0]
    failed = [result for result in results if not result.is_passed]
    findings = f"{len(failed)} of {len(results)} checks" if results else "no checks"
    if quarter is None:
        return [("Customers", "none"), ("Data quality findings", findings)]
    label = f"{quarter.year}Q{(quarter.month + 2) // 3}{' (running)' if provisional else ''}"
    return [
        ("Quarter", label),
        ("Customers", f"{customers:,} and {prospects:,} prospects"),
        ("Trailing revenue", _money(revenue)),
        ("Cost to serve", _money(cost)),
        ("Below the field threshold", f"{below:,} customers"),
        ("Share of wallet", f"{revenue_in_wallet / wallet:.1%}" if wallet else "unknown"),
        ("Data quality findings", findings),
    ]


def _money(amount: object) -> str:
    return "unknown" if amount is None else f"{amount:,.2f}"
