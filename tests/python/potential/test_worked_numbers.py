"""The worked numbers of share of wallet, from customers and what they declared to the published rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from ..segmentation.compiled_models import CompiledModels
from .market import QUARTERS, TOTAL, Customer, Declaration, Fact, Market, Policy

pytestmark = pytest.mark.slow

QUARTER = date(2026, 4, 1)
AS_OF = QUARTERS[QUARTER]
THOUSAND = 100_000
PUBLISHED = "wallet_amount, wallet_source, sow_ratio, wallet_gap_amount, flags"


def customer(name: str, thousands: float, **known: object) -> Customer:
    """A customer with revenue in one group, in thousands."""
    revenue = {(QUARTER, "drills"): round(thousands * THOUSAND)} if thousands else {}
    return replace(Customer(name, revenue=revenue), **known)  # type: ignore[arg-type]


def ten_peers() -> list[Customer]:
    """Peers with 10, 20, ... 100 thousand."""
    return [customer(f"P{number}", 10 * number) for number in range(1, 11)]


def total_of(models: CompiledModels, name: str, columns: str = PUBLISHED) -> tuple[object, ...]:
    """The published row of the total of a customer in the quarter, with the reasons of its potential."""
    (row,) = models.rows(
        f"""
        select {columns}
        from (
            select
                share_of_wallet.*,
                customer_potential.potential_q90_amount,
                customer_potential.peer_scope,
                customer_potential.peer_group_id,
                customer_potential.peer_count,
                customer_potential.top_reasons
            from published.share_of_wallet
            inner join published.customer_potential using (quarter_start_date, customer_id)
            where is_total and customer_id = '{name}' and quarter_start_date = '{QUARTER}'
        )
        """
    )
    return row


def published(models: CompiledModels, customers: Sequence[Customer], **rest: object) -> CompiledModels:
    """The market built, with ten peers as the minimum."""
    policy = Policy(target=50, minimum=10)
    replace(Market(customers, policy=policy), **rest).build(models)  # type: ignore[arg-type]
    return models


@pytest.mark.parametrize(
    ("thousands", "expected"),
    [
        (45.5, (Decimal("91000.00"), "model", Decimal("0.500000"), Decimal("45500.00"), None)),
        (90.99999, (Decimal("91000.00"), "model", Decimal("1.000000"), Decimal("0.01"), None)),
        (91, (Decimal("91000.00"), "model", Decimal("1.000000"), Decimal("0.00"), None)),
        (91.00001, (Decimal("91000.01"), "model", Decimal("1.000000"), Decimal("0.00"), "WALLET_BELOW_REVENUE")),
        (120, (Decimal("120000.00"), "model", Decimal("1.000000"), Decimal("0.00"), "WALLET_BELOW_REVENUE")),
    ],
)
def test_revenue_below_at_and_above_the_wallet_of_ten_peers(
    models: CompiledModels, thousands: float, expected: tuple[object, ...]
) -> None:
    published(models, [*ten_peers(), customer("X", thousands)])
    assert total_of(models, "X") == expected


def test_without_enough_peers_there_is_no_wallet(models: CompiledModels) -> None:
    published(models, [*ten_peers()[1:], customer("X", 45.5)])
    assert total_of(models, "X") == (None, "none", None, None, "NO_WALLET")
    assert total_of(models, "X", "no_wallet_reason, potential_q90_amount, top_reasons") == (
        "TOO_FEW_PEERS",
        None,
        "industry A (9 peers); 10 employees; 9 peers, 10 needed",
    )


@pytest.mark.parametrize(
    ("age_in_days", "expected"),
    [
        (90, (Decimal("200000.00"), "declared", Decimal("0.227500"), Decimal("154500.00"), None)),
        (365, (Decimal("200000.00"), "declared", Decimal("0.227500"), Decimal("154500.00"), None)),
        (366, (Decimal("91000.00"), "model", Decimal("0.500000"), Decimal("45500.00"), None)),
        (400, (Decimal("91000.00"), "model", Decimal("0.500000"), Decimal("45500.00"), None)),
    ],
)
def test_a_declaration_beats_the_model_while_it_is_recent(
    models: CompiledModels, age_in_days: int, expected: tuple[object, ...]
) -> None:
    declaration = Declaration("X", AS_OF - timedelta(days=age_in_days), 200 * THOUSAND)
    published(models, [*ten_peers(), customer("X", 45.5)], declarations=[declaration])
    assert total_of(models, "X") == expected
    assert total_of(models, "X", "model_wallet_amount, potential_q90_amount") == (
        Decimal("91000.00"),
        Decimal("91000.00"),
    )


def test_thirty_others_are_enough_and_twenty_nine_are_not(models: CompiledModels) -> None:
    policy = Policy(target=50, minimum=30)
    peers = [customer(f"P{number}", number) for number in range(30)]
    Market([*peers, customer("X", 0, lifecycle="prospect")], policy=policy).build(models)
    assert total_of(models, "X", "peer_scope, peer_count, wallet_source") == ("nearest", 30, "model")
    # A peer has twenty-nine others.
    assert total_of(models, "P1", "peer_scope, peer_count, wallet_source") == ("none", 29, "none")


def test_attainable_is_what_the_better_quarter_of_peers_has(models: CompiledModels) -> None:
    """A declared wallet of 200,000 of which 30 % are bought; three of four peers have half of theirs: 40,000."""
    shares = {"P1": 10, "P2": 20, "P3": 50, "P4": 50, "P5": 50, "X": 30}
    policy = Policy(minimum=5)
    Market(
        [customer(name, 2 * share) for name, share in shares.items()],
        declarations=[Declaration(name, AS_OF, 200 * THOUSAND) for name in shares],
        policy=policy,
    ).build(models)
    assert total_of(models, "X", "sow_ratio, attainable_sow_ratio, opportunity_amount") == (
        Decimal("0.300000"),
        Decimal("0.500000"),
        Decimal("40000.00"),
    )


def test_a_prospect_and_a_customer_of_unknown_size_have_peers(models: CompiledModels) -> None:
    published(
        models,
        [
            *ten_peers(),
            customer("prospect", 0, lifecycle="prospect", employees=12),
            customer("unknown", 0, lifecycle="prospect", employees=None),
            customer("found", 0, lifecycle="prospect", industry=None, employees=None),
        ],
        facts=[Fact("found", AS_OF, "A", 10), Fact("unknown", AS_OF + timedelta(days=1), "A", 10)],
    )
    columns = "wallet_amount, sow_ratio, wallet_gap_amount, peer_scope, peer_group_id"
    wallet = (Decimal("91000.00"), Decimal("0.000000"), Decimal("91000.00"))
    assert total_of(models, "prospect", columns) == (*wallet, "nearest", "industry:A|nearest 50 by employees")
    assert total_of(models, "found", columns) == (*wallet, "nearest", "industry:A|nearest 50 by employees")
    assert total_of(models, "unknown", columns) == (*wallet, "industry", "industry:A")


def test_groups_need_not_add_up_to_the_total(models: CompiledModels) -> None:
    """Each peer is strong in one group: the quantiles of the groups exceed the quantile of the totals."""
    peers = [
        Customer(
            f"P{number}",
            revenue={
                (QUARTER, "drills"): 10 * THOUSAND * (number % 2),
                (QUARTER, "gloves"): 10 * THOUSAND * (1 - number % 2),
            },
        )
        for number in range(10)
    ]
    published(models, [*peers, Customer("X", revenue={(QUARTER, "drills"): 1, (QUARTER, "gloves"): 1})])
    rows = models.rows(
        "select product_group, wallet_amount from published.share_of_wallet"
        f" where customer_id = 'X' and quarter_start_date = '{QUARTER}' order by product_group"
    )
    assert rows == [
        (TOTAL, Decimal("10000.00")),
        ("drills", Decimal("10000.00")),
        ("gloves", Decimal("10000.00")),
    ]
