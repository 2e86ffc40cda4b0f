"""Impossible policy through the real command: exit code 3, the row named, and nothing touched."""

from __future__ import annotations

import hashlib
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from ..end_to_end.conftest import Outcome, kundenwert
from ..end_to_end.test_own_files import EXPORT, write_export
from .conftest import Policy, changed

pytestmark = [pytest.mark.slow, pytest.mark.long]

NO_RATIO = changed("policy_channel", {"channel": "FIELD"}, max_cost_ratio="0")


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_export(tmp_path_factory.mktemp("export"), EXPORT)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, export: Path) -> Outcome:
    """A home with a publication under the project's own policy."""
    home = tmp_path_factory.mktemp("home")
    outcome = kundenwert(home, "refresh", "--source", f"canonical={export}")
    assert outcome.code == 0, outcome.output
    return outcome


def set_policy(home: Path, policy: Policy) -> None:
    shutil.rmtree(home / "policy", ignore_errors=True)
    (home / "policy").mkdir(parents=True)
    for seed, text in policy.items():
        (home / "policy" / f"{seed}.csv").write_text(text, encoding="utf-8")


def state_of(home: Path) -> dict[str, str]:
    """Hashes of the warehouse, the publications and the ledger."""
    files = [home / "warehouse.duckdb", *(home / "publications").rglob("*"), *(home / "ledger").rglob("*")]
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()
    }


def test_a_new_home_gets_no_warehouse(tmp_path: Path, export: Path) -> None:
    set_policy(tmp_path, {**NO_RATIO, **changed("policy_parameter", {"parameter": "tier_measure"}, value="turnover")})
    outcome = kundenwert(tmp_path, "refresh", "--source", f"canonical={export}")
    assert outcome.code == 3, outcome.output
    assert (
        f"{tmp_path / 'policy' / 'policy_channel.csv'} line 3 (channel FIELD, valid_from 1900-01-01)" in outcome.output
    )
    assert "max_cost_ratio is 0" in outcome.output
    assert f"{tmp_path / 'policy' / 'policy_parameter.csv'} line " in outcome.output
    assert "Traceback" not in outcome.output
    assert "Loading files" not in outcome.output
    assert not (tmp_path / "warehouse.duckdb").exists()
    assert not (tmp_path / "published").exists()


def test_a_published_home_stays_as_it_is_until_the_policy_is_corrected(published: Outcome, export: Path) -> None:
    home = published.home
    before = state_of(home)
    more = dict(EXPORT)
    more["invoice_line.csv"] += "R-9;1;invoice;10002;P1;31.03.2026;1;1,00;1,00;1,00;EUR\n"
    folder = write_export(home / "more", more)
    set_policy(home, NO_RATIO)
    outcome = kundenwert(home, "refresh", "--source", f"canonical={folder}")
    assert outcome.code == 3, outcome.output
    assert "policy_channel.csv line 3" in outcome.output
    assert state_of(home) == before

    status = kundenwert(home, "status")
    assert "policy_channel.csv line 3" in status.output

    set_policy(home, changed("policy_channel", {"channel": "FIELD"}, max_cost_ratio="0.20"))
    outcome = kundenwert(home, "refresh", "--source", f"canonical={export}")
    assert outcome.code == 0, outcome.output
    assert outcome.query(
        "select distinct max_cost_ratio from published.revenue_thresholds where channel = 'FIELD'"
    ) == [(Decimal("0.2"),)]


def test_the_doctor_names_the_owners_file(tmp_path: Path, export: Path) -> None:
    set_policy(tmp_path, NO_RATIO)
    outcome = kundenwert(tmp_path, "doctor", "--source", f"canonical={export}")
    assert outcome.code == 3, outcome.output
    assert f"{tmp_path / 'policy' / 'policy_channel.csv'} line 3" in outcome.output
    assert not (tmp_path / "warehouse.duckdb").exists()


def test_a_policy_that_begins_too_late_is_refused_before_anything_is_computed(published: Outcome, export: Path) -> None:
    """With quarters given it is known at once; else as soon as the latest posting is: the publication stays either way."""
    home = published.home
    set_policy(home, changed("policy_parameter", {"parameter": "dunning_grace_days"}, valid_from="2026-01-02"))
    before = state_of(home)
    outcome = kundenwert(home, "refresh", "--source", f"canonical={export}", "--quarters", "2026Q1")
    assert outcome.code == 3, outcome.output
    assert "dunning_grace_days" in outcome.output and "the first day computed is 2026-01-01" in outcome.output
    assert state_of(home) == before

    served = published.fingerprints()
    outcome = kundenwert(home, "refresh", "--source", f"canonical={export}")
    assert outcome.code == 3, outcome.output
    assert "dunning_grace_days" in outcome.output and "the first day computed is 2026-01-01" in outcome.output
    assert "Computing the published tables" not in outcome.output
    assert published.fingerprints() == served
