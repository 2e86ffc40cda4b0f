"""A delivery that a critical check refuses: exit code 2, the check by name, the publication untouched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ..harness import Outcome, kundenwert
from ..small_company import invoice_lines, write_company

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def blocked(published: Outcome, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A second delivery to the published home, with one line that is dated centuries ahead."""
    folder = tmp_path_factory.mktemp("blocked")
    home = folder / "home"
    shutil.copytree(published.home, home, symlinks=True)
    late = "R99,1,invoice,K01,P1,2399-01-01,1,110.00,100.00,60.00,EUR\n"
    delivery = write_company(folder / "delivery", invoice_line=invoice_lines() + late)
    return kundenwert(home, "refresh", "--source", f"canonical={delivery}")


@pytest.fixture(scope="module")
def status(blocked: Outcome) -> Outcome:
    return kundenwert(blocked.home, "status")


def test_the_command_ends_with_two_and_prints_the_failing_check(blocked: Outcome) -> None:
    assert blocked.code == 2, blocked.output
    [told] = [line for line in blocked.output.splitlines() if line.startswith("  - ")]
    assert told.startswith("  - invoice_line: posting_date not after the load date: 1 rows, expected no date after")
    assert "invoice_id R99, line_number 1, posting_date 2399-01-01" in told
    assert "correct the date in the source" in told
    assert "nothing was published, the last publication still serves" in blocked.output
    assert "Traceback" not in blocked.output


def test_the_previous_publication_is_untouched(blocked: Outcome, published: Outcome) -> None:
    assert (blocked.home / "published").readlink() == Path("publications/000001")
    assert blocked.fingerprints() == published.fingerprints()
    for kept in sorted((published.home / "published").rglob("*")):
        if kept.is_file():
            copy = blocked.home / "published" / kept.relative_to(published.home / "published")
            assert copy.read_bytes() == kept.read_bytes(), copy


def test_status_tells_what_is_published_and_what_blocked_the_last_run(status: Outcome) -> None:
    assert status.code == 0, status.output
    assert "number 1" in status.output
    _, _, blocking = status.output.partition("Blocked: the last run was not published because of")
    assert "invoice_line: posting_date not after the load date: 1 rows" in blocking
    assert "R99" in blocking and "correct the date in the source" in blocking
    runs = [line.split()[4] for line in status.output.splitlines() if " refresh " in line]
    assert runs == ["blocked", "published"]
