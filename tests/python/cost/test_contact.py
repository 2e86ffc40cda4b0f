"""Minutes of CRM activities that several accounts share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..segmentation.compiled_models import CompiledModels

pytestmark = pytest.mark.slow

examples = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

weights = st.one_of(st.none(), st.sampled_from([0, 333_333, 500_000, 1_000_000]), st.integers(0, 1_000_000))
#: Duration and travel in ten-thousandths of a minute, weights in millionths.
visit = st.tuples(
    st.integers(min_value=50_000, max_value=4_800_000),
    st.integers(min_value=0, max_value=4_800_000),
    st.lists(weights, min_size=1, max_size=7),
)


@examples
@given(visits=st.lists(visit, min_size=1, max_size=10))
def test_a_shared_visit_is_split_without_loss(
    models: CompiledModels, visits: list[tuple[int, int, list[int | None]]]
) -> None:
    """The parts of a visit add up to 1 and to its minutes exactly, and follow the weights to the last digit."""
    month = {"month_start_date": date(2026, 6, 1), "month_end_date": date(2026, 6, 30)}
    models.fill("intermediate.int_cost__month", [{**month, "visit_minimum_minutes": 5, "visit_maximum_minutes": 480}])
    models.fill(
        "intermediate.int_cost__time_equation",
        [
            {
                **month,
                "activity": "visit",
                "resource_pool_without_rep": "field_sales",
                "event_minutes": 60,
                "unrecorded_travel_minutes": 30,
            }
        ],
    )
    models.fill("intermediate.int_cost__rep_pool", [])
    models.fill("intermediate.int_customer__crosswalk", [])
    models.fill(
        "input_layer.input_layer__activity",
        [
            {
                "data_source": "crm",
                "activity_id": f"V{number}",
                "account_id": f"A{account}",
                "activity_type": "visit",
                "started_at": date(2026, 6, 15),
                "duration_minutes": Decimal(duration).scaleb(-4),
                "travel_minutes": Decimal(travel).scaleb(-4),
                "share_weight": None if weight is None else Decimal(weight).scaleb(-6),
            }
            for number, (duration, travel, shares) in enumerate(visits)
            for account, weight in enumerate(shares)
        ],
    )
    models.build("int_cost__contact")
    found: dict[str, list[tuple[Decimal, Decimal, Decimal]]] = {}
    for activity_id, quantity, minutes, measured in models.rows(
        "select activity_id, driver_quantity, minutes, measured_minutes from intermediate.int_cost__contact"
        " order by activity_id, account_id"
    ):
        found.setdefault(activity_id, []).append((quantity, minutes, measured))
    assert len(found) == len(visits)
    for number, (duration, travel, shares) in enumerate(visits):
        parts = found[f"V{number}"]
        total = Decimal(duration + travel).scaleb(-4)
        assert len(parts) == len(shares)
        assert sum(quantity for quantity, _, _ in parts) == 1
        assert sum(minutes for _, minutes, _ in parts) == total
        assert sum(measured for _, _, measured in parts) == total
        known = [1_000_000 if weight is None else weight for weight in shares]
        known = known if sum(known) else [1] * len(known)
        for (quantity, minutes, _), weight in zip(parts, known, strict=True):
            share = Decimal(weight) / Decimal(sum(known))
            assert abs(quantity - share) <= Decimal("0.0001")
            assert abs(minutes - total * share) <= Decimal("0.0001")
