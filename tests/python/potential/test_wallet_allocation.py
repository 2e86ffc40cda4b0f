"""The wallet allocation rule: the shares of all ranks are the whole wallet, and a better rank never has less."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..segmentation.compiled_models import CompiledModels

QUARTER, AS_OF = date(2026, 7, 1), date(2026, 9, 30)
# A share is rounded to six decimals.
ROUNDING = Decimal("0.0000005")


def shares(models: CompiledModels, supplier_count: int) -> list[Decimal]:
    """The share of each rank, from the first one on, of a customer with so many suppliers."""
    models.fill("marts.dim_quarter", [{"quarter_start_date": QUARTER, "as_of_date": AS_OF}])
    models.fill(
        "intermediate.int_policy__by_quarter",
        [
            {
                "quarter_start_date": QUARTER,
                "supplier_rank_criterion_id": "rank",
                "supplier_count_criterion_id": "count",
                "wallet_declaration_maximum_age_days": 365,
            }
        ],
    )
    ranks = range(1, supplier_count + 1)
    models.fill(
        "intermediate.int_customer__crosswalk",
        [{"source_type": "crm", "source_id": f"A{rank}", "customer_id": f"K{rank}"} for rank in ranks],
    )
    models.fill(
        "input_layer.input_layer__criterion_rating",
        [
            {"account_id": f"A{rank}", "criterion_id": criterion, "score": Decimal(score), "rated_date": AS_OF}
            for rank in ranks
            for criterion, score in (("rank", rank), ("count", supplier_count))
        ],
    )
    models.build("int_potential__wallet_allocation")
    return [
        share
        for (share,) in models.rows(
            "select allocation_rule_ratio from intermediate.int_potential__wallet_allocation order by supplier_rank"
        )
    ]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(supplier_count=st.integers(1, 300))
def test_shares_of_all_ranks_are_the_wallet_and_fall_with_the_rank(models: CompiledModels, supplier_count: int) -> None:
    found = shares(models, supplier_count)
    assert len(found) == supplier_count
    assert abs(sum(found) - 1) <= ROUNDING * supplier_count
    assert all(better > worse > 0 for better, worse in pairwise(found))
    exact = [(1 - Decimal(rank) / (supplier_count + 1)) * 2 / supplier_count for rank in range(1, supplier_count + 1)]
    assert all(abs(share - one) <= ROUNDING for share, one in zip(found, exact, strict=True))


def test_three_suppliers_and_one(models: CompiledModels) -> None:
    assert shares(models, 3) == [Decimal("0.500000"), Decimal("0.333333"), Decimal("0.166667")]
    assert shares(models, 1) == [Decimal("1.000000")]
