"""Issuing a list by the real command: it is frozen, exported once, and survives what comes after."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ..harness import Outcome, kundenwert
from ..small_company import CAMPAIGN, CAMPAIGN_QUARTER, FORMULA_NAME, invoice_lines, write_company

pytestmark = pytest.mark.slow

LIST = f"select customer_id, arm, rank, score from published.campaign_targets where campaign_id = '{CAMPAIGN}'"


@dataclass(frozen=True)
class Issue:
    """The first issue, the second, and the files and the ledger after each."""

    first: Outcome
    second: Outcome
    files_first: dict[str, tuple[bytes, int]]
    files_second: dict[str, tuple[bytes, int]]

    @property
    def rows(self) -> list[dict[str, str]]:
        with export_of(self.first.home).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def export_of(home: Path) -> Path:
    return home / "exports" / CAMPAIGN_QUARTER / f"campaign_{CAMPAIGN}_targets.csv"


def issue(home: Path, quarter: str = CAMPAIGN_QUARTER) -> Outcome:
    return kundenwert(home, "campaign", "issue", "--quarter", quarter)


def files_of(home: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(home)): (path.read_bytes(), path.stat().st_mtime_ns)
        for folder in ("exports", "ledger")
        for path in sorted((home / folder).rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def issued(published: Outcome, tmp_path_factory: pytest.TempPathFactory) -> Issue:
    home = tmp_path_factory.mktemp("campaign") / "home"
    shutil.copytree(published.home, home, symlinks=True)
    first = issue(home)
    files_first = files_of(home)
    return Issue(first, issue(home), files_first, files_of(home))


def test_the_list_is_the_published_proposal_with_both_arms(issued: Issue, published: Outcome) -> None:
    assert issued.first.code == 0, issued.first.output
    proposal = published.query(f"{LIST} order by customer_id")
    exported = sorted((row["customer_id"], row["arm"], row["rank"], row["score"]) for row in issued.rows)
    assert exported == [(customer, arm, str(rank), str(score)) for customer, arm, rank, score in proposal]
    treatment = sum(1 for _, arm, *_ in proposal if arm == "TREATMENT")
    control = sum(1 for _, arm, *_ in proposal if arm == "CONTROL")
    assert treatment > 0 and control > 0 and treatment + control == len(proposal)
    assert f"{CAMPAIGN} issued: {treatment} customers to contact, {control} in the control group" in issued.first.output
    assert str(export_of(issued.first.home)) in issued.first.output


def test_it_says_when_and_in_which_version_it_was_frozen(issued: Issue) -> None:
    assert {row["list_version"] for row in issued.rows} == {"1"}
    assert len({row["frozen_at"] for row in issued.rows}) == 1
    assert all(row["frozen_at"] for row in issued.rows)


def test_no_name_is_a_formula_for_a_spreadsheet(issued: Issue) -> None:
    names = {row["customer_name"] for row in issued.rows}
    assert f"'{FORMULA_NAME}" in names
    assert all(name and not name.startswith("=") for name in names)


def test_a_second_issue_changes_nothing_and_says_so(issued: Issue) -> None:
    assert issued.second.code == 0, issued.second.output
    assert f"{CAMPAIGN} was issued before and stays as it is" in issued.second.output
    assert issued.files_second == issued.files_first
    assert any(name.startswith("ledger/campaign/") for name in issued.files_first)


def test_an_export_that_was_deleted_is_written_again_as_it_was(issued: Issue, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(issued.first.home, home, symlinks=True)
    export_of(home).unlink()
    assert issue(home).code == 0
    assert export_of(home).read_bytes() == export_of(issued.first.home).read_bytes()


def test_a_quarter_without_a_list_is_bad_input_that_names_those_there_are(issued: Issue) -> None:
    outcome = issue(issued.first.home, "2024Q1")
    assert outcome.code == 3, outcome.output
    assert "--quarter 2024Q1: the publication holds no campaign list for this quarter" in outcome.output
    assert f"there are lists for {CAMPAIGN_QUARTER}" in outcome.output


def test_before_the_first_publication_there_is_nothing_to_issue(tmp_path: Path) -> None:
    outcome = issue(tmp_path / "home")
    assert outcome.code == 3, outcome.output
    assert "nothing is published yet; run 'kundenwert refresh' first" in outcome.output


@dataclass(frozen=True)
class Recovery:
    """A run that is blocked after it computed its tables, and the next one, which computes one quarter only."""

    blocked: Outcome
    served_while_blocked: dict[str, str]
    number_while_blocked: str
    after: Outcome


@pytest.fixture(scope="module")
def recovery(issued: Issue, published: Outcome, tmp_path_factory: pytest.TempPathFactory) -> Recovery:
    """An issued list whose folder somebody copied, and a delivery that changes the past; then both put right."""
    folder = tmp_path_factory.mktemp("recovery")
    home = folder / "home"
    shutil.copytree(issued.first.home, home, symlinks=True)
    [frozen] = (home / "ledger" / "campaign").iterdir()
    copy = frozen.with_name(f"copy of {frozen.name}")
    shutil.copytree(frozen, copy)
    wrong = invoice_lines().replace(
        "R01-3,1,invoice,K01,P1,2025-02-10,1,110.00,100.00", "R01-3,1,invoice,K01,P1,2025-02-10,1,9999.00,9000.00"
    )
    assert wrong != invoice_lines()
    delivery = write_company(folder / "delivery", invoice_line=wrong)
    blocked = kundenwert(home, "refresh", "--source", f"canonical={delivery}")
    served, number = blocked.fingerprints(), str((home / "published").readlink())
    # The wrong past is in the warehouse now, so that the next run could pick it up.
    past = (
        "select sum(net_revenue_amount) from published.customer_segments where quarter_start_date = date '2025-07-01'"
    )
    assert blocked.warehouse(past) != blocked.query(past)
    shutil.rmtree(copy)
    write_company(delivery)
    after = kundenwert(home, "refresh", "--source", f"canonical={delivery}", "--quarters", "2025Q4")
    return Recovery(blocked, served, number, after)


@pytest.mark.long
def test_a_run_blocked_at_the_published_gate_leaves_the_publication(recovery: Recovery, published: Outcome) -> None:
    assert recovery.blocked.code == 2, recovery.blocked.output
    [told] = [line for line in recovery.blocked.output.splitlines() if line.startswith("  - ") and "issued" in line]
    assert f"campaign_id {CAMPAIGN}, customer_id K" in told
    assert recovery.served_while_blocked == published.fingerprints()
    assert recovery.number_while_blocked == "publications/000001"


@pytest.mark.long
def test_its_quarters_do_not_reach_the_next_publication(recovery: Recovery, published: Outcome) -> None:
    assert recovery.after.code == 0, recovery.after.output
    before_the_run = "where quarter_start_date < date '2025-10-01' order by all"
    for table in ("customer_segments", "customer_profit", "whale_curve", "share_of_wallet", "segment_distribution"):
        rows = f"select * from published.{table} {before_the_run}"
        assert recovery.after.query(rows) == published.query(rows), table
        assert published.query(rows), table


@pytest.mark.long
def test_an_issued_list_stays_as_it_was_issued_in_later_publications(recovery: Recovery, issued: Issue) -> None:
    def published_list(columns: str) -> list[tuple[Any, ...]]:
        return recovery.after.query(f"select {columns} from published.campaign_targets order by customer_id")

    assert [tuple(map(str, row)) for row in published_list("customer_id, arm, rank, score")] == sorted(
        (row["customer_id"], row["arm"], row["rank"], row["score"]) for row in issued.rows
    )
    assert set(published_list("campaign_id, quarter_start_date, list_version")) == {(CAMPAIGN, date(2025, 10, 1), 1)}
