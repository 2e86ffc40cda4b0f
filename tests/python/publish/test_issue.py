"""Issuing by hand-made homes: what is frozen, what refuses to be, and what a process leaves that is stopped anywhere."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from orchestration.home import Home
from orchestration.outcome import BAD_INPUT, BLOCKED, GateBlockedError, InputError
from orchestration.publish import campaign, campaign_export, ledger

from .issuing_home import CAMPAIGN, FORMULA_NAME, ODD_CUSTOMER, RUN, Company, target, targets, write_home

QUARTER = date(2025, 10, 1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return write_home(tmp_path, Company())


def rows_of(home: Home, query: str) -> list[tuple[Any, ...]]:
    """Rows of a query on the ledger as the models see it."""
    with duckdb.connect() as connection:
        ledger.load(connection, home)
        return connection.execute(query).fetchall()


def files_of(home: Home) -> dict[str, bytes]:
    """Everything that lies in ledger and exports."""
    return {
        str(path.relative_to(home.root)): path.read_bytes()
        for folder in (home.ledger, home.exports)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def csv_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def frozen_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """One moment for all issues of a test, so that two of them can be compared byte by byte."""
    monkeypatch.setattr(campaign, "_now", lambda: datetime(2025, 10, 1, 6, 30, tzinfo=UTC))


def test_a_version_holds_the_list_its_head_who_was_left_out_and_whom_one_may_write_to(home: Home) -> None:
    [issued] = campaign.issue(home, QUARTER)
    assert (issued.campaign_id, issued.version, issued.is_new) == (CAMPAIGN, 1, True)
    assert (issued.treatment_count, issued.control_count, issued.member_count) == (3, 1, 4)
    assert rows_of(
        home,
        "select campaign_id, quarter_start_date, campaign_type, list_version, version_reason, snapshot_id, policy_hash,"
        " snapshot_quarter_start_date, owner, goal, capacity_count, control_ratio::varchar,"
        " planned_effect_amount::varchar, salt, frozen_at is not null from ledger.campaign_list",
    ) == [
        (
            *(CAMPAIGN, QUARTER, "SOW", 1, None, RUN, "hash of the policy", date(2025, 7, 1)),
            *("Head of sales", "Win share of wallet", 3, "0.250000", "3000.00", "salt", True),
        )
    ]
    assert rows_of(
        home,
        "select customer_id, customer_name, arm, rank, score::varchar, evidence, owner_rep_id, owner_rep_name, list_version"
        " from ledger.campaign_target order by rank",
    ) == [
        ("K1", "Company 1", "TREATMENT", 1, "999.50", "wallet declared", "R1", "Erika Example", 1),
        (ODD_CUSTOMER, FORMULA_NAME, "TREATMENT", 2, "998.50", "wallet declared", "R2", "@Max", 1),
        ("K3", "Company 3", "CONTROL", 3, "997.50", "wallet declared", "R1", "Erika Example", 1),
        ("K4", "Company 4", "TREATMENT", 4, "996.50", None, None, None, 1),
    ]
    assert rows_of(home, "select customer_id, reason, reasons, list_version from ledger.campaign_exclusion") == [
        ("K9", "BLOCKED", "BLOCKED,COOL_DOWN", 1)
    ]
    # No contact of the control group, and none of a customer that is not on the list.
    assert rows_of(
        home, "select customer_id, account_id, contact_id, list_version from ledger.campaign_member order by all"
    ) == [
        ("K1", "A-K1", "C-K1-1", 1),
        ("K1", "A-K1", "C-K1-2", 1),
        ("K4", "A-K4", "C-K4-1", 1),
        ("K4", "A-K4", "C-K4-2", 1),
    ]


def test_who_works_the_list_gets_treated_customers_only_and_the_whole_list_has_both_arms(home: Home) -> None:
    [issued] = campaign.issue(home, QUARTER)
    whole, by_rep, members = issued.paths
    assert [path.name for path in issued.paths] == [
        f"campaign_{CAMPAIGN}_targets.csv",
        f"campaign_{CAMPAIGN}_by_rep.xlsx",
        f"campaign_{CAMPAIGN}_salesforce_members.csv",
    ]
    assert [(row["customer_id"], row["arm"]) for row in csv_of(whole)] == [
        ("K1", "TREATMENT"),
        (ODD_CUSTOMER, "TREATMENT"),
        ("K4", "TREATMENT"),
        ("K3", "CONTROL"),
    ]
    book = openpyxl.load_workbook(by_rep)
    assert {sheet.title: [row[1] for row in list(sheet.values)[1:]] for sheet in book.worksheets} == {
        "_@Max": [ODD_CUSTOMER],
        "Erika Example": ["K1"],
        "without rep": ["K4"],
    }
    assert list(book["Erika Example"].values)[:2] == [
        ("rank", "customer_id", "customer_name", "channel", "score", "driver", "evidence"),
        (1, "K1", "Company 1", "FIELD", 999.5, targets()[0]["driver"], "wallet declared"),
    ]
    assert csv_of(members) == [
        {"CampaignId": CAMPAIGN, "ContactId": contact, "Status": "Sent"}
        for contact in ("C-K1-1", "C-K1-2", "C-K4-1", "C-K4-2")
    ]


def test_no_cell_of_any_export_is_a_formula(tmp_path: Path) -> None:
    """Customer, rep, driver and contact come from systems into which anybody may type."""
    evil = '=HYPERLINK("http://example.com","open")'
    company = Company(
        targets=[
            target("K1", "TREATMENT", 1, driver=evil, evidence="+1", stratum="@x", channel="-2", owner_rep_id="R2")
        ],
        names={"K1": "\t=1+1"},
        contacts=[{"customer_id": "K1", "account_id": "A1", "contact_id": "=C1"}],
    )
    [issued] = campaign.issue(write_home(tmp_path, company), QUARTER)
    whole, by_rep, members = issued.paths
    cells = [cell for path in (whole, members) for row in csv_of(path) for cell in row.values()]
    book = openpyxl.load_workbook(by_rep)
    for sheet in book.worksheets:
        for line in sheet.iter_rows():
            cells += [str(cell.value) for cell in line if cell.value is not None]
            assert all(cell.data_type in ("s", "n") and cell.hyperlink is None for cell in line)
    assert f"'{evil}" in cells and "'+1" in cells and "'=C1" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_issuing_again_changes_nothing_whatever_was_published_since(home: Home, tmp_path: Path) -> None:
    campaign.issue(home, QUARTER)
    before = files_of(home)
    changed = Company(
        targets=[target("K7", "TREATMENT", 1)],
        contacts=[],
        names={"K1": "Renamed"},
        warehouse_run="later run",
        quarters=[("2026-07-01", False, "2026-09-30")],
    )
    write_home(tmp_path, changed)
    [again] = campaign.issue(home, QUARTER)
    assert not again.is_new
    assert (again.treatment_count, again.control_count, again.member_count) == (3, 1, 4)
    assert files_of(home) == before


def test_exports_are_made_of_the_ledger_alone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publication, warehouse and exports are lost, the machine is in another time zone: the same bytes come back."""
    [issued] = campaign.issue(home, QUARTER)
    before = files_of(home)
    for path in (*issued.paths, home.warehouse, home.served_file):
        path.unlink()
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    campaign.issue(home, QUARTER)
    assert files_of(home) == before


def test_a_file_that_somebody_wrote_into_stays(home: Home) -> None:
    [issued] = campaign.issue(home, QUARTER)
    notes = issued.path.read_text(encoding="utf-8") + "called on Monday\n"
    issued.path.write_text(notes, encoding="utf-8")
    campaign.issue(home, QUARTER)
    assert campaign_export.complete(home) == []
    assert issued.path.read_text(encoding="utf-8") == notes


def test_a_refresh_does_not_bring_back_what_was_removed_on_purpose(home: Home) -> None:
    """Contacts are deleted when a campaign is over; only who asks for the list again gets the file again."""
    [issued] = campaign.issue(home, QUARTER)
    issued.paths[2].unlink()
    assert campaign_export.complete(home) == []
    assert not issued.paths[2].exists()
    campaign.issue(home, QUARTER)
    assert issued.paths[2].exists()


class StoppedHereError(BaseException):
    """Not an Exception, as a kill is none: nothing may catch it and go on."""


@pytest.fixture
def stop_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int | None], list[str]]]:
    """Stop the process before its n-th change of names on disk; returns what was changed so far."""
    changes: list[str] = []
    limit: list[int | None] = [None]
    original = {name: getattr(Path, name) for name in ("rename", "replace")}

    def guarded(name: str) -> Callable[[Path, Path], Path]:
        def change(self: Path, goal: Path) -> Path:
            if limit[0] is not None and len(changes) >= limit[0]:
                raise StoppedHereError
            changes.append(str(goal))
            result: Path = original[name](self, goal)
            return result

        return change

    for name in original:
        monkeypatch.setattr(Path, name, guarded(name))

    def start(number: int | None) -> list[str]:
        changes.clear()
        limit[0] = number
        return changes

    yield start


@pytest.mark.slow
@pytest.mark.usefixtures("frozen_clock")
@pytest.mark.parametrize("completed_by", ["issue", "refresh"])
def test_stopped_anywhere_the_next_one_completes_the_same_list(
    tmp_path: Path, stop_at: Callable[[int | None], list[str]], completed_by: str
) -> None:
    def fresh(name: str) -> Home:
        shutil.copytree(template.root, tmp_path / name, symlinks=True)
        return Home(tmp_path / name)

    template = write_home(tmp_path / "template", Company())
    undisturbed = fresh("undisturbed")
    changes = stop_at(None)
    campaign.issue(undisturbed, QUARTER)
    steps = list(changes)
    # Four tables, their folder, three exports and the mark that they are complete.
    assert len(steps) == 9
    ledger_step = next(number for number, goal in enumerate(steps) if goal.endswith("-v1"))
    for number in range(len(steps)):
        home = fresh(str(number))
        stop_at(number)
        with pytest.raises(StoppedHereError):
            campaign.issue(home, QUARTER)
        stop_at(None)
        is_issued = number > ledger_step
        for table in ledger.CAMPAIGN_TABLES:
            assert bool(rows_of(home, f"from ledger.{table}")) == is_issued, (number, table)
        if is_issued and completed_by == "refresh":
            campaign_export.complete(home)
        else:
            [issued] = campaign.issue(home, QUARTER)
            assert issued.is_new == (not is_issued)
        assert files_of(home) == files_of(undisturbed), number


@pytest.mark.slow
@pytest.mark.usefixtures("frozen_clock")
def test_a_new_version_stopped_anywhere_is_completed_and_nobodys_notes_are_lost(
    tmp_path: Path, stop_at: Callable[[int | None], list[str]]
) -> None:
    stop_at(None)
    template = write_home(tmp_path / "template", Company())
    [issued] = campaign.issue(template, QUARTER)
    issued.paths[2].write_bytes(b"notes\n")

    def issued_with_notes(name: str) -> Home:
        shutil.copytree(template.root, tmp_path / name, symlinks=True)
        return Home(tmp_path / name)

    undisturbed = issued_with_notes("undisturbed")
    changes = stop_at(None)
    campaign.issue(undisturbed, QUARTER, "wrong wallets")
    steps = list(changes)
    superseded = undisturbed.exports / "2025Q4" / "superseded"
    assert (superseded / f"campaign_{CAMPAIGN}_salesforce_members_before_version_2_1.csv").read_bytes() == b"notes\n"
    for number in range(len(steps)):
        home = issued_with_notes(str(number))
        stop_at(number)
        with pytest.raises(StoppedHereError):
            campaign.issue(home, QUARTER, "wrong wallets")
        stop_at(None)
        [(version,)] = rows_of(home, "select max(list_version) from ledger.campaign_list")
        campaign.issue(home, QUARTER, "wrong wallets" if version == 1 else None)
        assert files_of(home) == files_of(undisturbed), number


def test_a_deliberate_reissue_is_a_new_version_that_says_why(home: Home, tmp_path: Path) -> None:
    [first] = campaign.issue(home, QUARTER)
    list_of_first = first.path.read_bytes()
    # K3 changes from control to treatment, K1 the other way, K4 leaves, K5 comes.
    again = [target("K1", "CONTROL", 1), target("K3", "TREATMENT", 2), target("K5", "TREATMENT", 3), targets()[1]]
    write_home(tmp_path, Company(targets=again))
    [second] = campaign.issue(home, QUARTER, "  the wallets of July were wrong ")
    assert (second.version, second.is_new, second.treatment_count, second.control_count) == (2, True, 3, 1)
    assert rows_of(home, "select list_version, version_reason from ledger.campaign_list order by list_version") == [
        (1, None),
        (2, "the wallets of July were wrong"),
    ]
    assert rows_of(
        home,
        "select list_version, string_agg(customer_id, ' ' order by customer_id) from ledger.campaign_target group by 1 order by 1",
    ) == [(1, f"{ODD_CUSTOMER} K1 K3 K4"), (2, f"{ODD_CUSTOMER} K1 K3 K5")]
    assert {row["list_version"] for row in csv_of(second.path)} == {"2"}
    old = second.path.parent / "superseded" / f"campaign_{CAMPAIGN}_targets_before_version_2_1.csv"
    assert old.read_bytes() == list_of_first
    notes = " / ".join(second.notes)
    assert "against version 1: 1 customers are new, 1 are no longer on the list" in notes
    assert "1 customers to contact became control, 1 of the control group are to be contacted" in notes
    [same] = campaign.issue(home, QUARTER)
    assert (same.version, same.is_new) == (2, False)


def refused(home: Home, quarter: date = QUARTER, reason: str | None = None) -> str:
    """What the command says where nothing is issued; nothing may be written then."""
    before = files_of(home)
    with pytest.raises(InputError) as failure:
        campaign.issue(home, quarter, reason)
    assert failure.value.exit_code == BAD_INPUT
    assert files_of(home) == before
    return str(failure.value)


def test_a_list_that_was_never_issued_cannot_be_issued_again(home: Home) -> None:
    assert refused(home, reason="because") == (
        "--reissue: no list was issued for 2025Q4; issue the first version without --reissue"
    )


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_reissue_has_a_reason(home: Home, reason: str) -> None:
    campaign.issue(home, QUARTER)
    assert "--reissue: say why" in refused(home, reason=reason)


def test_after_a_blocked_run_nothing_is_frozen_but_what_was_frozen_is_exported(tmp_path: Path) -> None:
    check = {
        "run_id": "blocked run",
        "entity": "contact",
        "check_name": "contact_id present",
        "observed": "3 rows",
        "expected": "none",
        "remedy": "correct the export",
    }
    company = Company(
        warehouse_run="blocked run",
        failed_checks=[
            {**check, "severity": "critical", "is_passed": False},
            {**check, "check_name": "passed", "severity": "critical", "is_passed": True},
            {**check, "check_name": "warned", "severity": "warning", "is_passed": False},
            {**check, "run_id": RUN, "check_name": "of another run", "severity": "critical", "is_passed": False},
        ],
    )
    home = write_home(tmp_path, company)
    with pytest.raises(GateBlockedError) as failure:
        campaign.issue(home, QUARTER)
    assert failure.value.exit_code == BLOCKED
    assert failure.value.problems[0] == "contact: contact_id present: 3 rows, expected none (correct the export)"
    assert len(failure.value.problems) == 2
    assert "no list was issued for 2025Q4" in failure.value.problems[1]
    assert files_of(home) == {}

    write_home(tmp_path, Company())
    campaign.issue(home, QUARTER)
    write_home(tmp_path, company)
    [issued] = campaign.issue(home, QUARTER)
    assert not issued.is_new
    with pytest.raises(GateBlockedError):
        campaign.issue(home, QUARTER, "another list")


def test_after_a_run_that_did_not_end_nothing_is_frozen(tmp_path: Path) -> None:
    home = write_home(tmp_path, Company(warehouse_run="killed run"))
    assert refused(home).startswith("the last run did not come to its end; no list was issued for 2025Q4")


def test_without_the_warehouse_nobody_knows_who_may_be_contacted(home: Home) -> None:
    home.warehouse.unlink()
    assert "is missing, and with it who may be contacted; run 'kundenwert refresh' first" in refused(home)


def test_a_warehouse_of_an_earlier_release_does_not_know_it_either(home: Home) -> None:
    """Without this an upgrade before the next refresh would freeze a list with nobody to write to."""
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("drop table intermediate.int_campaign__contactable_member")
    assert "was computed by an earlier release" in refused(home)


def test_a_publication_older_than_the_quarter_before_says_so(tmp_path: Path) -> None:
    home = write_home(tmp_path, Company(targets=[], quarters=[("2025-04-01", False, "2025-06-30")]))
    assert refused(home) == (
        f"--quarter 2025Q4: the list of {CAMPAIGN} rests on 2025Q3, and that quarter is not in the publication of"
        " 2025-10-11 05:00:00 UTC, which ends with 2025Q2; run 'kundenwert refresh' with its data"
    )


def test_a_list_of_an_incomplete_quarter_is_issued_and_says_so(tmp_path: Path) -> None:
    home = write_home(tmp_path, Company(quarters=[("2025-07-01", True, "2025-09-12")]))
    [issued] = campaign.issue(home, QUARTER)
    assert issued.notes == (
        "it rests on publication 1 of 2025-10-11 05:00:00 UTC, 2025Q3 as of 2025-09-12, where that quarter was not"
        " complete; what is posted later changes nothing of the list",
    )


def test_a_quarter_that_is_over_gets_no_list_any_more(tmp_path: Path) -> None:
    closed = [("2025-07-01", False, "2025-09-30"), ("2025-10-01", False, "2025-12-31")]
    home = write_home(tmp_path, Company(quarters=closed))
    assert "--quarter 2025Q4: the quarter is over" in refused(home)
    write_home(tmp_path, Company())
    campaign.issue(home, QUARTER)
    write_home(tmp_path, Company(quarters=closed))
    assert "--reissue: 2025Q4 is over; the results" in refused(home, reason="late thought")


def test_nobody_to_select_and_a_campaign_that_is_done_are_told_apart(tmp_path: Path) -> None:
    company = Company(targets=[])
    home = write_home(tmp_path, company)
    assert "no customer can be selected for SOW-2025Q4; 1 are excluded" in refused(home)
    company.calendar = [{**company.calendar[0], "status": "DONE"}]
    write_home(tmp_path, company)
    assert "SOW-2025Q4 is over (DONE) and was never issued" in refused(home)


def test_a_quarter_without_a_campaign_names_those_with_one(home: Home) -> None:
    assert refused(home, date(2024, 1, 1)) == (
        "--quarter 2024Q1: the publication holds no campaign list for this quarter; there are lists for 2025Q4"
    )


def test_a_quarter_has_one_focus(tmp_path: Path) -> None:
    """Two planned campaigns: which of them is the focus is for somebody to say."""
    company = Company()
    [first] = company.calendar
    second = {**first, "campaign_id": "ACCESS-2025Q4", "salt": "other", "status": "PLANNED"}
    company.targets = [*targets(), target("K1", "TREATMENT", 1, campaign_id="ACCESS-2025Q4")]
    company.calendar = [{**first, "status": "PLANNED"}, second]
    home = write_home(tmp_path, company)
    assert f"ACCESS-2025Q4, {CAMPAIGN} are planned, and a quarter has one focus" in refused(home)
    company.calendar = [first, second]
    write_home(tmp_path, company)
    assert [one.campaign_id for one in campaign.issue(home, QUARTER)] == [CAMPAIGN]
    assert [one.campaign_id for one in campaign.issue(home, QUARTER)] == [CAMPAIGN]


def test_a_campaign_that_is_only_planned_is_issued_with_a_word_on_its_status(tmp_path: Path) -> None:
    company = Company()
    company.calendar = [{**company.calendar[0], "status": "PLANNED"}]
    [issued] = campaign.issue(write_home(tmp_path, company), QUARTER)
    assert "the calendar says PLANNED; set it to ACTIVE" in issued.notes[1]


def test_lists_of_the_time_before_versions_were_folders_are_read(home: Home) -> None:
    """A home of an earlier release: one file a campaign, without names, contacts or a head."""
    folder = home.ledger / "campaign_target"
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 'OLD' as campaign_id, date '2025-10-01' as quarter_start_date, 'K1' as customer_id,"
            " 'TREATMENT' as arm, 1 as rank, 5.00::decimal(18, 2) as score, 'driver' as driver, 'R1' as owner_rep_id,"
            " 'FIELD' as channel, 'HIGH|A' as stratum, 1 as list_version, timestamp '2025-10-01 06:00:00' as frozen_at)"
            f" to '{folder / 'OLD-1.parquet'}' (format parquet)"
        )
    assert rows_of(
        home,
        "select campaign_id, campaign_type, list_version, frozen_at::varchar, snapshot_quarter_start_date, salt"
        " from ledger.campaign_list",
    ) == [("OLD", "SOW", 1, "2025-10-01 06:00:00", date(2025, 7, 1), None)]
    assert rows_of(home, "select customer_id, customer_name, evidence, list_version from ledger.campaign_target") == [
        ("K1", None, None, 1)
    ]
    # Its export had names, which nobody could put back.
    exported = home.exports / "2025Q4" / "campaign_OLD_targets.csv"
    exported.parent.mkdir(parents=True)
    exported.write_text("with names\n", encoding="utf-8")
    [issued] = campaign.issue(home, QUARTER)
    assert (issued.campaign_id, issued.is_new, issued.treatment_count) == ("OLD", False, 1)
    assert exported.read_text(encoding="utf-8") == "with names\n"
    assert [path.name for path in issued.paths] == ["campaign_OLD_targets.csv", "campaign_OLD_by_rep.xlsx"]


def test_a_version_is_written_once(home: Home) -> None:
    campaign.issue(home, QUARTER)
    folder = ledger.campaign_folder(home, CAMPAIGN, 1)
    before = files_of(home)
    with duckdb.connect() as connection, pytest.raises(FileExistsError, match="version 1 of SOW-2025Q4"):
        ledger.record_campaign(connection, home, CAMPAIGN, 1, {})
    assert files_of(home) == before
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f"{name}.parquet" for name in ledger.CAMPAIGN_TABLES
    )


def test_what_a_killed_issue_left_is_tidied_up_by_the_next(home: Home) -> None:
    left = home.ledger / "campaign" / f".{CAMPAIGN}-v1-{os.getpid()}"
    left.mkdir(parents=True)
    (left / "campaign_target.parquet").write_bytes(b"half a file")
    assert rows_of(home, "from ledger.campaign_target") == []
    campaign.issue(home, QUARTER)
    assert not left.exists()
