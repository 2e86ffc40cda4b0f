"""The real Northwind files: published figures against queries of our own over the CSVs, to the cent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from .conftest import Outcome, kundenwert

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def northwind(third_party_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    home = tmp_path_factory.mktemp("northwind")
    outcome = kundenwert(
        home,
        "refresh",
        "--source",
        f"northwind={third_party_data / 'northwind'}",
        "--quarters",
        "1996Q3:1998Q2",
    )
    assert outcome.code == 0, outcome.output
    return outcome


def from_files(third_party_data: Path, sql: str) -> list[tuple[object, ...]]:
    """A query on the delivered files, without any of our code."""
    folder = third_party_data / "northwind"
    with duckdb.connect() as connection:
        for name in ("orders", "order_details", "customers"):
            connection.execute(
                f"create view {name} as select * from read_csv('{folder / name}.csv', all_varchar = true, header = true)"
            )
        return connection.execute(sql).fetchall()


REVENUE_BY_CUSTOMER_OF_1997 = """
    select
        orders.customer_id,
        sum(round(cast(unit_price as decimal(12, 4)) * cast(quantity as decimal(6, 0))
            * (1 - cast(discount as decimal(4, 2))), 2)) as revenue
    from order_details
    inner join orders using (order_id)
    where order_date between '1997-01-01' and '1997-12-31'
    group by orders.customer_id
"""


def test_revenue_of_1997_agrees_with_the_files_customer_by_customer(northwind: Outcome, third_party_data: Path) -> None:
    expected = dict(from_files(third_party_data, REVENUE_BY_CUSTOMER_OF_1997))
    published = dict(
        northwind.query(
            "select customer_id, net_revenue_amount from published.customer_segments"
            " where quarter_start_date = date '1997-10-01' and net_revenue_amount <> 0"
        )
    )
    assert published == expected
    assert sum(published.values()) == Decimal("617085.35")


def test_freight_agrees_with_the_files_to_the_cent(northwind: Outcome, third_party_data: Path) -> None:
    [(expected,)] = from_files(
        third_party_data,
        "select sum(cast(freight as decimal(18, 2))) from orders where shipped_date between '1997-01-01' and '1997-12-31'",
    )
    [(published,)] = northwind.query(
        "select sum(cost_amount) from published.cost_to_serve"
        " where month_start_date between date '1997-01-01' and date '1997-12-31'"
    )
    assert published == expected


def test_every_customer_has_one_class_by_the_pareto_rule(northwind: Outcome, third_party_data: Path) -> None:
    expected = from_files(
        third_party_data,
        f"""
        with revenue as ({REVENUE_BY_CUSTOMER_OF_1997}),
        before as (
            select this.customer_id, coalesce(sum(other.revenue), 0) as before_amount
            from revenue as this
            left join revenue as other on other.revenue > this.revenue
            group by this.customer_id
        )
        select
            case
                when before_amount * 100 < 80 * (select sum(revenue) from revenue) then 'A'
                when before_amount * 100 < 95 * (select sum(revenue) from revenue) then 'B'
                else 'C'
            end as class,
            count(*)
        from before
        group by class
        order by class
        """,
    )
    published = northwind.query(
        "select abc_revenue_class, count(*) from published.customer_segments"
        " where quarter_start_date = date '1997-10-01' and abc_revenue_class <> 'N' group by 1 order by 1"
    )
    assert published == expected


def test_what_northwind_lacks_is_null_and_flagged(northwind: Outcome) -> None:
    [(margins, contributions, without_flag)] = northwind.query(
        "select count(gross_margin_amount), count(contribution_amount), count(*) filter (where flags is null)"
        " from published.customer_segments where quarter_start_date = date '1997-10-01' and net_revenue_amount > 0"
    )
    assert (margins, contributions, without_flag) == (0, 0, 0)
    sources = northwind.query("select distinct cost_source from published.revenue_thresholds")
    assert sources == [("policy",)]


@pytest.mark.long
def test_the_same_run_twice_loads_nothing_and_publishes_the_same_bytes(
    northwind: Outcome, third_party_data: Path
) -> None:
    before = northwind.fingerprints()
    loaded_before = northwind.warehouse("select count(*) from ingest.load_file")
    again = kundenwert(
        northwind.home,
        "refresh",
        "--source",
        f"northwind={third_party_data / 'northwind'}",
        "--quarters",
        "1996Q3:1998Q2",
    )
    assert again.code == 0, again.output
    assert again.fingerprints() == before
    assert again.warehouse("select count(*) from ingest.load_file") == loaded_before
