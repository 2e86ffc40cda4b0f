"""Peers, wallets and shares: the compiled SQL against brute force, and what must hold whatever the market is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..segmentation.compiled_models import CompiledModels
from .learning_company import CHAIN
from .market import BUILT, GROUPS, QUARTERS, TOTAL, Customer, Declaration, Fact, Market, Norm, Policy

pytestmark = pytest.mark.slow

examples = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

FIRST, SECOND = QUARTERS
COMPARED = (
    "net_revenue_amount",
    "declared_wallet_amount",
    "norm_wallet_amount",
    "model_wallet_amount",
    "wallet_source",
    "wallet_amount",
    "sow_ratio",
    "wallet_gap_amount",
    "attainable_sow_ratio",
    "opportunity_amount",
)

# Few sizes and amounts, so that ties, equal distances (2 between 1 and 4) and thin groups are common.
revenues = st.dictionaries(
    st.tuples(st.sampled_from(list(QUARTERS)), st.sampled_from(GROUPS)),
    st.sampled_from([-500, 0, 1, 100, 100, 250, 999, 12345, 12345]) | st.integers(0, 10**9),
)
policies = st.builds(
    Policy,
    target=st.integers(2, 5),
    minimum=st.integers(1, 4),
    wallet_ratio=st.sampled_from([Decimal("0.9"), Decimal("0.5"), Decimal("0.123456"), Decimal("1")]),
    attainable_ratio=st.sampled_from([Decimal("0.75"), Decimal("0.333333")]),
)


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """Up to sixteen customers, most of them peers of one industry."""
    count = draw(st.integers(1, 16))
    customers = [
        draw(
            st.builds(
                Customer,
                customer_id=st.just(f"C{number}"),
                industry=st.sampled_from(["A", "A", "A", "B", None]),
                employees=st.sampled_from([None, 0, 1, 2, 2, 3, 4, 4, 4, 8, 9, 10, 100]),
                annual_revenue=st.sampled_from([None, 1_000_000, 2_000_000]),
                lifecycle=st.sampled_from(["active", "active", "active", "active", "new", "inactive", "prospect"]),
                is_partial_year=st.sampled_from([False, False, False, True]),
                is_in_population=st.sampled_from([True] * 9 + [False]),
                revenue=revenues,
            )
        )
        for number in range(count)
    ]
    customer_ids = st.sampled_from([customer.customer_id for customer in customers])
    days = st.dates(date(2025, 2, 1), date(2026, 7, 31))
    facts = draw(
        st.lists(
            st.builds(
                Fact,
                customer_id=customer_ids,
                known_on=days,
                industry=st.sampled_from([None, "A", "B"]),
                employees=st.sampled_from([None, 0, 1, 4, 10]),
                source=st.sampled_from(["chamber", "register"]),
            ),
            max_size=5,
            unique_by=lambda fact: (fact.customer_id, fact.known_on, fact.source),
        )
    )
    declarations = draw(
        st.lists(
            st.builds(
                Declaration,
                customer_id=customer_ids,
                declared_on=days,
                amount=st.sampled_from([-1, 0, 100, 5000, 20000]),
                group=st.sampled_from([None, *GROUPS]),
                confidence=st.sampled_from([None, Decimal("0.49"), Decimal("0.5"), Decimal("1")]),
            ),
            max_size=6,
        )
    )
    norms = draw(
        st.lists(
            st.builds(
                Norm,
                industry=st.sampled_from(["A", "B"]),
                valid_from=days,
                spend=st.sampled_from([0, 1, 40]),
                group=st.sampled_from([None, *GROUPS]),
            ),
            max_size=3,
            unique_by=lambda norm: (norm.industry, norm.group, norm.valid_from),
        )
    )
    return Market(customers, facts, declarations, norms, draw(policies))


def built(models: CompiledModels, market: Market) -> dict[tuple[date, str, str], dict[str, Any]]:
    """Rows of share_of_wallet by quarter, customer and group."""
    market.build(models)
    names = ["quarter_start_date", "customer_id", "product_group", *COMPARED]
    rows = models.rows(f"select {', '.join(names)} from published.share_of_wallet")
    assert len({row[:3] for row in rows}) == len(rows)
    return {row[:3]: dict(zip(COMPARED, row[3:], strict=True)) for row in rows}


@examples
@given(market=markets())
def test_peers_wallets_and_shares_are_those_of_brute_force(models: CompiledModels, market: Market) -> None:
    found = built(models, market)
    expected = {(quarter, *key): row for quarter in QUARTERS for key, row in market.expected(quarter).items()}
    assert found.keys() == expected.keys()
    for key, row in found.items():
        assert row == {name: expected[key][name] for name in COMPARED}, key
    scopes = {
        (quarter, customer_id, TOTAL): scope
        for quarter, customer_id, scope in models.rows(
            "select quarter_start_date, customer_id, peer_scope from published.customer_potential"
        )
    }
    assert scopes == {key: row["scope"] for key, row in expected.items() if key[2] == TOTAL}


@examples
@given(market=markets())
def test_shares_and_gaps_stay_within_their_limits(models: CompiledModels, market: Market) -> None:
    market.build(models)
    broken = models.rows(
        """
        select * from published.share_of_wallet
        where not coalesce(sow_ratio between 0 and 1, true)
            or (sow_ratio is null and flags is null)
            or (sow_ratio = 0 and net_revenue_amount <> 0)
            or (sow_ratio is null and wallet_amount is not null and net_revenue_amount >= 0)
            or (wallet_amount is null) <> (wallet_source = 'none')
            or (wallet_amount is null) <> (no_wallet_reason is not null)
            or coalesce(wallet_amount <= 0, false)
            or not coalesce(wallet_gap_amount >= 0, true)
            or not coalesce(wallet_gap_amount = wallet_amount - net_revenue_amount, true)
            or not coalesce(attainable_sow_ratio between sow_ratio and 1, true)
            or not coalesce(opportunity_amount between 0 and wallet_amount, true)
            or (wallet_amount is null and coalesce(sow_ratio, wallet_gap_amount, attainable_sow_ratio, opportunity_amount) is not null)
        """
    )
    assert broken == []
    assert (
        models.rows(
            """
        select * from published.customer_potential
        where (potential_profit_amount is null) <> (no_potential_profit_reason is not null)
            or not coalesce(potential_profit_amount between potential_profit_low_amount and potential_profit_high_amount, true)
            or (potential_q90_amount is null) <> (method = 'none')
            or peer_count is null and method <> 'none'
        """
        )
        == []
    )


@examples
@given(market=markets(), data=st.data())
def test_nobody_is_part_of_its_own_wallet(models: CompiledModels, market: Market, data: st.DataObject) -> None:
    """A customer that buys more or less has the same model wallet as before."""
    number = data.draw(st.integers(0, len(market.customers) - 1))
    changed = [*market.customers]
    changed[number] = replace(changed[number], revenue=data.draw(revenues))
    own = changed[number].customer_id
    before = built(models, market)
    after = built(models, replace(market, customers=changed))
    for key in before.keys() & after.keys():
        if key[1] == own:
            assert before[key]["model_wallet_amount"] == after[key]["model_wallet_amount"]


@examples
@given(market=markets(), data=st.data())
def test_what_becomes_known_later_changes_no_earlier_quarter(
    models: CompiledModels, market: Market, data: st.DataObject
) -> None:
    later = st.dates(QUARTERS[FIRST] + timedelta(days=1), QUARTERS[SECOND] + timedelta(days=30))
    customer_ids = st.sampled_from([customer.customer_id for customer in market.customers])
    richer = replace(
        market,
        customers=[
            replace(
                customer,
                revenue={
                    **{key: cents for key, cents in customer.revenue.items() if key[0] == FIRST},
                    **{key: cents for key, cents in data.draw(revenues).items() if key[0] == SECOND},
                },
            )
            for customer in market.customers
        ],
        facts=[
            *market.facts,
            *data.draw(
                st.lists(
                    st.builds(Fact, customer_ids, later, st.just("B"), st.just(77), st.just("later")),
                    min_size=1,
                    max_size=4,
                    unique_by=lambda fact: (fact.customer_id, fact.known_on),
                )
            ),
        ],
        declarations=[
            *market.declarations,
            *data.draw(st.lists(st.builds(Declaration, customer_ids, later, st.just(777)), max_size=4)),
        ],
        norms=[*market.norms, Norm("A", data.draw(later), 77)],
    )
    before, after = built(models, market), built(models, richer)
    in_first = {key: row for key, row in before.items() if key[0] == FIRST}
    assert in_first == {key: row for key, row in after.items() if key[0] == FIRST}


@examples
@given(market=markets(), data=st.data())
def test_the_order_of_rows_changes_nothing(models: CompiledModels, market: Market, data: st.DataObject) -> None:
    def shuffled(items: Sequence[Any]) -> list[Any]:
        return data.draw(st.permutations(list(items)))

    def published() -> list[Any]:
        return [
            models.rows("select * from published.share_of_wallet order by all"),
            models.rows("select * from published.customer_potential order by all"),
        ]

    market.build(models)
    before = published()
    replace(
        market,
        customers=shuffled(market.customers),
        facts=shuffled(market.facts),
        declarations=shuffled(market.declarations),
        norms=shuffled(market.norms),
    ).build(models)
    assert published() == before


def test_every_model_of_the_area_is_built() -> None:
    from ..harness import PROJECT

    folder = PROJECT / "models" / "intermediate" / "potential"
    assert {path.stem for path in folder.glob("int_*") if path.suffix != ".yml"} < {*BUILT, *CHAIN}
