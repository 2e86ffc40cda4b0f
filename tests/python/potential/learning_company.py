"""A company that gradient boosting can learn from, through the compiled models from the input layer to what is published."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import numpy as np
from dateutil.relativedelta import relativedelta

from ..harness import PROJECT
from ..revenue.company import IDENTITY
from ..segmentation.compiled_models import CompiledModels

Rows = Sequence[Mapping[str, Any]]

LEARNED = (
    "int_potential__training",
    "int_potential__comparable_purchase",
    "int_potential__feature",
    "int_potential__boosted_quantile",
    "int_potential__boosted_wallet",
)
TESTED = (
    "int_potential__backtest",
    "int_potential__evaluation",
    "int_potential__declared_comparison",
    "int_potential__method",
)
CHAIN = (
    "dim_quarter",
    "int_quarter__backtest",
    "int_quarter__observed",
    "int_policy__by_quarter",
    "dim_product",
    *IDENTITY,
    "int_currency__rate_by_day",
    "int_revenue__cost_ratio_by_product_group",
    "fct_invoice_line",
    "int_revenue__by_customer_group_posting_quarter",
    "int_revenue__by_customer_posting_quarter",
    "int_revenue__by_customer_group_quarter",
    "int_customer__since",
    "int_customer__by_observed_quarter",
    "int_customer__by_quarter",
    "int_revenue__by_customer_observed_quarter",
    "int_revenue__by_customer_quarter",
    "int_customer__profit_by_quarter",
    "int_potential__website_text",
    "int_potential__customer_profile",
    *LEARNED,
    "int_potential__peer_window",
    "int_potential__peer_group",
    "int_potential__peer_assignment",
    "int_potential__revenue_by_group",
    "int_potential__peer_set_quantile",
    "int_potential__declared_wallet",
    "int_potential__market_norm",
    "int_potential__peer_wallet",
    *TESTED,
    "int_potential__wallet",
    "int_potential__peer_share_quantile",
    "int_potential__share_of_wallet",
    "int_potential__wallet_by_customer_quarter",
    "int_potential__wallet_allocation",
    "share_of_wallet",
    "customer_potential",
    "potential_evaluation",
    "reclassification_growth",
)
#: What is published of the potential, and the columns by which a reader tells the run apart.
PUBLISHED = ("customer_potential", "share_of_wallet", "potential_evaluation", "reclassification_growth")
GROUPS = ("drills", "gloves", "oil")
POLICY = {
    "potential_training_minimum_count": "60",
    "potential_backtest_minimum_count": "60",
    "peer_target_count": "10",
    "peer_minimum_count": "5",
}
FIRST_DAY = date(2022, 7, 1)


@dataclass(frozen=True)
class Company:
    """Rows of the input layer by entity."""

    accounts: list[dict[str, Any]] = field(default_factory=list)
    customers: list[dict[str, Any]] = field(default_factory=list)
    firmographics: list[dict[str, Any]] = field(default_factory=list)
    invoice_lines: list[dict[str, Any]] = field(default_factory=list)
    declarations: list[dict[str, Any]] = field(default_factory=list)

    def __add__(self, more: Company) -> Company:
        return Company(
            self.accounts + more.accounts,
            self.customers + more.customers,
            self.firmographics + more.firmographics,
            self.invoice_lines + more.invoice_lines,
            self.declarations + more.declarations,
        )

    def build(self, models: CompiledModels, first_quarter: date, last_quarter: date) -> None:
        """Build everything up to the published tables of the potential, for a range of quarters."""
        entities: dict[str, Rows] = {
            "account": self.accounts,
            "customer": self.customers,
            "firmographic": self.firmographics,
            "invoice_line": self.invoice_lines,
            "wallet_declaration": self.declarations,
            "product": [
                {"product_id": group, "product_name": group, "product_group": group, "standard_cost_amount": Decimal(1)}
                for group in GROUPS
            ],
        }
        for entity in (*entities, "exchange_rate", "market_norm", "criterion_rating"):
            models.fill(f"input_layer.input_layer__{entity}", entities.get(entity, ()))
        models.fill("intermediate.int_cost__by_customer_quarter", ())
        models.fill(
            "run.parameter", [{"first_quarter_start_date": first_quarter, "last_quarter_start_date": last_quarter}]
        )
        models.fill("policy.policy_customer_override", ())
        for seed in ("policy_parameter", "policy_size_class"):
            with (PROJECT / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            for row in rows:
                if row.get("parameter") in POLICY:
                    row["value"] = POLICY[row["parameter"]]
            models.fill(f"policy.{seed}", rows)
        models.build(*CHAIN)


def company(seed: int, prefix: str, count: int, first_day: date, last_day: date) -> Company:
    """Customers that order each quarter, a third more for each further employee class, and much more where the website says laser.

    Some stop, some are prospects, some are known by nothing but their name. The texts of half come from dated facts, those of
    the others from the CRM, undated.

    Args:
        seed: Of all that is drawn.
        prefix: Of the customers' numbers.
        count: Number of customers.
        first_day: From which day on they are known and buy, the first of a quarter.
        last_day: Until which day they buy, the last of a quarter.
    """
    generator = np.random.default_rng(seed)
    found = Company()
    created = datetime.combine(first_day, time())
    for number in range(count):
        name = f"{prefix}{number}"
        is_laser = bool(generator.random() < 0.45)
        is_unknown = generator.random() < 0.05
        employees = int(np.exp(generator.normal(3, 0.3))) + 1
        industry = f"C{generator.integers(0, 3)}"
        words = " ".join(generator.choice(["valve", "pump", "motor", "frame", "gearbox"], 4))
        text = f"{name} {words}{' laser' if is_laser else ''}"
        is_dated = bool(generator.random() < 0.5)
        found.accounts.append(
            {
                "account_id": f"A{name}",
                "account_name": name,
                "industry_code": None if is_unknown else industry,
                "employee_count": None if is_unknown else employees,
                "website_text": None if is_unknown or is_dated else text,
                "country_code": "DE",
                "postal_code": f"{generator.integers(1, 9)}0000",
                "created_at": created,
                "data_source": "s",
            }
        )
        found.customers.append(
            {
                "erp_customer_id": f"D{name}",
                "customer_name": name,
                "crm_account_id": f"A{name}",
                "created_at": created,
                "data_source": "s",
            }
        )
        if is_dated and not is_unknown:
            found.firmographics.append(fact(name, first_day, website_text=text))
        if generator.random() < 0.05:
            found.declarations.append(
                {
                    "account_id": f"A{name}",
                    "wallet_amount": Decimal(int(generator.integers(1_000, 500_000))),
                    "declared_date": last_day - relativedelta(months=4),
                    "data_source": "s",
                }
            )
        buys = generator.random()
        day, stops = first_day, date(2024, 6, 30) if buys < 0.08 else last_day
        level = 5 + 0.6 * np.log(employees) + 3.0 * is_laser
        while day < stops and buys < 0.95:
            for group in GROUPS:
                if generator.random() < 0.8:
                    found.invoice_lines.append(
                        line(name, day + relativedelta(days=10), group, float(np.exp(level + 0.3 * generator.normal())))
                    )
            day += relativedelta(months=3)
    # The last day is the last of its quarter, which is closed then.
    found.invoice_lines.append(line(f"{prefix}0", last_day, GROUPS[0], 1.0))
    return found


def line(name: str, day: date, group: str, amount: float) -> dict[str, Any]:
    """An invoice line of a customer."""
    return {
        "invoice_id": f"{name} {day} {group} {amount}",
        "line_number": 1,
        "document_type": "invoice",
        "erp_customer_id": f"D{name}",
        "product_id": group,
        "posting_date": day,
        "net_amount": Decimal(round(amount * 100)).scaleb(-2),
        "currency_code": "EUR",
        "data_source": "s",
    }


def fact(name: str, day: date, **known: Any) -> dict[str, Any]:
    """A dated fact about a customer."""
    return {"account_id": f"A{name}", "source": "web", "as_of_date": day, "data_source": "s", **known}
