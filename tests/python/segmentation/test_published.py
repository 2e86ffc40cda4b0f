"""The wide table and the distribution of classes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .compiled_models import CompiledModels

QUARTER = date(2026, 7, 1)
LATER_QUARTER = date(2026, 10, 1)
SCHEMES = {
    "abc_revenue": ("abc_revenue_class", ["A", "B", "C", "N"]),
    "abc_contribution": ("abc_contribution_class", ["A", "B", "C", "N", None]),
    "potential": ("potential_class", ["HIGH", "MID", "LOW", None]),
    "threshold": ("threshold_class", ["C", "NOT_C", None]),
    "tier_raw": ("tier_raw", ["A", "B", "C", "N"]),
    "tier_effective": ("tier_effective", ["A", "B", "C", "N"]),
    "assigned_class": ("assigned_class", ["A", " a", "C", "Gold", None]),
    "lifecycle": ("lifecycle_status", ["prospect", "new", "active", "inactive", "blocked"]),
    "recommended_channel": ("recommended_channel", ["KAM", "FIELD", "INSIDE", "DIGITAL", None]),
    "current_channel": ("current_channel", ["KAM", "FIELD", "INSIDE", "DIGITAL", None]),
    "wallet_source": ("wallet_source", ["declared", "norm", "model", "none"]),
    "zone": ("zone", ["PROTECT", "UNRATED", None, None, None]),
    "focus_layer": ("focus_layer", ["TOP5", None, None, None]),
}
#: Schemes without rows in a quarter in which nobody has a class.
OPTIONAL_SCHEMES = {"zone", "focus_layer"}

amounts = st.none() | st.integers(min_value=-(10**6), max_value=10**9).map(lambda cents: Decimal(cents).scaleb(-2))
segments = st.lists(
    st.fixed_dictionaries(
        {
            "quarter_start_date": st.sampled_from([QUARTER, LATER_QUARTER]),
            "is_in_population": st.sampled_from([True, True, True, False]),
            "net_revenue_amount": amounts.map(lambda amount: amount or Decimal(0)),
            "contribution_amount": amounts,
            "cost_to_serve_amount": amounts,
            "potential_amount": amounts,
            **{column: st.sampled_from(classes) for column, classes in SCHEMES.values()},
        }
    ),
    max_size=40,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(customers=segments)
def test_every_scheme_adds_up_to_the_population(models: CompiledModels, customers: list[dict[str, Any]]) -> None:
    models.fill("marts.dim_quarter", [{"quarter_start_date": QUARTER}, {"quarter_start_date": LATER_QUARTER}])
    models.fill(
        "intermediate.int_policy__by_quarter",
        [
            {"quarter_start_date": quarter, "segment_c_revenue_benchmark_ratio": Decimal("0.20")}
            for quarter in (QUARTER, LATER_QUARTER)
        ],
    )
    models.fill(
        "published.customer_segments",
        [{"customer_id": f"K{number}", **customer} for number, customer in enumerate(customers)],
    )
    models.build("segment_distribution")
    distribution = {
        (quarter, scheme, class_name): figures
        for quarter, scheme, class_name, *figures in models.rows(
            "select quarter_start_date, scheme, class, customer_count, customer_ratio, net_revenue_amount,"
            " contribution_amount, potential_amount from published.segment_distribution"
        )
    }
    population = [customer for customer in customers if customer["is_in_population"]]
    expected: dict[tuple[date, str, str], list[dict[str, Any]]] = {}
    for customer in population:
        for scheme, (column, _) in SCHEMES.items():
            class_name = (customer[column] or "UNCLASSIFIED").strip()
            key = (
                customer["quarter_start_date"],
                scheme,
                class_name.upper() if scheme == "assigned_class" else class_name,
            )
            expected.setdefault(key, []).append(customer)
    nothing = ("UNCLASSIFIED", "UNRATED")
    used = {(quarter, scheme) for quarter, scheme, class_name in expected if class_name not in nothing}
    expected = {key: members for key, members in expected.items() if key[1] not in OPTIONAL_SCHEMES or key[:2] in used}
    assert set(distribution) == set(expected)

    def total(members: list[dict[str, Any]], column: str) -> Decimal | None:
        known = [member[column] for member in members if member[column] is not None]
        return sum(known, Decimal(0)) if known else None

    for key, (count, ratio, *sums) in distribution.items():
        members = expected[key]
        everyone = [customer for customer in population if customer["quarter_start_date"] == key[0]]
        assert count == len(members)
        assert abs(ratio - Decimal(count) / len(everyone)) <= Decimal("0.0000005")
        assert sums == [
            total(members, column) for column in ("net_revenue_amount", "contribution_amount", "potential_amount")
        ]


#: Inputs of one unremarkable customer, by relation; a test changes what it is about.
PLAIN_CUSTOMER: Mapping[str, Mapping[str, Any]] = {
    "marts.dim_quarter": {"as_of_date": date(2026, 9, 30), "is_provisional": False},
    "marts.dim_customer": {"customer_id": "K1", "customer_name": "Muster", "rep_id": "R1", "account_id": "A1"},
    "intermediate.int_customer__by_quarter": {
        "lifecycle_status": "active",
        "is_in_population": True,
        "has_credit_notes_only": False,
        "has_incomplete_history": False,
    },
    "intermediate.int_customer__profit_by_quarter": {
        "net_revenue_amount": Decimal("100.00"),
        "gross_margin_amount": Decimal("30.00"),
        "cost_to_serve_amount": Decimal("10.00"),
        "contribution_amount": Decimal("20.00"),
        "is_partial_year": False,
        "has_estimated_cost": False,
    },
    "intermediate.int_threshold__by_customer_quarter": {"threshold_class": "C", "is_new": False},
    "intermediate.int_potential__wallet_by_customer_quarter": {
        "potential_amount": Decimal("500.00"),
        "wallet_source": "declared",
        "is_wallet_below_revenue": False,
    },
    "intermediate.int_segmentation__tier": {
        "tier_raw": "A",
        "tier_effective": "B",
        "is_without_potential": False,
        "is_tier_by_revenue": False,
        "is_without_tier_measure": False,
    },
    "intermediate.int_segmentation__channel_of_rep": {"rep_id": "R1", "channel": "FIELD"},
}


def build_segments(models: CompiledModels, changes: Mapping[str, Mapping[str, Any] | None]) -> None:
    """The wide table of one customer, with changed input values; None removes the row of a relation."""
    models.fill("intermediate.int_segmentation__digital_customer", [])
    for relation, values in {**PLAIN_CUSTOMER, **changes}.items():
        if values is None:
            models.fill(relation, [])
            continue
        row = {**PLAIN_CUSTOMER.get(relation, {}), **values}
        row.update(
            {
                name: value
                for name, value in (("quarter_start_date", QUARTER), ("customer_id", "K1"))
                if name in models.columns[relation]
            }
        )
        models.fill(relation, [row])
    models.build("customer_segments")


@pytest.mark.parametrize(
    ("relation", "values", "flags"),
    [
        ("int_customer__by_quarter", {}, None),
        ("int_customer__by_quarter", {"has_credit_notes_only": True}, "CREDIT_NOTES_ONLY"),
        ("int_customer__by_quarter", {"has_incomplete_history": True}, "INCOMPLETE_HISTORY"),
        ("int_customer__by_quarter", {"is_in_population": False}, "INTERCOMPANY"),
        ("int_customer__profit_by_quarter", {"has_estimated_cost": True}, "ESTIMATED_COST"),
        ("int_customer__profit_by_quarter", {"is_partial_year": True}, "PARTIAL_YEAR"),
        ("int_threshold__by_customer_quarter", {"is_new": True}, "NEW"),
        ("int_customer__profit_by_quarter", {"contribution_amount": Decimal("-0.01")}, "NEGATIVE_CONTRIBUTION"),
        ("int_customer__profit_by_quarter", {"contribution_amount": Decimal("0.00")}, None),
        ("int_customer__profit_by_quarter", {"net_revenue_amount": Decimal("-0.01")}, "NEGATIVE_REVENUE"),
        ("int_customer__profit_by_quarter", {"net_revenue_amount": Decimal("0.00")}, "ZERO_REVENUE"),
        (
            "int_customer__profit_by_quarter",
            {"cost_to_serve_amount": None, "contribution_amount": None},
            "NO_COST_DATA",
        ),
        (
            "int_customer__profit_by_quarter",
            {"gross_margin_amount": None, "contribution_amount": None},
            "NO_COST_OF_GOODS",
        ),
        ("int_potential__wallet_by_customer_quarter", {"is_wallet_below_revenue": True}, "WALLET_BELOW_REVENUE"),
        ("int_segmentation__tier", {"is_without_potential": True}, "NO_POTENTIAL"),
        ("int_segmentation__tier", {"is_without_tier_measure": True}, "NO_TIER_MEASURE"),
        ("int_segmentation__tier", {"is_tier_by_revenue": True}, "TIER_BY_REVENUE"),
    ],
)
def test_each_flag_tells_its_condition(
    models: CompiledModels, relation: str, values: dict[str, Any], flags: str | None
) -> None:
    build_segments(models, {f"intermediate.{relation}": values})
    assert models.rows("select flags from published.customer_segments") == [(flags,)]


def test_flags_are_alphabetical(models: CompiledModels) -> None:
    build_segments(
        models,
        {
            "intermediate.int_customer__profit_by_quarter": {"net_revenue_amount": Decimal("0.00")},
            "intermediate.int_customer__by_quarter": {"is_in_population": False},
            "intermediate.int_segmentation__tier": {"is_without_potential": True},
        },
    )
    assert models.rows("select flags from published.customer_segments") == [("INTERCOMPANY,NO_POTENTIAL,ZERO_REVENUE",)]


@pytest.mark.parametrize(
    ("rep_id", "is_digital", "channel"),
    [("R1", False, "FIELD"), (None, True, "DIGITAL"), (None, False, None), ("unknown rep", False, None)],
)
def test_current_channel(models: CompiledModels, rep_id: str | None, is_digital: bool, channel: str | None) -> None:
    changes: dict[str, Mapping[str, Any]] = {"marts.dim_customer": {"rep_id": rep_id}}
    if is_digital:
        changes["intermediate.int_segmentation__digital_customer"] = {"order_count": 3}
    build_segments(models, changes)
    assert models.rows("select current_channel from published.customer_segments") == [(channel,)]


def test_a_customer_without_any_figures_keeps_its_row(models: CompiledModels) -> None:
    """Whatever is missing upstream, a customer is never dropped, and what is unknown is NULL."""
    build_segments(
        models,
        {
            relation: None
            for relation in PLAIN_CUSTOMER
            if relation not in ("marts.dim_quarter", "marts.dim_customer", "intermediate.int_customer__by_quarter")
        },
    )
    assert models.rows(
        "select customer_id, net_revenue_amount, contribution_amount, wallet_amount, sow_ratio, potential_class,"
        " zone, focus_layer from published.customer_segments"
    ) == [("K1", None, None, None, None, None, None, None)]


orders = st.lists(
    st.tuples(
        st.dates(min_value=date(2025, 9, 1), max_value=date(2026, 12, 31)),
        st.sampled_from(["shop", "edi", "phone", "fax", None]),
    ),
    max_size=30,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(placed=orders)
def test_orders_after_the_last_day_counted_change_nothing(
    models: CompiledModels, placed: list[tuple[date, str | None]]
) -> None:
    start, as_of = date(2025, 10, 1), date(2026, 9, 30)
    models.fill(
        "marts.dim_quarter",
        [{"quarter_start_date": QUARTER, "trailing_start_date": start, "as_of_date": as_of}],
    )
    models.fill("marts.dim_customer", [{"customer_id": "K1", "rep_id": None}])
    models.fill(
        "intermediate.int_customer__crosswalk", [{"source_type": "erp", "source_id": "K1", "customer_id": "K1"}]
    )

    def digital(those: list[tuple[date, str | None]]) -> list[tuple[Any, ...]]:
        models.fill(
            "input_layer.input_layer__sales_order",
            [
                {"order_id": f"O{n}", "erp_customer_id": "K1", "ordered_at": day, "order_channel": channel}
                for n, (day, channel) in enumerate(those)
            ],
        )
        models.build("int_segmentation__digital_customer")
        return models.rows(
            "select order_count, digital_order_count from intermediate.int_segmentation__digital_customer"
        )

    known = [order for order in placed if order[0] <= as_of]
    assert digital(placed) == digital(known)
    counted = [channel for day, channel in known if day >= start and channel]
    by_machine = sum(channel in ("shop", "edi") for channel in counted)
    assert digital(known) == ([(len(counted), by_machine)] if 2 * by_machine > len(counted) else [])
