"""A small company in its market: customers of two quarters with what is known, declared and bought.

``Market.fill`` writes it into the inputs of the compiled models, ``Market.expected`` says by brute force what the models must
find. Nothing here is taken from the SQL: peers are sorted by distance one customer at a time, quantiles are exact fractions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from ..segmentation.compiled_models import CompiledModels

TOTAL = "__TOTAL__"
GROUPS = ("drills", "gloves")
QUARTERS = {date(2026, 1, 1): date(2026, 3, 31), date(2026, 4, 1): date(2026, 6, 30)}
SIZE_CLASSES = {"MICRO": (1, 0), "SMALL": (10, 2_000_000)}
BUILT = (
    "int_potential__website_text",
    "int_potential__customer_profile",
    "int_potential__peer_window",
    "int_potential__peer_group",
    "int_potential__peer_assignment",
    "int_potential__revenue_by_group",
    "int_potential__peer_set_quantile",
    "int_potential__declared_wallet",
    "int_potential__market_norm",
    "int_potential__peer_wallet",
    "int_potential__wallet",
    "int_potential__peer_share_quantile",
    "int_potential__share_of_wallet",
    "int_potential__wallet_by_customer_quarter",
    "share_of_wallet",
    "customer_potential",
)


@dataclass(frozen=True)
class Policy:
    """The parameters that the wallet depends on."""

    target: int = 4
    minimum: int = 2
    wallet_ratio: Decimal = Decimal("0.9")
    attainable_ratio: Decimal = Decimal("0.75")
    attainable_maximum: Decimal = Decimal("0.8")
    maximum_age_days: int = 365
    minimum_confidence: Decimal = Decimal("0.5")


@dataclass(frozen=True)
class Customer:
    """A customer; ``revenue`` in cents by quarter and product group, ``annual_revenue`` in whole currency units."""

    customer_id: str
    industry: str | None = "A"
    employees: int | None = 10
    annual_revenue: int | None = None
    lifecycle: str = "active"
    is_partial_year: bool = False
    is_in_population: bool = True
    revenue: dict[tuple[date, str], int] = field(default_factory=dict)

    def bought(self, quarter: date, group: str) -> int:
        """Cents of a quarter's trailing year in a group, or in all."""
        if group == TOTAL:
            return sum(self.bought(quarter, each) for each in GROUPS)
        return self.revenue.get((quarter, group), 0)


@dataclass(frozen=True)
class Fact:
    """A dated fact from outside about a customer."""

    customer_id: str
    known_on: date
    industry: str | None = None
    employees: int | None = None
    source: str = "register"


@dataclass(frozen=True)
class Declaration:
    """A declared wallet in cents; group None declares the total."""

    customer_id: str
    declared_on: date
    amount: int
    group: str | None = None
    confidence: Decimal | None = None


@dataclass(frozen=True)
class Norm:
    """Spend per employee in whole currency units; group None stands for all groups together."""

    industry: str
    valid_from: date
    spend: int
    group: str | None = None


@dataclass(frozen=True)
class Known:
    """What is known of a customer in a quarter."""

    customer: Customer
    industry: str | None
    employees: int | None
    size_class: str | None
    is_peer: bool

    @property
    def place(self) -> tuple[int, str, str]:
        """Order among the peers of an industry."""
        assert self.employees is not None
        digest = hashlib.md5(self.customer.customer_id.encode(), usedforsecurity=False).hexdigest()[:8]
        return self.employees, digest, self.customer.customer_id


def quantile(values: Sequence[int | Fraction], ratio: Decimal) -> Fraction | None:
    """Interpolated quantile (type 7) of whole numbers, exactly."""
    if not values:
        return None
    ordered = sorted(Fraction(value) for value in values)
    position = (len(ordered) - 1) * Fraction(ratio)
    lower = position.numerator // position.denominator
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (ordered[upper] - ordered[lower]) * (position - lower)


def rounded(value: Fraction, places: int) -> Decimal:
    """Half away from zero."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


def euros(cents: int) -> Decimal:
    """Cents as money."""
    return Decimal(cents).scaleb(-2)


@dataclass(frozen=True)
class Market:
    """Customers and what is known of them."""

    customers: Sequence[Customer]
    facts: Sequence[Fact] = ()
    declarations: Sequence[Declaration] = ()
    norms: Sequence[Norm] = ()
    policy: Policy = field(default_factory=Policy)

    def fill(self, models: CompiledModels) -> None:
        """The market as rows of the models' inputs."""
        models.fill(
            "marts.dim_quarter",
            [{"quarter_start_date": quarter, "as_of_date": as_of} for quarter, as_of in QUARTERS.items()],
        )
        models.fill(
            "intermediate.int_quarter__observed",
            [
                {"quarter_start_date": quarter, "as_of_date": as_of, "is_in_run": True}
                for quarter, as_of in QUARTERS.items()
            ],
        )
        # Too few customers for gradient boosting: peers estimate.
        models.fill("intermediate.int_potential__boosted_wallet", [])
        models.fill(
            "intermediate.int_potential__method",
            [{"quarter_start_date": quarter, "method": "peer_quantile"} for quarter in QUARTERS],
        )
        models.fill("input_layer.input_layer__account", [])
        models.fill("intermediate.int_potential__wallet_allocation", [])
        models.fill(
            "intermediate.int_policy__by_quarter",
            [
                {
                    "quarter_start_date": quarter,
                    "peer_target_count": self.policy.target,
                    "peer_minimum_count": self.policy.minimum,
                    "wallet_quantile_ratio": self.policy.wallet_ratio,
                    "wallet_median_quantile_ratio": Decimal("0.5"),
                    "attainable_quantile_ratio": self.policy.attainable_ratio,
                    "attainable_maximum_ratio": self.policy.attainable_maximum,
                    "wallet_declaration_maximum_age_days": self.policy.maximum_age_days,
                    "wallet_declaration_minimum_confidence_ratio": self.policy.minimum_confidence,
                    "potential_cost_band_count": 3,
                    "potential_cost_sensitivity_ratio": Decimal("0.2"),
                }
                for quarter in QUARTERS
            ],
        )
        models.fill(
            "policy.policy_size_class",
            [
                {
                    "size_class": name,
                    "minimum_employee_count": employees,
                    "minimum_annual_revenue_amount": Decimal(revenue),
                    "valid_from": date(1900, 1, 1),
                }
                for name, (employees, revenue) in SIZE_CLASSES.items()
            ],
        )
        models.fill(
            "marts.dim_customer",
            [
                {
                    "customer_id": customer.customer_id,
                    "industry_code": customer.industry,
                    "employee_count": customer.employees,
                    "annual_revenue_amount": None
                    if customer.annual_revenue is None
                    else Decimal(customer.annual_revenue),
                }
                for customer in self.customers
            ],
        )
        models.fill(
            "intermediate.int_customer__crosswalk",
            [
                {"source_type": "crm", "source_id": f"account {each.customer_id}", "customer_id": each.customer_id}
                for each in self.customers
            ],
        )
        spine = [(customer, quarter, as_of) for customer in self.customers for quarter, as_of in QUARTERS.items()]
        models.fill(
            "intermediate.int_customer__by_observed_quarter",
            [
                {
                    "customer_id": customer.customer_id,
                    "quarter_start_date": quarter,
                    "as_of_date": as_of,
                    "lifecycle_status": customer.lifecycle,
                    "is_in_population": customer.is_in_population,
                }
                for customer, quarter, as_of in spine
            ],
        )
        yearly = [
            {
                "customer_id": customer.customer_id,
                "quarter_start_date": quarter,
                "net_revenue_amount": euros(customer.bought(quarter, TOTAL)),
                "gross_margin_amount": euros(customer.bought(quarter, TOTAL) * 2 // 5),
                "cost_to_serve_amount": Decimal("10.00"),
                "contribution_amount": euros(customer.bought(quarter, TOTAL) * 2 // 5) - 10,
                "is_partial_year": customer.is_partial_year,
            }
            for customer, quarter, _ in spine
        ]
        models.fill(
            "intermediate.int_revenue__by_customer_observed_quarter",
            [{name: row[name] for name in row if not name.startswith(("cost", "contribution"))} for row in yearly],
        )
        models.fill("intermediate.int_customer__profit_by_quarter", yearly)
        models.fill(
            "intermediate.int_revenue__by_customer_group_quarter",
            [
                {
                    "customer_id": customer.customer_id,
                    "quarter_start_date": quarter,
                    "product_group": group,
                    "net_revenue_amount": euros(cents),
                }
                for customer in self.customers
                for (quarter, group), cents in customer.revenue.items()
            ],
        )
        models.fill(
            "input_layer.input_layer__firmographic",
            [
                {
                    "account_id": f"account {fact.customer_id}",
                    "source": fact.source,
                    "as_of_date": fact.known_on,
                    "industry_code": fact.industry,
                    "employee_count": fact.employees,
                }
                for fact in self.facts
            ],
        )
        models.fill(
            "input_layer.input_layer__wallet_declaration",
            [
                {
                    "account_id": f"account {declaration.customer_id}",
                    "product_group": declaration.group,
                    "wallet_amount": euros(declaration.amount),
                    "declared_date": declaration.declared_on,
                    "confidence_ratio": declaration.confidence,
                }
                for declaration in self.declarations
            ],
        )
        models.fill(
            "input_layer.input_layer__market_norm",
            [
                {
                    "industry_code": norm.industry,
                    "product_group": norm.group,
                    "spend_per_employee_amount": Decimal(norm.spend),
                    "valid_from": norm.valid_from,
                }
                for norm in self.norms
            ],
        )

    def build(self, models: CompiledModels) -> None:
        """Fill the inputs and build every model of the area."""
        self.fill(models)
        models.build(*BUILT)

    # What must come out.

    def known(self, quarter: date) -> dict[str, Known]:
        """Every customer as known on the last day of a quarter."""
        found = {}
        for customer in self.customers:
            industry = customer.industry
            employees = customer.employees if customer.employees else None
            facts = [
                fact
                for fact in self.facts
                if fact.customer_id == customer.customer_id and fact.known_on <= QUARTERS[quarter]
            ]
            # Latest last; of one day, the source first in the alphabet last.
            facts.sort(key=lambda fact: fact.source, reverse=True)
            facts.sort(key=lambda fact: fact.known_on)
            for fact in facts:
                industry = fact.industry or industry
                employees = fact.employees or employees
            size_class = None
            for name, (from_employees, from_revenue) in SIZE_CLASSES.items():
                if employees is not None and employees >= from_employees:
                    size_class = name
                if employees is None and customer.annual_revenue and customer.annual_revenue >= from_revenue:
                    size_class = name
            found[customer.customer_id] = Known(
                customer=customer,
                industry=industry,
                employees=employees,
                size_class=size_class,
                is_peer=customer.is_in_population and customer.lifecycle == "active" and not customer.is_partial_year,
            )
        return found

    def nearest(self, one: Known, known: dict[str, Known]) -> list[Known]:
        """The nearest peers, others only: by ratio of employees, the smaller company first, then the neighbour in order."""
        if one.industry is None or one.employees is None:
            return []
        candidates = sorted(
            (each for each in known.values() if each.is_peer and each.industry == one.industry and each.employees),
            key=lambda each: each.place,
        )

        def distance(position: int) -> tuple[Fraction, int, int]:
            employees = candidates[position].employees
            assert employees is not None
            assert one.employees is not None
            ratio = Fraction(max(employees, one.employees), min(employees, one.employees))
            if employees < one.employees:
                return ratio, 0, -position
            return ratio, 1, position

        order = sorted(range(len(candidates)), key=distance)
        others = [candidates[position] for position in order if candidates[position] is not one]
        return others[: self.policy.target]

    def peers(self, one: Known, known: dict[str, Known]) -> tuple[str, list[Known]]:
        """Step of the ladder and the peers on it."""
        others = [each for each in known.values() if each.is_peer and each is not one]
        in_industry = [each for each in others if one.industry is not None and each.industry == one.industry]
        of_size = [each for each in in_industry if one.size_class is not None and each.size_class == one.size_class]
        for scope, found in (
            ("nearest", self.nearest(one, known)),
            ("industry_size", of_size),
            ("industry", in_industry),
            ("all", others),
        ):
            if len(found) >= self.policy.minimum and found:
                return scope, found
        return "none", []

    def declared(self, customer_id: str, quarter: date) -> dict[str, tuple[int, bool]]:
        """Usable declarations in cents by group, and whether the total is a sum of groups."""
        as_of = QUARTERS[quarter]
        usable: dict[str, list[tuple[Any, ...]]] = {}
        for each in self.declarations:
            confidence = Decimal(1) if each.confidence is None else each.confidence
            if (
                each.customer_id == customer_id
                and each.amount > 0
                and as_of - timedelta(days=self.policy.maximum_age_days) <= each.declared_on <= as_of
                and confidence >= self.policy.minimum_confidence
            ):
                usable.setdefault(each.group or TOTAL, []).append((each.declared_on, confidence, -each.amount))
        found = {group: (-max(each)[2], False) for group, each in usable.items()}
        if found and TOTAL not in found:
            found[TOTAL] = (sum(amount for amount, _ in found.values()), True)
        return found

    def norm(self, one: Known, group: str, quarter: date) -> Decimal | None:
        """Market norm of a customer and group."""
        if one.industry is None or one.employees is None or not one.customer.is_in_population:
            return None
        in_force: dict[str, tuple[date, int]] = {}
        for each in self.norms:
            name = each.group or TOTAL
            if each.industry == one.industry and each.valid_from <= QUARTERS[quarter]:
                # Of norms of one day the smaller one.
                in_force[name] = max(in_force.get(name, (date.min, 0)), (each.valid_from, -each.spend))
        if in_force and TOTAL not in in_force:
            in_force[TOTAL] = (date.min, sum(spend for _, spend in in_force.values()))
        if group not in in_force or in_force[group][1] == 0:
            return None
        return Decimal(-in_force[group][1] * one.employees)

    def expected(self, quarter: date) -> dict[tuple[str, str], dict[str, Any]]:
        """Rows of share_of_wallet by customer and group."""
        known = self.known(quarter)
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        for customer_id, one in known.items():
            declared = self.declared(customer_id, quarter)
            bought = {group for (bought_in, group) in one.customer.revenue if bought_in == quarter}
            scope, peers = self.peers(one, known) if one.customer.is_in_population else ("none", [])
            for group in {TOTAL, *bought, *declared}:
                model = quantile(
                    [max(peer.customer.bought(quarter, group), 0) for peer in peers], self.policy.wallet_ratio
                )
                rows[customer_id, group] = self._row(
                    one,
                    revenue=euros(one.customer.bought(quarter, group)),
                    declared=declared.get(group),
                    norm=self.norm(one, group, quarter),
                    model=None if model is None else rounded(model / 100, 2),
                    scope=scope,
                )
        for (customer_id, group), row in rows.items():
            row["attainable_sow_ratio"] = self._attainable(known[customer_id], group, row, rows, known)
            row["opportunity_amount"] = (
                None
                if row["attainable_sow_ratio"] is None
                else (row["wallet_amount"] * (row["attainable_sow_ratio"] - row["sow_ratio"])).quantize(
                    Decimal("0.01"), ROUND_HALF_UP
                )
            )
        return rows

    @staticmethod
    def _row(
        one: Known,
        revenue: Decimal,
        declared: tuple[int, bool] | None,
        norm: Decimal | None,
        model: Decimal | None,
        scope: str,
    ) -> dict[str, Any]:
        declared_amount = None if declared is None else euros(declared[0])
        source, raw = "none", None
        whole = norm if norm is not None else model or Decimal(0)
        if not one.customer.is_in_population:
            pass
        elif declared is not None and declared_amount is not None and (not declared[1] or declared_amount >= whole):
            source, raw = "declared", declared_amount
        elif norm is not None:
            source, raw = "norm", norm
        elif model:
            source, raw = "model", model
        wallet = None if raw is None else max(raw, revenue)
        share = None
        if wallet is not None and revenue >= 0:
            share = rounded(Fraction(revenue) / Fraction(wallet), 6)
            if revenue > 0:
                share = max(share, Decimal("0.000001"))
        return {
            "scope": scope,
            "net_revenue_amount": revenue,
            "declared_wallet_amount": declared_amount,
            "norm_wallet_amount": norm,
            "model_wallet_amount": model,
            "wallet_source": source,
            "wallet_amount": wallet,
            "sow_ratio": share,
            "wallet_gap_amount": None if wallet is None else wallet - revenue,
        }

    def _attainable(
        self,
        one: Known,
        group: str,
        row: dict[str, Any],
        rows: dict[tuple[str, str], dict[str, Any]],
        known: dict[str, Known],
    ) -> Decimal | None:
        if row["sow_ratio"] is None:
            return None
        others = [
            each
            for each in known.values()
            if each is not one
            and each.is_peer
            and rows.get((each.customer.customer_id, group), {}).get("sow_ratio") is not None
        ]
        in_industry = [each for each in others if one.industry is not None and each.industry == one.industry]
        of_size = [each for each in in_industry if one.size_class is not None and each.size_class == one.size_class]
        for found in (of_size, in_industry, others):
            if len(found) >= self.policy.minimum and found:
                shares = [rows[each.customer.customer_id, group]["sow_ratio"] for each in found]
                high = quantile([Fraction(share) for share in shares], self.policy.attainable_ratio)
                assert high is not None
                return max(row["sow_ratio"], min(rounded(high, 6), self.policy.attainable_maximum))
        return None
