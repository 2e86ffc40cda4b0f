"""White space against plain counting over random companies: who is recommended what, and that nothing later changes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .compiled_models import CompiledModels

QUARTERS = (
    # first day, last day counted, first day of the trailing year, index, quarter before
    (date(2025, 7, 1), date(2025, 9, 30), date(2024, 10, 1), 8103, date(2025, 4, 1)),
    (date(2026, 7, 1), date(2026, 9, 30), date(2025, 10, 1), 8107, date(2026, 4, 1)),
)
MINIMUM, PENETRATION, AMOUNT, BEST = 3, Decimal("0.50"), Decimal("40.00"), 2
POLICY = {
    "whitespace_peer_minimum_count": MINIMUM,
    "whitespace_minimum_penetration_ratio": PENETRATION,
    "whitespace_typical_quantile_ratio": Decimal("0.50"),
    "whitespace_lower_quantile_ratio": Decimal("0.25"),
    "whitespace_minimum_amount": AMOUNT,
    "whitespace_maximum_per_customer": BEST,
    "whitespace_group_active_months": 6,
}
GROUPS = ("drills", "gloves", "tape")
CENT = Decimal("0.01")
# An example builds fourteen models: few of them, each a company of its own.
examples = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
few_examples = settings(examples, max_examples=5)

spend = st.sampled_from([0, 1, 100, 100, 200, 400, 1000, -50]).map(Decimal)
customers = st.lists(
    st.fixed_dictionaries(
        {
            "industry": st.sampled_from(["A", "A", "A", "B", None]),
            "size_class": st.sampled_from(["SMALL", "SMALL", "LARGE", None]),
            "employee_count": st.sampled_from([10, 10, 20, 50, None]),
            "is_peer": st.sampled_from([True, True, True, False]),
            "is_partial_year": st.sampled_from([False, False, True]),
            "rep_id": st.sampled_from(["R1", "R2", None]),
            "is_blocked": st.sampled_from([False, False, False, True]),
            "is_do_not_contact": st.sampled_from([False, False, False, True]),
            "spend": st.tuples(
                st.fixed_dictionaries({group: st.none() | spend for group in GROUPS}),
                st.fixed_dictionaries({group: st.none() | spend for group in GROUPS}),
            ),
        }
    ),
    min_size=4,
    max_size=24,
)


def build(models: CompiledModels, company: Sequence[Mapping[str, Any]], quarters: int) -> None:
    """Build white space, its evaluation and its follow-up from the first quarters of a company."""
    known = QUARTERS[:quarters]
    models.fill(
        "marts.dim_quarter",
        [
            {
                "quarter_start_date": start,
                "as_of_date": last,
                "trailing_start_date": first,
                "quarter_index": index,
                "previous_quarter_start_date": before,
                "is_provisional": False,
            }
            for start, last, first, index, before in known
        ],
    )
    models.fill("intermediate.int_policy__by_quarter", [{"quarter_start_date": row[0], **POLICY} for row in known])
    models.fill(
        "marts.dim_customer",
        [
            {
                "customer_id": f"K{number}",
                "customer_name": f"K{number}",
                "rep_id": customer["rep_id"],
                "is_blocked": customer["is_blocked"],
                "is_do_not_contact": customer["is_do_not_contact"],
            }
            for number, customer in enumerate(company)
        ],
    )
    models.fill(
        "intermediate.int_potential__customer_profile",
        [
            {
                "quarter_start_date": row[0],
                "customer_id": f"K{number}",
                "is_in_population": True,
                "peer_industry": customer["industry"],
                "size_class": customer["size_class"],
                "employee_count": customer["employee_count"],
                "is_peer": customer["is_peer"],
                "is_partial_year": customer["is_partial_year"],
                "net_revenue_amount": sum(amount or 0 for amount in customer["spend"][position].values()),
            }
            for position, row in enumerate(known)
            for number, customer in enumerate(company)
        ],
    )
    models.fill(
        "intermediate.int_customer__by_quarter",
        [
            {
                "quarter_start_date": row[0],
                "customer_id": f"K{number}",
                "lifecycle_status": "active",
                "observed_since_date": row[2],
            }
            for row in known
            for number in range(len(company))
        ],
    )
    purchases = [
        {"position": position, "customer_id": f"K{number}", "product_group": group, "net_revenue_amount": amount}
        for position in range(quarters)
        for number, customer in enumerate(company)
        for group, amount in customer["spend"][position].items()
        if amount is not None
    ]
    models.fill(
        "intermediate.int_revenue__by_customer_group_quarter",
        [
            {key: value for key, value in row.items() if key != "position"}
            | {"quarter_start_date": known[row["position"]][0]}
            for row in purchases
        ],
    )
    models.fill(
        "intermediate.int_revenue__by_customer_group_posting_quarter",
        [
            {key: value for key, value in row.items() if key != "position"}
            | {
                "posting_quarter_index": known[row["position"]][3],
                "is_in_provisional_window": False,
                "cost_of_goods_amount": row["net_revenue_amount"] / 2,
                "missing_cost_count": 0,
                "missing_net_count": 0,
                "last_invoice_date": known[row["position"]][1],
            }
            for row in purchases
        ],
    )
    models.build(
        "int_whitespace__peer_set",
        "int_whitespace__product_group",
        "int_whitespace__customer",
        "int_whitespace__peer_purchase",
        "int_whitespace__cross_sell_offer",
        "int_whitespace__up_sell_limit",
        "int_whitespace__cross_sell",
        "int_whitespace__up_sell",
        "int_whitespace__opportunity",
        "int_whitespace__crm_opportunity",
        "int_whitespace__outcome",
        "whitespace",
        "whitespace_evaluation",
        "whitespace_follow_up",
    )


def lower_quartile(values: Sequence[Decimal]) -> Decimal:
    ordered = sorted(values)
    position = Decimal(len(ordered) - 1) / 4
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def expected_rows(company: Sequence[Mapping[str, Any]], position: int) -> dict[tuple[str, str], tuple[str, Decimal]]:
    """Type and amount by customer and product group, by looking at every peer of every customer."""
    found: dict[str, list[tuple[Decimal, str, str]]] = defaultdict(list)
    for number, customer in enumerate(company):
        own = customer["spend"][position]
        if customer["industry"] is None or customer["is_blocked"] or customer["is_do_not_contact"]:
            continue
        if customer["rep_id"] is None and sum(amount or 0 for amount in own.values()) <= 0:
            continue
        industry = [
            other
            for place, other in enumerate(company)
            if place != number and other["is_peer"] and other["industry"] == customer["industry"]
        ]
        same_size = [
            other
            for other in industry
            if customer["size_class"] is not None and other["size_class"] == customer["size_class"]
        ]
        for group in GROUPS:
            if own[group] is None:
                peers = same_size if len(same_size) >= MINIMUM else industry
                amounts = [other["spend"][position][group] or Decimal(0) for other in peers]
                amounts_bought = [amount for amount in amounts if amount > 0]
                if len(peers) < MINIMUM or len(amounts_bought) < PENETRATION * len(peers) or not amounts_bought:
                    continue
                share = (Decimal(len(amounts_bought)) / len(peers)).quantize(Decimal("0.000001"), ROUND_HALF_UP)
                amount = (median(amounts_bought) * share).quantize(CENT, ROUND_HALF_UP)
                kind = "CROSS_SELL"
            else:
                heads = customer["employee_count"]
                if own[group] <= 0 or heads is None or customer["is_partial_year"] or customer["size_class"] is None:
                    continue
                by_size, by_industry = (
                    [
                        other["spend"][position][group] / other["employee_count"]
                        for other in others
                        if other["employee_count"] and (other["spend"][position][group] or 0) > 0
                    ]
                    for others in (same_size, industry)
                )
                heads_spend = by_size if len(by_size) >= MINIMUM else by_industry
                if len(heads_spend) < MINIMUM or own[group] / heads >= lower_quartile(heads_spend):
                    continue
                amount = (median(heads_spend) * heads).quantize(CENT, ROUND_HALF_UP) - own[group]
                kind = "UP_SELL"
            if amount >= AMOUNT:
                found[f"K{number}"].append((-amount, group, kind))
    return {
        (customer_id, group): (kind, -amount)
        for customer_id, rows in found.items()
        for amount, group, kind in sorted(rows)[:BEST]
    }


@examples
@given(company=customers)
def test_white_space_equals_that_of_plain_counting(models: CompiledModels, company: list[dict[str, Any]]) -> None:
    build(models, company, quarters=2)
    for position, quarter in enumerate(QUARTERS):
        rows = models.rows(
            "select customer_id, product_group, opportunity_type, expected_amount, evidence_count, buyer_count, peer_count"
            f" from published.whitespace where quarter_start_date = '{quarter[0]}'"
        )
        assert {(row[0], row[1]): (row[2], row[3]) for row in rows} == expected_rows(company, position)
        for customer_id, group, kind, amount, evidence, buyers, peers in rows:
            assert evidence >= MINIMUM
            assert amount > 0
            assert buyers <= peers
            bought = company[int(customer_id[1:])]["spend"][position][group]
            assert (bought is None) == (kind == "CROSS_SELL")


@few_examples
@given(company=customers)
def test_what_is_bought_later_changes_no_row(models: CompiledModels, company: list[dict[str, Any]]) -> None:
    tables = ("whitespace", "whitespace_follow_up", "whitespace_evaluation")
    queries = [
        f"select * from published.{name} where quarter_start_date = '{QUARTERS[0][0]}' order by all" for name in tables
    ]
    build(models, company, quarters=1)
    at_the_time = [models.rows(query) for query in queries]
    build(models, company, quarters=2)
    assert [models.rows(query) for query in queries] == at_the_time


@few_examples
@given(company=customers)
def test_the_evaluation_counts_every_pair_once(models: CompiledModels, company: list[dict[str, Any]]) -> None:
    build(models, company, quarters=2)
    recommended = expected_rows(company, 0)
    adopted: dict[str, int] = defaultdict(int)
    counted: dict[str, int] = defaultdict(int)
    for (customer_id, group), (kind, _) in recommended.items():
        before, after = (company[int(customer_id[1:])]["spend"][position][group] or 0 for position in (0, 1))
        counted[kind] += 1
        adopted[kind] += after > 0 if kind == "CROSS_SELL" else after > before
    found = models.rows(
        "select opportunity_type, recommended_count, adopted_count, comparison_count, comparison_adopted_count"
        f" from published.whitespace_evaluation where rank_limit = {BEST}"
    )
    assert {row[0]: (row[1], row[2]) for row in found} == {kind: (counted[kind], adopted[kind]) for kind in counted}
    assert all(0 <= row[4] <= row[3] for row in found)
