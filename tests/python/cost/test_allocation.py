"""Cost allocation: the compiled SQL from the drivers of work to the published reconciliation, against whole cents.

An example holds several pools: pools are independent, and one query allocates them all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ..segmentation.compiled_models import CompiledModels

pytestmark = pytest.mark.slow

MONTH = {
    "quarter_start_date": date(2026, 4, 1),
    "month_start_date": date(2026, 6, 1),
    "month_end_date": date(2026, 6, 30),
}
UNUSED = ("__UNUSED__", "unused_capacity")
UNDRIVEN = ("__UNASSIGNED__", "unassigned")
#: First posting by customer: two customers, one from the last day of the month, prospects, and somebody unknown.
FIRST_POSTING = {"D1": date(2020, 1, 1), "D2": date(2026, 6, 30), "D3": date(2026, 7, 1), "A4": None, None: None}
BUCKET = {"D1": "customer", "D2": "customer", "D3": "acquisition", "A4": "acquisition", None: "unassigned"}
ACTIVITIES = ("call", "order_entry", "visit")

Key = tuple[str, str]
Work = dict[tuple[str | None, str], int]

examples = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Pool:
    """One pool of one month: postings and direct cost in cents, work and capacity in ten-thousandths of a minute."""

    ledger: int | None
    work: Work = field(default_factory=dict)
    direct: dict[str | None, int] = field(default_factory=dict)
    capacity: int | None = None
    is_practical: bool = True
    is_outside_ledger: bool = False

    @property
    def amount(self) -> int | None:
        """Cost of the pool in cents."""
        if self.ledger is None:
            return sum(self.direct.values()) if self.direct else None
        return self.ledger + (sum(self.direct.values()) if self.is_outside_ledger else 0)


def largest_remainder(amount: int, weights: dict[Key, int]) -> dict[Key, int]:
    """Cents by participant: the rule in words, on whole numbers."""
    total = sum(weights.values())
    exact = {key: Fraction(abs(amount) * weight, total) for key, weight in weights.items()}
    cents = {key: share.numerator // share.denominator for key, share in exact.items()}
    by_remainder = sorted(weights, key=lambda key: (cents[key] - exact[key], key))
    for key in by_remainder[: abs(amount) - sum(cents.values())]:
        cents[key] += 1
    return {key: (-value if amount < 0 else value) for key, value in cents.items()}


def expected_cost(pool: Pool) -> dict[Key, int | None]:
    """Cents by customer and activity."""
    participants: dict[Key, int] = defaultdict(int)
    for (customer, activity), minutes in pool.work.items():
        participants[customer or "__UNASSIGNED__", activity] += minutes
    direct = {(customer or "__UNASSIGNED__", "direct_freight"): cents for customer, cents in pool.direct.items()}
    if pool.amount is None:
        return {key: None for key in participants}
    rest = pool.amount - sum(pool.direct.values())
    used = sum(participants.values())
    if used == 0 or (direct and rest < 0):
        return {**{key: 0 for key in participants}, UNDRIVEN: rest, **direct}
    if pool.is_practical and pool.capacity is not None:
        participants[UNUSED] = pool.capacity - used
    return {**largest_remainder(rest, participants), **direct}


def allocate(models: CompiledModels, pools: Sequence[Pool]) -> list[dict[Key, dict[str, Any]]]:
    """Rows of fct_cost_to_serve by customer and activity, pool by pool, after building everything up to publication."""
    names = [f"pool_{position:02}" for position in range(len(pools))]
    in_month = {"month_start_date": MONTH["month_start_date"]}
    driver = {"measured_minutes": 0, "fallback_minutes": 0, "has_cut_minutes": False, "has_unrecorded_travel": False}
    models.fill("intermediate.int_cost__month", [MONTH])
    models.fill(
        "intermediate.int_cost__ledger_by_month",
        [
            {**in_month, "resource_pool": name, "is_unmapped": False, "ledger_amount": money(pool.ledger)}
            for name, pool in zip(names, pools, strict=True)
            if pool.ledger is not None
        ],
    )
    models.fill(
        "intermediate.int_cost__direct_cost",
        [
            {
                **in_month,
                "resource_pool": name,
                "customer_id": customer,
                "activity": "direct_freight",
                "direct_amount": money(cents),
            }
            for name, pool in zip(names, pools, strict=True)
            for customer, cents in pool.direct.items()
        ],
    )
    models.fill(
        "intermediate.int_cost__driver_by_customer_month",
        [
            {
                **in_month,
                **driver,
                "resource_pool": name,
                "customer_id": customer,
                "activity": activity,
                "minutes": Decimal(minutes).scaleb(-4),
            }
            for name, pool in zip(names, pools, strict=True)
            for (customer, activity), minutes in pool.work.items()
        ],
    )
    models.fill(
        "intermediate.int_cost__capacity_by_month",
        [
            {**in_month, "resource_pool": name, "practical_minutes": Decimal(pool.capacity).scaleb(-4)}
            for name, pool in zip(names, pools, strict=True)
            if pool.capacity is not None
        ],
    )
    models.fill(
        "intermediate.int_cost__resource_pool",
        [
            {
                **in_month,
                "resource_pool": name,
                "capacity_mode": "practical" if pool.is_practical else "full_absorption",
                "direct_cost_treatment": "outside_ledger" if pool.is_outside_ledger else "in_ledger",
            }
            for name, pool in zip(names, pools, strict=True)
        ],
    )
    models.fill(
        "intermediate.int_customer__since",
        [
            {"customer_id": customer, "customer_since_date": first_posting, "first_posting_date": first_posting}
            for customer, first_posting in FIRST_POSTING.items()
            if customer is not None
        ],
    )
    models.build("int_cost__pool_by_month", "fct_cost_to_serve", "cost_to_serve", "cost_reconciliation")
    found: dict[str, dict[Key, dict[str, Any]]] = {name: {} for name in names}
    for name, customer, activity, bucket, amount in models.rows(
        "select resource_pool, customer_id, activity, cost_bucket, cost_amount from published.cost_to_serve"
    ):
        assert (customer, activity) not in found[name], "two rows of one grain"
        found[name][customer, activity] = {"bucket": bucket, "cents": cents_of(amount)}
    return [found[name] for name in names]


def money(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents).scaleb(-2)


def cents_of(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount.scaleb(2))


def cost(rows: dict[Key, dict[str, Any]]) -> dict[Key, int | None]:
    return {key: row["cents"] for key, row in rows.items()}


# Few distinct values give ties; zero, tiny and huge weights and amounts are there too.
minutes = st.one_of(st.sampled_from([0, 1, 50_000, 50_000, 600_000]), st.integers(min_value=0, max_value=10**15))
workers = st.tuples(st.sampled_from([*FIRST_POSTING]), st.sampled_from(ACTIVITIES))
work = st.dictionaries(workers, minutes, max_size=12)
amounts = st.one_of(
    st.sampled_from([0, 1, -1, 100, 10_000, 100_000]),
    st.integers(min_value=-(10**7), max_value=10**9),
    st.integers(min_value=-(10**14), max_value=10**14),
)
freight = st.dictionaries(st.sampled_from([*FIRST_POSTING]), st.integers(min_value=-1_000, max_value=10**6), max_size=3)


@st.composite
def any_pool(draw: st.DrawFn) -> Pool:
    done = draw(work)
    used = sum(done.values())
    # Over capacity up to a hundred times: beyond, one minute costs more than the amounts can hold.
    capacity = draw(st.none() | st.integers(min_value=max(used // 100, 1), max_value=3 * used + 10**6))
    return Pool(
        ledger=draw(st.none() | amounts),
        work=done,
        direct=draw(st.just({}) | freight),
        capacity=capacity,
        is_practical=draw(st.booleans()),
        is_outside_ledger=draw(st.booleans()),
    )


pools_of_a_month = st.lists(any_pool(), min_size=1, max_size=12)


# A cost per minute of 10^12 once failed to fit its column.
@examples
@given(pools=pools_of_a_month)
@example(pools=[Pool(ledger=10**10, work={("D1", "call"): 1}, is_practical=False)])
def test_every_pool_adds_up_to_the_cent_and_follows_the_rule(models: CompiledModels, pools: list[Pool]) -> None:
    """I1, and each cent where the largest-remainder rule puts it."""
    allocated = allocate(models, pools)
    reconciled = {name: row for name, *row in models.rows(
        "select resource_pool, pool_amount, allocated_amount, acquisition_amount, unused_amount, unassigned_amount,"
        " difference_amount from published.cost_reconciliation"
    )}  # fmt: skip
    for position, (pool, rows) in enumerate(zip(pools, allocated, strict=True)):
        assert cost(rows) == expected_cost(pool)
        name = f"pool_{position:02}"
        assert (name in reconciled) == (pool.amount is not None)
        if pool.amount is None:
            continue
        by_bucket: dict[str, int] = defaultdict(int)
        for (customer, activity), row in rows.items():
            known = None if customer == "__UNASSIGNED__" else customer
            assert row["bucket"] == ("unused" if (customer, activity) == UNUSED else BUCKET[known])
            by_bucket[row["bucket"]] += row["cents"]
        assert sum(by_bucket.values()) == pool.amount
        buckets = [by_bucket[bucket] for bucket in ("customer", "acquisition", "unused", "unassigned")]
        assert [cents_of(value) for value in reconciled[name]] == [pool.amount, *buckets, 0]


@examples
@given(
    ledger=amounts,
    done=st.dictionaries(workers, st.integers(min_value=1, max_value=10**9), min_size=1, max_size=12),
    factors=st.lists(st.integers(min_value=2, max_value=10**4), min_size=1, max_size=5),
)
def test_full_absorption_does_not_depend_on_the_unit_of_the_driver(
    models: CompiledModels, ledger: int, done: Work, factors: list[int]
) -> None:
    """I2: all drivers k times as large leave every cent where it is."""
    pool = Pool(ledger=ledger, work=done, is_practical=False)
    scaled = [replace(pool, work={key: factor * value for key, value in done.items()}) for factor in factors]
    unscaled, *others = allocate(models, [pool, *scaled])
    assert all(cost(other) == cost(unscaled) for other in others)


@examples
@given(
    ledger=st.integers(min_value=0, max_value=10**10),
    done=st.dictionaries(workers, st.integers(min_value=0, max_value=10**9), min_size=2, max_size=12),
    more=st.lists(st.integers(min_value=1, max_value=10**6), min_size=1, max_size=8),
)
def test_more_work_never_costs_a_customer_less(
    models: CompiledModels, ledger: int, done: Work, more: list[int]
) -> None:
    """I2: weak monotonicity, up to the one cent that largest remainders can move."""
    (customer, activity), least = min(done.items(), key=lambda item: (item[1], str(item[0])))
    steps = [least]
    for step in more:
        steps.append(steps[-1] + step)
    pools = [
        Pool(ledger=ledger, work={**done, (customer, activity): step}, is_practical=False) for step in steps if step > 0
    ]
    key = (customer or "__UNASSIGNED__", activity)
    costs = [rows[key]["cents"] for rows in allocate(models, pools)]
    assert all(after >= before - 1 for before, after in pairwise(costs))


def test_the_order_of_rows_decides_nothing(models: CompiledModels) -> None:
    """Equal remainders go by customer and activity, however the rows arrive."""
    done: Work = {(customer, activity): 10_000 for customer in ("D1", "D2", "D3") for activity in ACTIVITIES}
    turned = dict(reversed(list(done.items())))
    first, second = allocate(models, [Pool(ledger=100, work=done), Pool(ledger=100, work=turned)])
    assert cost(first) == cost(second)
    # 100 cents over nine are eleven each, and the one left over goes to the first customer's first activity.
    assert [key for key, cents in cost(first).items() if cents == 12] == [("D1", "call")]
