"""What was published about exceptions stays: overwritten, deleted and invented requests do not change closed quarters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
        "requested_at": datetime.fromisoformat("2026-05-04 09:00"),
        "decided_at": datetime.fromisoformat("2026-05-04 10:00"),
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
        self.write_down()
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
        models.build(
            "int_override__version", "int_override__known_version", "int_override__by_quarter", "override_history"
        )
        exceptions = set(
            models.rows("select quarter_start_date, request_id from intermediate.int_override__by_quarter")
        )
        return exceptions, models.rows("select * from published.override_history order by all")

    def write_down(self, attempt: str = "") -> int:
        """Write versions down as before a publication; returns how many were added."""
        return ledger.record_overrides(
            self.models.connection, self.home, self.number, f"run {self.number}{attempt}", ["crm"]
        )

    def publish(self, quarters: Mapping[date, bool]) -> None:
        """Write down the publication itself."""
        ledger.record_publication(
            self.models.connection,
            self.home,
            self.number,
            f"run {self.number}",
            "crm",
            datetime.fromisoformat("2026-01-01 00:00"),
            [(quarter, provisional, 1, None) for quarter, provisional in quarters.items()],
        )


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
    assert len(list((tmp_path / "ledger" / "priority_override_event").iterdir())) == 1


def test_a_request_from_before_the_run_keeps_its_effect_when_the_run_is_repeated(
    models: CompiledModels, tmp_path: Path
) -> None:
    company = Company(models, Home(tmp_path))
    old = request(
        "old",
        requested_at=datetime.fromisoformat("2026-01-05 09:00"),
        decided_at=datetime.fromisoformat("2026-01-05 10:00"),
    )
    first, history = company.run([old, request("new")], {SECOND: False})
    assert first == {(SECOND, "old"), (SECOND, "new")}
    assert [row[3] for row in history] == ["new"]
    again, _ = company.run([old, request("new")], {SECOND: False})
    assert again == first


def test_a_publication_that_fails_leaves_what_was_written_down_and_the_next_attempt_counts(
    models: CompiledModels, tmp_path: Path
) -> None:
    company = Company(models, Home(tmp_path))
    quarters = {SECOND: False}
    company.number = 1
    company.compute([request("one")], quarters)
    assert company.write_down() == 1
    # The step repeated in the same warehouse, by the same run or another one, adds nothing.
    assert company.write_down() == 0
    assert company.write_down(" again") == 0
    # It was never published; the CRM has changed meanwhile, and the next attempt has the same number.
    exceptions, _ = company.compute([request("one", status="rejected"), request("two")], quarters)
    assert exceptions == {(SECOND, "two")}
    assert company.write_down(" later") == 2
    company.publish(quarters)
    exceptions, history = company.compute([request("one", status="rejected"), request("two")], quarters)
    assert exceptions == {(SECOND, "two")}
    assert [(row[3], row[4]) for row in history] == [("one", 1), ("one", 2), ("two", 1)]


def test_requests_of_a_system_that_a_delivery_names_are_found_again(models: CompiledModels, tmp_path: Path) -> None:
    company = Company(models, Home(tmp_path))
    company.run([request("one", data_source="behind")], {SECOND: False})
    _, history = company.run([request("one", data_source="behind")], {SECOND: False})
    assert [(row[3], row[4]) for row in history] == [("one", 1)]
    _, history = company.run([request("one", data_source="behind", status="expired")], {SECOND: False})
    assert [(row[3], row[4]) for row in history] == [("one", 1), ("one", 2)]


contents = st.builds(
    lambda request_id, status, approver, amount: request(
        request_id, status=status, approver_id=approver, expected_result_amount=amount
    ),
    st.sampled_from(["R1", "R2", "R3"]),
    st.sampled_from(["approved", "approved", "rejected", "pending"]),
    st.sampled_from(["A", "B", "B"]),
    st.sampled_from([50, 60]),
)
deliveries = st.lists(st.lists(contents, unique_by=lambda row: row["request_id"], max_size=3), min_size=2, max_size=5)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deliveries=deliveries)
def test_history_only_grows_and_a_closed_quarter_never_changes(
    models: CompiledModels, tmp_path_factory: pytest.TempPathFactory, deliveries: Sequence[Rows]
) -> None:
    """I17 over time: whatever the CRM delivers run after run."""
    company = Company(models, Home(tmp_path_factory.mktemp("home")))
    # A company that has never had a request has nothing written down; the first record is that of the first delivery.
    first, seen = company.run([request("R0"), *deliveries[0]], {SECOND: False, THIRD: True})
    closed = {exception for exception in first if exception[0] == SECOND}
    assert closed == {
        (SECOND, row["request_id"])
        for row in [request("R0"), *deliveries[0]]
        if row["status"] == "approved" and row["approver_id"] != row["requester_id"]
    }
    for delivered in deliveries[1:]:
        exceptions, history = company.run([request("R0"), *delivered], {SECOND: False, THIRD: True})
        assert {exception for exception in exceptions if exception[0] == SECOND} == closed
        # The last column says whether it is still delivered; nothing else of what was shown changes.
        assert {row[:-1] for row in seen} <= {row[:-1] for row in history}
        seen = history


def test_a_home_without_requests_writes_nothing(models: CompiledModels, tmp_path: Path) -> None:
    company = Company(models, Home(tmp_path))
    company.compute([], {SECOND: False})
    assert company.write_down() == 0
    assert not (tmp_path / "ledger").exists()
