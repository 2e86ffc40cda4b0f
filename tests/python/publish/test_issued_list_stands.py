"""An issued list through the life of a home: late data, another policy, a lost warehouse, a deliberate new version."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ..harness import Outcome, kundenwert
from ..small_company import CALENDAR, CAMPAIGN, CAMPAIGN_QUARTER, files, invoice_lines, write_company, write_policy

pytestmark = [pytest.mark.slow, pytest.mark.long]

LIST = (
    "select customer_id, arm, rank, score, driver, evidence, owner_rep_id, channel, stratum, list_version, frozen_at"
    " from published.campaign_targets order by customer_id"
)
OPTED_OUT = "C10-2"
OPTED_OUT_LATER = "C11-1"


def contacts(*opted_out: str) -> str:
    """Two contacts of each of the larger customers."""
    lines = ["contact_id,account_id,contact_name,contact_role,access_level,is_opted_out"]
    for customer in ("07", "08", "09", "10", "11", "12"):
        for number in (1, 2):
            contact = f"C{customer}-{number}"
            lines.append(f"{contact},A{customer},Name {contact},decider,2,{str(contact in opted_out).lower()}")
    return "\n".join(lines) + "\n"


def accounts(published: Outcome) -> str:
    """The accounts with what the publication said, but for a tier and a channel that the CRM has otherwise."""
    known = {
        account: (tier or "", layer or "", channel or "")
        for account, tier, layer, channel in published.query(
            "select account_id, tier_effective, focus_layer, recommended_channel from published.customer_segments"
            " where quarter_start_date = date '2025-07-01'"
        )
    }
    [header, *rows] = files()["account.csv"].splitlines()
    lines = [f"{header},x_tier,x_focus_layer,x_recommended_channel"]
    for row in rows:
        account = row.split(",")[0]
        tier, layer, channel = known[account]
        if account == "A05":
            tier = "Z"
        if account == "A06":
            channel = ""
        lines.append(f"{row},{tier.lower()},{layer},{channel}")
    return "\n".join(lines) + "\n"


def deliver(folder: Path, contact: str, **replaced: str) -> Path:
    write_company(folder, **replaced)
    (folder / "contact.csv").write_text(contact, encoding="utf-8")
    return folder


def refresh(home: Path, delivery: Path) -> Outcome:
    outcome = kundenwert(home, "refresh", "--source", f"canonical={delivery}")
    assert outcome.code == 0, outcome.output
    return outcome


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@dataclass(frozen=True)
class Story:
    """What each step left behind, in its order."""

    updates: list[dict[str, str]]
    proposal: list[tuple[Any, ...]]
    issued: Outcome
    exports: dict[str, bytes]
    ledger: dict[str, bytes]
    listed_later: list[tuple[Any, ...]]
    fingerprints_later: dict[str, str]
    exports_later: dict[str, bytes]
    ledger_later: dict[str, bytes]
    fingerprints_rebuilt: dict[str, str]
    exports_rebuilt: dict[str, bytes]
    reissued: Outcome
    listed_anew: list[tuple[Any, ...]]
    members_anew: list[str]


@pytest.fixture(scope="module")
def story(published: Outcome, tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("stands")
    home = folder / "home"
    shutil.copytree(published.home, home, symlinks=True)
    delivery = folder / "delivery"
    exports, ledger = home / "exports" / CAMPAIGN_QUARTER, home / "ledger" / "campaign"

    first = refresh(home, deliver(delivery, contacts(OPTED_OUT), account=accounts(published)))
    with (home / "exports" / "2025Q3" / "crm_account_updates.csv").open(encoding="utf-8", newline="") as file:
        updates = list(csv.DictReader(file))
    proposal = first.query(LIST)
    issued = kundenwert(home, "campaign", "issue", "--quarter", CAMPAIGN_QUARTER)
    exports_issued, ledger_issued = files_of(exports), files_of(ledger)

    # A late credit note takes the best customer's revenue, the control group shall be half, a contact opts out.
    late = "G11-1,1,credit_note,K11,P1,2025-08-20,-1,-1100.00,-1000.00,-600.00,EUR\n"
    deliver(delivery, contacts(OPTED_OUT, OPTED_OUT_LATER), invoice_line=invoice_lines() + late)
    write_policy(home, policy_campaign_calendar=CALENDAR.replace(",100,0.25,", ",100,0.50,"))
    later = refresh(home, delivery)
    # All of it now: the next step changes the home.
    listed_later, later_tables = later.query(LIST), later.fingerprints()
    exports_later, ledger_later = files_of(exports), files_of(ledger)

    # The disk is lost but for the ledger and the policy; the process was stopped before the exports were written.
    for name in ("publications", "exports", "quarantine", "data_docs", "dagster"):
        shutil.rmtree(home / name, ignore_errors=True)
    (home / "published").unlink()
    (home / "warehouse.duckdb").unlink()
    rebuilt = refresh(home, delivery)
    rebuilt_tables, exports_rebuilt = rebuilt.fingerprints(), files_of(exports)

    reissued = kundenwert(home, "campaign", "issue", "--quarter", CAMPAIGN_QUARTER, "--reissue", "half as control")
    anew = refresh(home, delivery)
    with (exports / f"campaign_{CAMPAIGN}_salesforce_members.csv").open(encoding="utf-8", newline="") as file:
        members = [row["ContactId"] for row in csv.DictReader(file)]
    return Story(
        updates,
        proposal,
        issued,
        exports_issued,
        ledger_issued,
        listed_later,
        later_tables,
        exports_later,
        ledger_later,
        rebuilt_tables,
        exports_rebuilt,
        reissued,
        anew.query(LIST),
        members,
    )


def test_the_crm_is_told_of_the_accounts_that_it_has_otherwise(story: Story) -> None:
    assert [
        (row["account_id"], row["changed_fields"], row["crm_tier"]) for row in story.updates if row["crm_tier"] == "z"
    ] == [("A05", "TIER", "z")]
    assert {row["account_id"]: row["changed_fields"] for row in story.updates} == {"A05": "TIER", "A06": "CHANNEL"}
    [channel] = [row["recommended_channel"] for row in story.updates if row["account_id"] == "A06"]
    assert channel in ("KAM", "FIELD", "INSIDE", "DIGITAL")


def test_no_contact_that_opted_out_or_is_of_the_control_group_is_exported(story: Story) -> None:
    assert story.issued.code == 0, story.issued.output
    text = story.exports[f"campaign_{CAMPAIGN}_salesforce_members.csv"].decode()
    members = {row["ContactId"] for row in csv.DictReader(text.splitlines())}
    treated = {customer.removeprefix("K") for customer, arm, *_ in story.proposal if arm == "TREATMENT"}
    expected = {f"C{customer}-{number}" for customer in treated for number in (1, 2)} - {OPTED_OUT}
    assert members == expected
    assert f"{len(expected)} contacts of customers to contact may be written to" in story.issued.output
    assert "2025Q3 as of 2025-09-30" in story.issued.output


def test_late_data_and_another_policy_change_nothing_of_an_issued_list(story: Story) -> None:
    assert [row[:-2] for row in story.listed_later] == [row[:-2] for row in story.proposal]
    assert {row[-2] for row in story.listed_later} == {1}
    assert story.exports_later == story.exports
    assert story.ledger_later == story.ledger


def test_a_lost_warehouse_is_rebuilt_from_files_policy_and_ledger(story: Story) -> None:
    assert len(story.fingerprints_later) > 10
    # What the gate observed compares with the publication before, and that is another one now.
    for fingerprints in (story.fingerprints_later, story.fingerprints_rebuilt):
        fingerprints.pop("data_quality")
    assert story.fingerprints_rebuilt == story.fingerprints_later
    assert story.exports_rebuilt == story.exports


def test_a_deliberate_new_version_is_drawn_from_the_present_and_published(story: Story) -> None:
    assert story.reissued.code == 0, story.reissued.output
    assert f"{CAMPAIGN} issued:" in story.reissued.output
    assert "version 2," in story.reissued.output and "against version 1:" in story.reissued.output
    assert {row[-2] for row in story.listed_anew} == {2}
    arms = [row[1] for row in story.listed_anew]
    assert abs(arms.count("CONTROL") - arms.count("TREATMENT")) <= 1
    assert OPTED_OUT_LATER not in story.members_anew
