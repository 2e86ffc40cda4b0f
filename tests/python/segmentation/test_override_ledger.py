"""What was published about exceptions stays: overwritten, deleted and invented requests do not change closed quarters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from orchestration.home import Home
from orchestration.publish import ledger

from .compiled_models import CompiledModels

SECOND, THIRD = date(2026, 4, 1), date(2026, 7, 1)
ENDS = {SECOND: date(2026, 6, 30), THIRD: date(2026, 9, 30)}

Rows = Sequence[Mapping[str, Any]]


def request(request_id: str, **changes: Any) -> dict[str, Any]:
    """A request approved by somebody else in the second quarter, without end."""
    return {
        "data_source": "crm",
        "request_id": request_id,
        "inquiry_id": None,
        "account_id": "A",
        "from_priority": "P3",
        "to_priority": "P1",
        "reason_code": "tender",
        "requester_id": "A",
        "approver_id": "B",
        "status": "approved",
        "requested_at": datetime(2026, 5, 4, 9),
        "decided_at": datetime(2026, 5, 4, 10),
        "valid_until": None,
        "expected_result_amount": 50,
        **changes,
    }


class Company:
    """A home whose runs are told what the CRM says and which quarters they compute."""

    def __init__(self, models: CompiledModels, home: Home) -> None:
        self.models = models
        self.home = home
        self.number = 0

    def run(self, delivered: Rows, quarters: Mapping[date, bool]) -> tuple[set[tuple[date, str]], list[Any]]:
        """Run and publish; ``quarters`` tells which are provisional. Returns exceptions by quarter, and the history."""
        self.number += 1
        exceptions, history = self.compute(delivered, quarters)
        self.publish(quarters)
        return exceptions, history

    def compute(self, delivered: Rows, quarters: Mapping[date, bool]) -> tuple[set[tuple[date, str]], list[Any]]:
        models = self.models
        ledger.load(models.connection, self.home, ("priority_override_event", "publication"))
        models.fill("run.data_source", [{"data_source": "crm"}])
        models.fill(
            "policy.policy_override_reason",
            [{"reason_code": "tender", "is_accepted": True, "valid_from": date(1900, 1, 1)}],
        )
        models.fill("input_layer.input_layer__inquiry", [])
        models.fill(
            "intermediate.int_customer__crosswalk", [{"source_type": "crm", "source_id": "A", "customer_id": "K"}]
        )
        models.fill("input_layer.input_layer__priority_request", delivered)
        models.fill(
            "marts.dim_quarter",
            [
                {"quarter_start_date": quarter, "as_of_date": ENDS[quarter], "is_provisional": provisional}
                for quarter, provisional in quarters.items()
            ],
        )
        models.build("int_override__version", "int_override__by_quarter", "override_history")
        exceptions = set(models.rows("select quarter_start_date, request_id from intermediate.int_override__by_quarter"))
        return exceptions, models.rows("select * from published.override_history order by all")

    def publish(self, quarters: Mapping[date, bool]) -> int:
        """Write the ledger as a publication does; returns how many versions were added."""
        file = self.home.root / "override_history.parquet"
        self.models.connection.execute(f"copy published.override_history to '{file}' (format parquet)")
        ledger.record_publication(
            self.models.connection,
            self.home,
            self.number,
            f"run {self.number}",
            "crm",
            datetime(2026, 1, 1),
            [(quarter, provisional, 1, None) for quarter, provisional in quarters.items()],
        )
        return ledger.record_overrides(self.models.connection, self.home, self.number, file)


def test_a_closed_quarter_keeps_its_exceptions_whatever_the_crm_says_later(
    models: CompiledModels, tmp_path: Path
) -> None:
    company = Company(models, Home(tmp_path))
    as_asked = [request("overwritten"), request("deleted"), request("kept")]
    exceptions, _ = company.run(as_asked, {SECOND: False})
    assert exceptions == {(SECOND, "overwritten"), (SECOND, "deleted"), (SECOND, "kept")}

    rewritten = [request("overwritten", status="expired"), request("kept"), request("invented")]
    exceptions, history = company.run(rewritten, {SECOND: False, THIRD: False})
    assert exceptions == {
        (SECOND, "overwritten"),
        (SECOND, "deleted"),
        (SECOND, "kept"),
        # The third quarter is computed for the first time, and knows what is known now.
        (THIRD, "deleted"),
        (THIRD, "kept"),
        (THIRD, "invented"),
    }
    versions = [(row[3], row[4]) for row in history]
    assert sorted(versions) == [("deleted", 1), ("invented", 1), ("kept", 1), ("overwritten", 1), ("overwritten", 2)]

    # Written back as it was, the past shows all three contents.
    exceptions_again, history = company.run([request("overwritten")], {SECOND: False, THIRD: False})
    assert exceptions_again == exceptions
    assert [row[4] for row in history if row[3] == "overwritten"] == [1, 2, 3]


def test_the_same_run_again_shows_and_writes_the_same(models: CompiledModels, tmp_path: Path) -> None:
    company = Company(models, Home(tmp_path))
    delivered = [request("one"), request("two", status="pending", approver_id=None, decided_at=None)]
    quarters = {SECOND: False, THIRD: True}
    first = company.run(delivered, quarters)
    second = company.run(delivered, quarters)
    assert first == second
    assert [path.name for path in sorted((tmp_path / "ledger" / "priority_override_event").iterdir())] == [
        "000001.parquet"
    ]


def test_a_publication_that_was_stopped_before_it_wrote_is_completed_with_its_number(
    models: CompiledModels, tmp_path: Path
) -> None:
    company = Company(models, Home(tmp_path))
    quarters = {SECOND: False}
    company.number = 1
    company.compute([request("one")], quarters)
    assert company.publish(quarters) == 1
    # Completed a second time: nothing is added and nothing changes.
    before = (tmp_path / "ledger" / "priority_override_event" / "000001.parquet").read_bytes()
    assert company.publish(quarters) == 0
    assert (tmp_path / "ledger" / "priority_override_event" / "000001.parquet").read_bytes() == before


def test_a_home_without_a_published_history_writes_nothing(models: CompiledModels, tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert ledger.record_overrides(models.connection, home, 1, tmp_path / "missing.parquet") == 0
    assert not (tmp_path / "ledger").exists()
