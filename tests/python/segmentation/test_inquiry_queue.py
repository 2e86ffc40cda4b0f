"""The queue and its exceptions: the set-based SQL against rules that look at one inquiry, or at two, at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .compiled_models import CompiledModels

QUARTER = date(2026, 7, 1)
AS_OF = date(2026, 9, 30)
END = datetime.fromisoformat("2026-10-01 00:00")
PRIORITIES = ("P1", "P2", "P3", "P4")
CELLS = [f"{potential}_{share}" for potential in ("HIGH", "MID", "LOW", "NONE") for share in ("SIGNIFICANT", "BELOW")]
CLASS_POSITION = {"HIGH": 1, "MID": 2, "LOW": 3, "NONE": 4}
SIGNIFICANT = Decimal("0.5")
examples = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Inquiry(NamedTuple):
    """An inquiry that waits, with its customer; without a lifecycle nobody knows the sender."""

    lifecycle: str | None
    potential_class: str | None
    sow_ratio: Decimal | None
    inquiry_type: str
    amount: int | None
    minutes_ago: int
    focus_layer: str | None

    @property
    def is_newcomer(self) -> bool:
        return self.lifecycle in ("new", "prospect")

    @property
    def is_significant(self) -> bool:
        return self.sow_ratio is not None and self.sow_ratio >= SIGNIFICANT

    @property
    def is_protected(self) -> bool:
        return self.lifecycle is not None and self.is_significant and not self.is_newcomer


class Request(NamedTuple):
    """A request for the inquiry, or for the customer, at a position; times in minutes after the receipt."""

    position: int
    is_for_customer: bool
    to_priority: str
    reason_code: str
    requester: str
    approver: str | None
    status: str
    decided_after: int | None
    valid_days: int | None


inquiries = st.builds(
    Inquiry,
    st.sampled_from(["active", "active", "new", "prospect", "inactive", None]),
    st.sampled_from(["HIGH", "MID", "MID", "LOW", None]),
    st.sampled_from([None, Decimal("0"), Decimal("0.499999"), Decimal("0.5"), Decimal("1")]),
    st.sampled_from(["quote_request"] * 5 + ["legal_safety"]),
    st.sampled_from([None, 1, 5, 5, 100]),
    st.integers(min_value=1, max_value=5),
    st.sampled_from([None, "TOP5", "TOP5", "ACTIVE15", "REST"]),
)
matrices = st.fixed_dictionaries({cell: st.sampled_from(PRIORITIES) for cell in CELLS})
requests = st.builds(
    Request,
    st.integers(min_value=0, max_value=9),
    st.booleans(),
    st.sampled_from(PRIORITIES),
    st.sampled_from(["tender", "tender", "tender", "because"]),
    st.sampled_from("AB"),
    st.sampled_from(["A", "B", "B", "C", None]),
    st.sampled_from(["approved"] * 4 + ["pending", "rejected", "expired"]),
    st.sampled_from([None, 1, 2, 3, 2_000]),
    st.sampled_from([None, -1, 0, 1]),
)


def received_at(inquiry: Inquiry) -> datetime:
    return datetime.fromisoformat("2026-09-30 12:00") - timedelta(minutes=inquiry.minutes_ago)


def name_of(position: int) -> str:
    return f"I{position:02d}"


def request_row(number: int, request: Request, waiting: Sequence[Inquiry]) -> Mapping[str, Any]:
    position = request.position % len(waiting)
    asked = received_at(waiting[position])
    decided = None if request.decided_after is None else asked + timedelta(minutes=request.decided_after)
    return {
        "data_source": "crm",
        "request_id": f"R{number:02d}",
        "inquiry_id": None if request.is_for_customer else name_of(position),
        "account_id": name_of(position),
        "to_priority": request.to_priority,
        "reason_code": request.reason_code,
        "requester_id": request.requester,
        "approver_id": request.approver,
        "status": request.status,
        "requested_at": asked,
        "decided_at": decided,
        "valid_until": None if request.valid_days is None else AS_OF + timedelta(days=request.valid_days),
    }


def queue(
    models: CompiledModels,
    waiting: Mapping[str, Inquiry],
    matrix: Mapping[str, str],
    asked: Sequence[Mapping[str, Any]] = (),
) -> dict[str, dict[str, Any]]:
    """The published queue by inquiry; each inquiry has a customer of its own."""
    models.fill("run.data_source", [{"data_source": "crm"}])
    models.fill("ledger.priority_override_event", [])
    models.fill("ledger.publication", [])
    models.fill("marts.dim_quarter", [{"quarter_start_date": QUARTER, "as_of_date": AS_OF, "is_provisional": False}])
    models.fill(
        "intermediate.int_policy__by_quarter",
        [
            {
                "quarter_start_date": QUARTER,
                "inquiry_maximum_age_days": 365,
                "share_of_wallet_significant_ratio": SIGNIFICANT,
                "inquiry_unknown_customer_priority": "P3",
                "inquiry_focus_prospect_priority": "P1",
                "loss_recoverable_ratio": Decimal("0.2"),
                "service_day_start_hour": 8,
                "service_day_end_hour": 17,
                "service_days_per_week": 5,
            }
        ],
    )
    first_day = date(1900, 1, 1)
    models.fill(
        "policy.policy_priority_matrix",
        [{"matrix_cell": cell, "priority": priority, "valid_from": first_day} for cell, priority in matrix.items()],
    )
    models.fill(
        "policy.policy_inquiry_type",
        [
            {"inquiry_type": "quote_request", "fixed_priority": None, "valid_from": first_day},
            {"inquiry_type": "legal_safety", "fixed_priority": "P1", "valid_from": first_day},
        ],
    )
    models.fill(
        "policy.policy_service_level",
        [{"priority": priority, "response_hours": 4, "valid_from": first_day} for priority in PRIORITIES],
    )
    models.fill(
        "policy.policy_override_reason", [{"reason_code": "tender", "is_accepted": True, "valid_from": first_day}]
    )
    known = {name: inquiry for name, inquiry in waiting.items() if inquiry.lifecycle is not None}
    models.fill(
        "input_layer.input_layer__inquiry",
        [
            {
                "inquiry_id": name,
                "account_id": name,
                "received_at": received_at(inquiry),
                "inquiry_type": inquiry.inquiry_type,
                "amount": inquiry.amount,
                "status": "open",
            }
            for name, inquiry in waiting.items()
        ],
    )
    models.fill("input_layer.input_layer__priority_request", list(asked))
    models.fill(
        "intermediate.int_customer__crosswalk",
        [{"source_type": "crm", "source_id": name, "customer_id": name} for name in known],
    )
    models.fill(
        "intermediate.int_customer__by_quarter",
        [
            {"customer_id": name, "quarter_start_date": QUARTER, "lifecycle_status": inquiry.lifecycle}
            for name, inquiry in known.items()
        ],
    )
    models.fill(
        "intermediate.int_segmentation__tier",
        [
            {"customer_id": name, "quarter_start_date": QUARTER, "potential_class": inquiry.potential_class}
            for name, inquiry in known.items()
        ],
    )
    models.fill(
        "intermediate.int_potential__wallet_by_customer_quarter",
        [
            {"customer_id": name, "quarter_start_date": QUARTER, "sow_ratio": inquiry.sow_ratio}
            for name, inquiry in known.items()
        ],
    )
    models.fill(
        "intermediate.int_focus__layer",
        [
            {"customer_id": name, "quarter_start_date": QUARTER, "focus_layer": inquiry.focus_layer}
            for name, inquiry in known.items()
            if inquiry.focus_layer is not None
        ],
    )
    models.fill("marts.dim_customer", [{"customer_id": name, "customer_name": name} for name in known])
    models.fill("intermediate.int_customer__profit_by_quarter", [])
    models.build(
        "int_inquiry__by_quarter",
        "int_override__version",
        "int_override__known_version",
        "int_override__by_quarter",
        "int_inquiry__override",
        "int_inquiry__prioritised",
        "inquiry_queue",
    )
    names = ("inquiry_id", "computed_priority", "effective_priority", "queue_rank", "computed_rank", "request_id")
    rows = models.rows(f"select {', '.join(names)} from published.inquiry_queue order by queue_rank")
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows}


def expected_computed_priority(inquiry: Inquiry, matrix: Mapping[str, str]) -> str:
    if inquiry.inquiry_type == "legal_safety":
        return "P1"
    if inquiry.lifecycle is None:
        return "P3"
    potential = inquiry.potential_class or "NONE"
    own = matrix[f"{potential}_{'SIGNIFICANT' if inquiry.is_significant else 'BELOW'}"]
    if (inquiry.lifecycle, potential, inquiry.focus_layer) == ("prospect", "HIGH", "TOP5"):
        own = "P1"
    return max(own, matrix[f"{potential}_SIGNIFICANT"]) if inquiry.is_newcomer else own


def sort_key(name: str, inquiry: Inquiry, priority: str) -> tuple[Any, ...]:
    """The order as the rule states it: arrival comes after all that is worth something."""
    if inquiry.inquiry_type == "legal_safety":
        position = 0
    elif inquiry.lifecycle is None:
        position = 5
    else:
        position = CLASS_POSITION[inquiry.potential_class or "NONE"]
    significant = inquiry.is_significant and inquiry.lifecycle is not None
    share = 1 if inquiry.is_protected else 2 if significant else 3
    return (
        priority,
        position,
        share,
        inquiry.amount is None,
        -(inquiry.amount or 0),
        received_at(inquiry),
        name,
    )


@examples
@given(matrix=matrices, drawn=st.lists(inquiries, min_size=1, max_size=12))
def test_no_newcomer_comes_before_a_protected_customer_of_its_class_under_any_matrix(
    models: CompiledModels, matrix: Mapping[str, str], drawn: Sequence[Inquiry]
) -> None:
    waiting = {name_of(position): inquiry for position, inquiry in enumerate(drawn)}
    found = queue(models, waiting, matrix)
    assert set(found) == set(waiting)
    for protected, newcomer in permutations(waiting, 2):
        one, other = waiting[protected], waiting[newcomer]
        by_matrix = "legal_safety" not in (one.inquiry_type, other.inquiry_type)
        if by_matrix and one.is_protected and other.is_newcomer and one.potential_class == other.potential_class:
            assert found[protected]["queue_rank"] < found[newcomer]["queue_rank"]


@examples
@given(matrix=matrices, drawn=st.lists(inquiries, min_size=1, max_size=12), order=st.randoms(use_true_random=False))
def test_the_order_is_that_of_the_rule_in_whatever_order_inquiries_are_delivered(
    models: CompiledModels, matrix: Mapping[str, str], drawn: Sequence[Inquiry], order: Any
) -> None:
    waiting = {name_of(position): inquiry for position, inquiry in enumerate(drawn)}
    priorities = {name: expected_computed_priority(inquiry, matrix) for name, inquiry in waiting.items()}
    expected = sorted(waiting, key=lambda name: sort_key(name, waiting[name], priorities[name]))
    shuffled = list(waiting.items())
    order.shuffle(shuffled)
    found = queue(models, dict(shuffled), matrix)
    assert {name: row["computed_priority"] for name, row in found.items()} == priorities
    assert list(found) == expected
    assert [row["queue_rank"] for row in found.values()] == list(range(1, len(waiting) + 1))


@examples
@given(
    matrix=matrices,
    drawn=st.lists(inquiries, min_size=1, max_size=6),
    asked=st.lists(requests, min_size=1, max_size=12),
)
def test_another_priority_is_approved_by_somebody_else_within_its_validity(
    models: CompiledModels, matrix: Mapping[str, str], drawn: Sequence[Inquiry], asked: Sequence[Request]
) -> None:
    """I17, in both directions: nothing else has an effect, and whatever may have one has it."""
    waiting = {name_of(position): inquiry for position, inquiry in enumerate(drawn)}
    rows = [request_row(number, request, drawn) for number, request in enumerate(asked)]
    found = queue(models, waiting, matrix, rows)
    for name, inquiry in waiting.items():
        in_force = [
            row
            for row in rows
            if row["status"] == "approved"
            and row["approver_id"] not in (None, row["requester_id"])
            and row["reason_code"] == "tender"
            and row["decided_at"] is not None
            and row["decided_at"] < END
            and (row["valid_until"] is None or row["valid_until"] >= AS_OF)
            and row["account_id"] == name
            and (row["inquiry_id"] == name or (row["inquiry_id"] is None and inquiry.lifecycle is not None))
        ]
        computed = expected_computed_priority(inquiry, matrix)
        if in_force:
            first = min(
                in_force, key=lambda row: (row["inquiry_id"] is None, END - row["decided_at"], row["request_id"])
            )
            assert found[name]["request_id"] == first["request_id"]
            assert found[name]["effective_priority"] == first["to_priority"]
        else:
            assert found[name]["request_id"] is None
            assert found[name]["effective_priority"] == computed
        assert found[name]["computed_priority"] == computed
    ranked = sorted(waiting, key=lambda name: sort_key(name, waiting[name], found[name]["effective_priority"]))
    assert list(found) == ranked
