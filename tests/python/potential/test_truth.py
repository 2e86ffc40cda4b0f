"""The comparison of the estimates of the potential with the truth behind them, on a few companies reckoned by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from benchmarks.potential_truth import connect, draw, without
from orchestration.analytics import quantile_boosting
from orchestration.analytics.quantile_boosting import Features

# Customer, its records besides itself, industry, bought all year, revenue, q90 by peers and by boosting, declared.
CUSTOMERS = """
    select * from (values
        ('K1', 'A1', null, 'machines', true, 10, 100, 50, null),
        ('K2', 'A2', 'K9', 'machines', true, 60, 200, 150, 300),
        ('K3', null, null, 'crafts', true, 110, 100, 100, null),
        ('K4', 'A4', null, null, false, 0, 400, 400, null),
        ('K5', null, null, 'crafts', true, 1, 1, 1, null)
    ) as customers (customer_id, account_id, merged, industry, is_peer, revenue, peers, boosted, declared)
"""
# K2 is two companies; nobody knows the company behind K5.
TRUTH = """
    select * from (values ('C1', 'K1', 200, 10), ('C2', 'A2', 100, 50), ('C2', 'K2', 100, 50), ('C9', 'K9', 300, 10),
        ('C3', 'K3', 100, 110), ('C4', 'K4', 500, 0)) as truth (company_id, source_id, wallet, revenue)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that holds only what the comparison reads."""
    truth = tmp_path / "demo" / "truth"
    truth.mkdir(parents=True)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        for schema in ("marts", "intermediate", "published"):
            connection.execute(f"create schema {schema}")
        connection.execute(f"""
            create table marts.dim_quarter as
            select unnest([date '2026-04-01', date '2026-07-01', date '2026-10-01']) as quarter_start_date,
                unnest([false, false, true]) as is_provisional;
            create table marts.dim_customer as
            select customer_id, account_id, customer_id as erp_customer_id, merged as merged_erp_customer_ids
            from ({CUSTOMERS});
            create table published.customer_potential as
            select date '2026-07-01' as quarter_start_date, customer_id, peers::decimal(18, 2) as peer_q90_amount,
                boosted::decimal(18, 2) as boosted_q90_amount
            from ({CUSTOMERS});
            create table intermediate.int_potential__customer_profile as
            select date '2026-07-01' as quarter_start_date, customer_id, row_number() over () as profile_number,
                industry as peer_industry, is_peer, revenue::decimal(18, 2) as net_revenue_amount
            from ({CUSTOMERS});
            create table intermediate.int_potential__feature as
            select profile_number, profile_number as estimate_number, date '2025-10-01' as training_quarter_start_date,
                net_revenue_amount as training_amount
            from intermediate.int_potential__customer_profile;
            create table intermediate.int_potential__declared_wallet as
            select profile_number, '__TOTAL__' as product_group, declared::decimal(18, 2) as declared_wallet_amount,
                unnest([false, true]) as is_sum_of_declared_groups
            from intermediate.int_potential__customer_profile inner join ({CUSTOMERS}) using (customer_id)
            where declared is not null;
            create table intermediate.int_potential__training as
            select date '2025-10-01' as training_quarter_start_date, 0.5 as median_quantile_ratio,
                0.75 as middle_quantile_ratio, 0.9 as wallet_quantile_ratio;
            create table intermediate.int_quarter__observed as
            select date '2026-07-01' as quarter_start_date, date '2025-10-01' as training_quarter_start_date;
            create table published.potential_evaluation as
            select date '2026-07-01' as quarter_start_date, 'quantile_boosting' as model, 'q90' as quantile,
                'decile' as slice_type, unnest(['1', '2']) as slice, unnest([0.8, 0.9]) as coverage_ratio,
                0.9 as quantile_ratio;
            create table published.reclassification_growth as
            select date '2026-07-01' as quarter_start_date, 'quantile_boosting' as model, 'C->A' as reclass_move;
            copy (
                select distinct company_id, wallet::decimal(18, 2) as wallet_amount,
                    revenue::decimal(18, 2) as yearly_revenue_amount, unnest([null, 'drills']) as product_group
                from ({TRUTH})
            ) to '{truth / "wallet.parquet"}';
            copy (select company_id, source_id from ({TRUTH})) to '{truth / "link.parquet"}';
        """)
    return tmp_path


@pytest.fixture
def compared(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(home) as connection:
        yield connection


def test_a_customer_has_the_wallets_of_all_its_companies_once(compared: duckdb.DuckDBPyConnection) -> None:
    wallets = compared.execute(
        "select customer_id, true_wallet_amount, true_growth_amount from compared_customer order by customer_id"
    ).fetchall()
    assert wallets == [("K1", 200, 190), ("K2", 400, 340), ("K3", 100, 0), ("K4", 500, 500)]


def test_the_figures_are_those_reckoned_by_hand(compared: duckdb.DuckDBPyConnection) -> None:
    """Boosting estimates 50, 150, 100, 400 of 200, 400, 100, 500: ranks 1, 3, 2, 4 against 2, 3, 1, 4.

    One of four true wallets is covered, and the revenue of two of three that bought all year. The errors are 0.75,
    0.625, 0 and 0.2. The largest of four is no tenth. The one declared wallet is twice the estimate; twice the estimates
    of the other three is off by 0.5, 1 and 0.6. Growth is 40, 90, 0, 400 of 190, 340, 0, 500.
    """
    row = compared.execute(
        "select customer_count, round(rank_correlation, 6), wallet_coverage_ratio, round(revenue_coverage_ratio, 6),"
        " median_relative_error_ratio, top_tenth_lift_ratio, round(growth_rank_correlation, 6), scale_factor,"
        " round(scaled_median_relative_error_ratio, 6)"
        " from truth_report where slice_type = 'all' and estimator = 'gradient boosting'"
    ).fetchall()
    assert row == [(4, 0.8, 0.25, 0.666667, 0.4125, None, 1.0, 2.0, 0.6)]


def test_equal_estimates_share_their_rank(compared: duckdb.DuckDBPyConnection) -> None:
    """Peers estimate 100, 200, 100, 400: ranks 1.5, 3, 1.5, 4 against 2, 3, 1, 4."""
    [(correlation,)] = compared.execute(
        "select rank_correlation from truth_report where slice_type = 'all' and estimator = 'peer quantile'"
    ).fetchall()
    assert correlation == pytest.approx(float(np.corrcoef([1.5, 3, 1.5, 4], [2, 3, 1, 4])[0, 1]))


def test_own_revenue_is_shown_of_those_who_bought_all_year(compared: duckdb.DuckDBPyConnection) -> None:
    slices = compared.execute(
        "select slice, customer_count from truth_report where slice_type <> 'all' and estimator = 'own revenue'"
        " order by slice"
    ).fetchall()
    assert slices == [("bought all year", 3), ("crafts", 1), ("machines", 2)]


def test_the_loss_is_that_of_each_quantile(compared: duckdb.DuckDBPyConnection) -> None:
    """An estimate of 20 for revenues of 10 and 60 (and 110, 0, 1): 20 too high costs (1 - quantile) * 20."""
    compared.execute(
        "insert into fitted_estimate select 'all features', estimate_number, 20, 20, 20"
        " from intermediate.int_potential__feature where profile_number <= 2"
    )
    found = compared.execute("select quantile, customer_count, round(pinball_loss, 6) from loss_report order by all")
    assert found.fetchall() == [("q50", 2, 12.5), ("q75", 2, 16.25), ("q90", 2, 18.5)]


def test_a_feature_that_is_left_out_takes_its_columns_with_it() -> None:
    features = Features(
        matrix=np.arange(8.0).reshape(2, 4),
        group=np.array(
            [quantile_boosting.INDUSTRY, quantile_boosting.WEBSITE, quantile_boosting.REGION, quantile_boosting.WEBSITE]
        ),
        categorical=(0, 2),
        comparable=np.ones((3, 5, 2)),
        comparable_kind=np.zeros(2, dtype=np.int64),
        revenue=np.ones(2),
        fold=np.zeros(2, dtype=np.int64),
        is_calibration=np.zeros(2, dtype=np.bool_),
    )
    wordless = without(features, quantile_boosting.WEBSITE)
    assert (wordless.matrix.tolist(), wordless.categorical) == ([[0.0, 2.0], [4.0, 6.0]], (0, 1))
    homeless = without(features, quantile_boosting.REGION)
    assert (homeless.matrix.tolist(), homeless.categorical) == ([[0.0, 1.0, 3.0], [4.0, 5.0, 7.0]], (0,))
    alone = without(features, quantile_boosting.COMPARABLE)
    assert (alone.matrix.tolist(), alone.comparable.shape) == (features.matrix.tolist(), (3, 5, 0))


def test_the_plot_has_both_methods_and_is_the_same_each_time(
    compared: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    first, again = tmp_path / "first.svg", tmp_path / "again.svg"
    draw(compared, first)
    draw(compared, again)
    text = first.read_text(encoding="utf-8")
    assert text == again.read_text(encoding="utf-8")
    assert "Peer quantile" in text and "Gradient boosting" in text and "EUR a year" in text


def test_a_home_without_a_demo_company_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="kundenwert demo --home"):
        connect(tmp_path)


def test_a_quarter_without_estimates_is_named(home: Path) -> None:
    with pytest.raises(ValueError, match="no customer"):
        connect(home, date(2026, 4, 1))
