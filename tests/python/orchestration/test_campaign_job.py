"""The campaign job: refresh, gates, publication, and only then the list; a blocked gate issues nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ..harness import Outcome, kundenwert
from ..small_company import invoice_lines, write_company
from .dagster_command import campaign_job
from .receivers import webhook

pytestmark = pytest.mark.slow
QUARTER = "2025-10-01"


def lists_of(home: Path) -> dict[str, bytes]:
    """Everything in the home that belongs to an issued list."""
    files = [
        *(home / "ledger").rglob("*campaign*"),
        *(home / "ledger").glob("campaign*/**/*"),
        *(home / "exports").rglob("campaign*"),
    ]
    return {str(path.relative_to(home)): path.read_bytes() for path in files if path.is_file()}


@pytest.mark.long
def test_a_blocked_gate_issues_nothing(published_copy: Callable[[], Path], tmp_path: Path) -> None:
    home = published_copy()
    before = lists_of(home)
    late = "R99,1,invoice,K01,P1,2399-01-01,1,110.00,100.00,60.00,EUR\n"
    blocked = campaign_job(home, QUARTER, write_company(tmp_path / "late", invoice_line=invoice_lines() + late))
    assert blocked.code != 0
    assert lists_of(home) == before
    assert (home / "published").readlink() == Path("publications/000001")
    status = kundenwert(home, "status").output
    assert [line.split()[3:5] for line in status.splitlines() if " UTC  " in line] == [
        ["campaign", "blocked"],
        ["refresh", "published"],
    ]
    assert "posting_date not after the load date" in status


@pytest.mark.long
def test_the_job_publishes_and_then_issues_the_list_once(
    published: Outcome, published_copy: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = published_copy()
    delivery = published.home.parent / "delivery"
    assert not any("targets" in name for name in lists_of(home))
    with webhook() as hook:
        monkeypatch.setenv("KUNDENWERT_ALERT_WEBHOOK", hook.url)
        first = campaign_job(home, QUARTER, delivery)
        assert first.code == 0, first.output
        assert (home / "published").readlink() == Path("publications/000002")
        issued = lists_of(home)
        assert any(name.startswith("ledger") for name in issued)
        assert any(name.startswith("exports/2025Q4/campaign_") and name.endswith("_targets.csv") for name in issued)
        again = campaign_job(home, QUARTER, delivery)
        assert again.code == 0, again.output
        assert lists_of(home) == issued
        assert hook.documents == []


@pytest.mark.long
def test_a_quarter_without_a_campaign_is_no_failure(published: Outcome, published_copy: Callable[[], Path]) -> None:
    home = published_copy()
    before = lists_of(home)
    done = campaign_job(home, "2025-07-01", published.home.parent / "delivery")
    assert done.code == 0, done.output
    assert "no active campaign for 2025Q3" in done.output
    assert lists_of(home) == before
