"""The file for the CRM: of the latest quarter only, the same for the same warehouse, empty where nothing differs."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home
from orchestration.publish import crm_export
from orchestration.publish.snapshot import Publication

COLUMNS = (
    "account_id,customer_id,tier,zone,focus_layer,recommended_channel,changed_fields,crm_tier,crm_zone,crm_focus_layer,"
    "crm_recommended_channel"
)


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create schema marts; create schema intermediate")
    connection.execute("create table marts.dim_quarter (quarter_start_date date, is_provisional boolean)")
    connection.execute(
        "create table intermediate.int_crm__account_update (quarter_start_date date, account_id varchar,"
        " customer_id varchar, tier varchar, zone varchar, focus_layer varchar, recommended_channel varchar,"
        " crm_tier varchar, crm_zone varchar, crm_focus_layer varchar, crm_recommended_channel varchar,"
        " changed_fields varchar)"
    )
    return connection


def publication(*quarters: tuple[str, bool]) -> Publication:
    of_quarters = tuple((first_day, provisional, 1, None) for first_day, provisional in quarters)
    return Publication(1, "run", "2026-10-05 05:00:00", ("canonical",), {}, of_quarters, ())


def test_the_latest_closed_quarter_is_told_in_the_order_of_the_accounts(
    tmp_path: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    warehouse.execute("insert into marts.dim_quarter values ('2026-07-01', false), ('2026-10-01', true)")
    warehouse.execute(
        "insert into intermediate.int_crm__account_update by name select * from (values"
        " (date '2026-07-01', 'A2', 'K2', 'C', null, 'B', 'CHANNEL,TIER', 'INSIDE'),"
        " (date '2026-07-01', 'A1', '=K1', 'A', 'B', 'B', 'TIER', null))"
        " as v (quarter_start_date, account_id, customer_id, tier, zone, crm_tier, changed_fields, recommended_channel)"
    )
    path = crm_export.write(warehouse, Home(tmp_path), publication(("2026-07-01", False), ("2026-10-01", True)))
    assert path == tmp_path / "exports" / "2026Q3" / "crm_account_updates.csv"
    assert path.read_text(encoding="utf-8").splitlines() == [
        COLUMNS,
        "A1,'=K1,A,B,,,TIER,B,,,",
        'A2,K2,C,,,INSIDE,"CHANNEL,TIER",B,,,',
    ]


def test_where_nothing_differs_the_file_of_before_does_not_stay(
    tmp_path: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    warehouse.execute("insert into marts.dim_quarter values ('2026-10-01', true)")
    old = tmp_path / "exports" / "2026Q4" / "crm_account_updates.csv"
    old.parent.mkdir(parents=True)
    old.write_text("old", encoding="utf-8")
    assert crm_export.write(warehouse, Home(tmp_path), publication(("2026-10-01", True))) == old
    assert old.read_text(encoding="utf-8").splitlines() == [COLUMNS]


def test_a_run_over_older_quarters_tells_the_crm_nothing(tmp_path: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    """What a customer was in spring is no news for a CRM that has summer's tiers."""
    warehouse.execute("insert into marts.dim_quarter values ('2026-01-01', false), ('2026-04-01', false)")
    published = publication(("2026-04-01", False), ("2026-07-01", False), ("2026-10-01", True))
    assert crm_export.write(warehouse, Home(tmp_path), published) is None
    assert not (tmp_path / "exports").exists()


def test_without_a_quarter_there_is_nothing_to_tell(tmp_path: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    assert crm_export.write(warehouse, Home(tmp_path), publication()) is None
