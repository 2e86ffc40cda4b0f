"""A small company through the compiled models, from the input layer to customer_profit."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ..harness import PROJECT
from ..segmentation.compiled_models import CompiledModels

Rows = Sequence[Mapping[str, Any]]

IDENTITY = (
    "int_customer__debtor",
    "int_customer__identifier",
    "int_customer__account",
    "int_customer__crosswalk",
    "int_customer__group",
    "dim_customer",
)
REVENUE = (
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
    "customer_profit",
    "whale_curve",
)
INPUTS = ("account", "customer", "product", "invoice_line", "exchange_rate")


def build_identity(models: CompiledModels, overrides: Rows = (), **entities: Rows) -> None:
    """Fill the input layer with `entities` (others empty) and build dim_customer for the default quarters."""
    _fill(models, None, None, overrides, entities)
    models.build("dim_quarter", "int_quarter__backtest", "int_quarter__observed", "int_policy__by_quarter", *IDENTITY)


def build_company(
    models: CompiledModels,
    first_quarter: date | None = None,
    last_quarter: date | None = None,
    **entities: Rows,
) -> None:
    """Fill the input layer with `entities` (others empty) and build everything up to the published tables.

    Args:
        models: The compiled models; their relations are replaced.
        first_quarter: First requested quarter; None for the default range.
        last_quarter: Last requested quarter; None for the default range.
        **entities: Rows by entity of the input contract.
    """
    _fill(models, first_quarter, last_quarter, (), entities)
    models.fill("intermediate.int_cost__by_customer_quarter", ())
    models.build(
        "dim_quarter",
        "int_quarter__backtest",
        "int_quarter__observed",
        "int_policy__by_quarter",
        "dim_product",
        *IDENTITY,
        *REVENUE,
    )


def _fill(
    models: CompiledModels,
    first_quarter: date | None,
    last_quarter: date | None,
    overrides: Rows,
    entities: Mapping[str, Rows],
) -> None:
    unknown = set(entities) - set(INPUTS)
    if unknown:
        raise ValueError(f"not an input of this area: {sorted(unknown)}")
    for entity in INPUTS:
        models.fill(f"input_layer.input_layer__{entity}", entities.get(entity, ()))
    models.fill(
        "run.parameter",
        [{"first_quarter_start_date": first_quarter, "last_quarter_start_date": last_quarter}],
    )
    models.fill("policy.policy_customer_override", overrides)
    with (PROJECT / "seeds" / "policy_parameter.csv").open(encoding="utf-8", newline="") as parameters:
        models.fill("policy.policy_parameter", list(csv.DictReader(parameters)))
