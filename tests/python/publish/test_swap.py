"""Publishing a small warehouse several times: the swap, what is kept, and what a run leaves that does not finish."""

from __future__ import annotations

import io
from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home
from orchestration.outcome import InputError
from orchestration.progress import Progress, Stage
from orchestration.publish.snapshot import KEPT, Publication, PublishedTable, current, publish, restore

SEGMENTS = PublishedTable("customer_segments", "One customer and quarter.", {"customer_id": "Key of the customer."})
QUARTER = "date '2025-10-01' as quarter_start_date, false as is_provisional"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def publish_revenue(home: Home, revenue: int, *further: PublishedTable) -> Publication:
    """Publish one customer with this revenue."""
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create schema if not exists published")
        connection.execute(
            "create or replace table published.customer_segments as"
            f" select 'K1' as customer_id, {QUARTER}, {revenue}::decimal(18, 2) as net_revenue_amount"
        )
        stage = Stage(Progress(io.StringIO()), "Publishing")
        return publish(connection, home, [SEGMENTS, *further], f"run {revenue}", ["canonical"], [], stage)


def served(connection: duckdb.DuckDBPyConnection) -> int:
    return int(connection.execute("select sum(net_revenue_amount) from published.customer_segments").fetchall()[0][0])


def folders(home: Home) -> list[str]:
    return sorted(path.name for path in home.publications.iterdir())


def test_who_opened_before_keeps_the_old_file_and_who_opens_after_gets_the_new(home: Home) -> None:
    publish_revenue(home, 1)
    with duckdb.connect(str(home.served_file), read_only=True) as before:
        assert served(before) == 1
        publish_revenue(home, 2)
        publish_revenue(home, 3)
        # Its folder is gone by now; the open file is not.
        assert served(before) == 1
    with duckdb.connect(str(home.served_file), read_only=True) as after:
        assert served(after) == 3


def test_the_link_is_relative_so_that_a_home_can_be_moved(home: Home) -> None:
    publish_revenue(home, 1)
    assert home.published.readlink() == Path("publications/000001")


def test_as_many_publications_are_kept_as_readers_may_need(home: Home) -> None:
    numbers = [publish_revenue(home, revenue).number for revenue in (1, 2, 3, 4)]
    assert numbers == [1, 2, 3, 4]
    assert folders(home) == [f"{number:06d}" for number in numbers[-KEPT:]]
    assert KEPT >= 2


def test_a_number_that_the_ledger_knows_is_not_given_away_again(home: Home) -> None:
    """After a loss of everything but the ledger the comparison with the last publication would find the lost one."""
    (home.ledger / "publication").mkdir(parents=True)
    (home.ledger / "publication" / "000007.parquet").touch()
    assert publish_revenue(home, 1).number == 8


def test_a_run_that_fails_while_writing_leaves_the_old_publication_and_the_next_one_tidies_up(home: Home) -> None:
    publish_revenue(home, 1)
    with pytest.raises(duckdb.CatalogException):
        publish_revenue(home, 2, PublishedTable("whale_curve", "", {}))
    with duckdb.connect(str(home.served_file), read_only=True) as reader:
        assert served(reader) == 1
    present = current(home)
    assert present is not None and present.run_id == "run 1"
    assert len(folders(home)) == 2
    publish_revenue(home, 3)
    assert folders(home) == ["000001", "000002"]


def test_a_complete_folder_that_never_came_into_service_is_not_counted(home: Home) -> None:
    publish_revenue(home, 1)
    (home.publications / "000002").mkdir()
    (home.root / ".published-1").symlink_to("publications/000002")
    assert publish_revenue(home, 3).number == 2
    assert not (home.root / ".published-1").is_symlink()
    with duckdb.connect(str(home.served_file), read_only=True) as reader:
        assert served(reader) == 3


def test_a_folder_of_somebody_else_is_not_replaced(home: Home) -> None:
    home.published.mkdir()
    (home.published / "report.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"published: is not a link made by kundenwert"):
        publish_revenue(home, 1)
    assert (home.published / "report.txt").read_text(encoding="utf-8") == "mine"


def test_restoring_brings_back_what_is_served_and_nothing_else(home: Home) -> None:
    publish_revenue(home, 1)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("update published.customer_segments set net_revenue_amount = 99")
        connection.execute("create table published.tier_movements (customer_id varchar)")
        restore(connection, home)
        assert served(connection) == 1
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = current_database()"
            " and schema_name = 'published'"
        )
        assert tables.fetchall() == [("customer_segments",)]


def test_restoring_before_the_first_publication_leaves_nothing(home: Home) -> None:
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create schema published")
        connection.execute("create table published.customer_segments (customer_id varchar)")
        restore(connection, home)
        assert connection.execute("select * from duckdb_tables() where schema_name = 'published'").fetchall() == []
