"""The demo company's past campaign as an issued list: the planted arms, in the ledger once, and never someone else's."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.demo_campaign import issue_past_list
from orchestration.home import Home
from orchestration.publish import campaign_export, ledger

from .conftest import Company

PLANTED = "select erp_customer_id, arm, rank, score from true_campaign_effect order by rank"


def ledger_of(home: Home) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    ledger.load(connection, home)
    return connection


def issue(home: Home, company: Company) -> bool:
    return issue_past_list(home, company.summary.landing, company.summary.truth)


def test_the_planted_list_is_in_the_ledger_as_if_issued_at_the_beginning_of_its_quarter(
    company: Company, tmp_path: Path
) -> None:
    home = Home(tmp_path)
    assert issue(home, company)
    written = ledger_of(home)
    assert (
        written.execute("select customer_id, arm, rank, score from ledger.campaign_target order by rank").fetchall()
        == company.rows(PLANTED)
        != []
    )
    assert written.execute(
        "select list_version, frozen_at::varchar, quarter_start_date::varchar, snapshot_quarter_start_date::varchar,"
        " planned_effect_amount::varchar, control_ratio::varchar, version_reason, snapshot_id from ledger.campaign_list"
    ).fetchall() == [(1, "2026-04-01 06:00:00", "2026-04-01", "2026-01-01", "3000.00", "0.200000", None, None)]
    assert written.execute(
        "select count(*) from ledger.campaign_target where customer_name is null or owner_rep_name is null"
        " or channel is null"
    ).fetchall() == [(0,)]
    # Activities of the campaign are booked on this very id.
    assert (
        company.rows("select distinct campaign_id from activity where campaign_id is not null")
        == written.execute("select campaign_id from ledger.campaign_list").fetchall()
    )


def test_only_contacts_of_treated_customers_that_may_be_written_to_are_members(
    company: Company, tmp_path: Path
) -> None:
    home = Home(tmp_path)
    issue(home, company)
    members = ledger_of(home).execute("select contact_id from ledger.campaign_member order by 1").fetchall()
    assert members == company.rows(
        "select contact_id from contact inner join true_campaign_effect using (account_id)"
        " inner join account using (account_id) where arm = 'TREATMENT' and is_opted_out is not true"
        " and is_do_not_contact is not true order by 1"
    )
    assert members


def test_it_is_issued_once_and_exported_like_any_other(company: Company, tmp_path: Path) -> None:
    home = Home(tmp_path)
    issue(home, company)
    assert not issue(home, company)
    assert [path.name for path in (home.ledger / "campaign").iterdir()] == [
        ledger.campaign_folder(home, "SOW-2026Q2", 1).name
    ]
    assert [path.parent.name for path in campaign_export.complete(home)] == ["2026Q2"] * 3


def test_another_company_in_the_same_home_gets_a_version_of_its_own(company: Company, tmp_path: Path) -> None:
    """The results would else be those of customers that are no longer there."""
    home = Home(tmp_path)
    other = tmp_path / "truth"
    other.mkdir()
    company.connection.execute(
        f"copy (from true_campaign_effect where rank > 1) to '{other / 'campaign_effect.parquet'}' (format parquet)"
    )
    issue_past_list(home, company.summary.landing, other)
    assert issue(home, company)
    assert ledger_of(home).execute(
        "select list_version, version_reason from ledger.campaign_list order by 1"
    ).fetchall() == [(1, None), (2, "the demo company was generated anew")]


def test_a_home_with_a_calendar_of_its_own_gets_no_list_that_it_does_not_know(company: Company, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.policy.mkdir()
    header = "campaign_id,quarter_start_date,campaign_type,owner,goal,capacity_count,salt,status\n"
    (home.policy / "policy_campaign_calendar.csv").write_text(header, encoding="utf-8")
    assert not issue(home, company)
    assert not home.ledger.exists()
