"""Growth of frozen cohorts: the set-based SQL against sums customer by customer.

An example is a company: customers of reps with the layers that they had in each quarter, and what they bought in the
year of the cohort's start and in that of its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..segmentation.compiled_models import CompiledModels

START, MIDDLE, END = (date(2023, 7, 1), 8095), (date(2025, 7, 1), 8103), (date(2026, 7, 1), 8107)
LAYERS = ("TOP5", "ACTIVE15", "REST")
LARGEST_COUNT = 2

examples = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Customer(NamedTuple):
    """Rep, layers at the start, in between and at the end, and cents of revenue in both years; None is no posting."""

    rep: str
    layers: tuple[str, str, str]
    start: int | None
    end: int | None


cents = st.none() | st.integers(-10_000, 10**8) | st.sampled_from([0, 10_000, 12_800])
customers = st.lists(
    st.builds(Customer, st.sampled_from(["R1", "R1", "R2"]), st.tuples(*[st.sampled_from(LAYERS)] * 3), cents, cents),
    max_size=12,
).map(lambda those: {f"K{number:02d}": one for number, one in enumerate(those)})


def run(models: CompiledModels, company: Mapping[str, Customer]) -> list[tuple[Any, ...]]:
    """The published growth in the quarter of the end."""
    models.fill("run.data_source", [{"data_source": "canonical"}])
    models.fill("ledger.focus_slot", [])
    models.fill("marts.dim_rep", [])
    quarters = (START, MIDDLE, END)
    models.fill(
        "marts.dim_quarter",
        [{"quarter_start_date": day, "quarter_index": index, "is_provisional": False} for day, index in quarters],
    )
    models.fill(
        "intermediate.int_focus__growth_period",
        [
            {
                "quarter_start_date": END[0],
                "start_quarter_index": START[1],
                "end_quarter_index": END[1],
                "span_quarter_count": 12,
                "wanted_quarter_count": 12,
                "focus_top_count": 5,
                "focus_active_count": 15,
                "focus_growth_largest_count": LARGEST_COUNT,
                "focus_match_band_factor": 2,
            }
        ],
    )
    models.fill(
        "marts.dim_customer",
        [
            {"customer_id": name, "rep_id": one.rep, "is_intercompany": False, "is_blocked": False}
            for name, one in company.items()
        ],
    )
    models.fill(
        "intermediate.int_focus__layer",
        [
            {"quarter_start_date": day, "rep_id": one.rep, "customer_id": name, "focus_layer": layer}
            for name, one in company.items()
            for (day, _), layer in zip(quarters, one.layers, strict=True)
        ],
    )
    models.fill(
        "intermediate.int_revenue__by_customer_posting_quarter",
        [
            {
                "customer_id": name,
                "posting_quarter_index": index,
                "net_revenue_amount": Decimal(amount).scaleb(-2),
                "missing_net_count": 0,
            }
            for name, one in company.items()
            for index, amount in ((START[1] - 3, one.start), (END[1], one.end))
            if amount is not None
        ],
    )
    models.build("int_focus__cohort", "focus_growth")
    return models.rows(
        "select rep_id, layer, customer_count, start_revenue_amount, end_revenue_amount, cagr_ratio, rest_cagr_ratio,"
        " ratio_to_rest, matched_cagr_ratio, matched_difference_ratio, matched_ratio"
        f" from published.focus_growth where quarter_start_date = date '{END[0]}' order by rep_id, layer"
    )


def expected(company: Mapping[str, Customer]) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Customers and revenue in cents, at the start and at the end, of each rep and of the company by layer."""
    cohort = {name: one for name, one in company.items() if (one.start or 0) > 0}
    rank = {
        name: sum(
            (-(other.start or 0), key) < (-(one.start or 0), name)
            for key, other in cohort.items()
            if other.rep == one.rep
        )
        for name, one in cohort.items()
    }
    result: dict[tuple[str, str], tuple[int, int, int]] = {}
    for name, one in cohort.items():
        layer = one.layers[0]
        cuts = {layer, "REST" if layer == "REST" else "FOCUS", "LARGEST" if rank[name] < LARGEST_COUNT else "OTHERS"}
        for key in [(rep, cut) for rep in (one.rep, "COMPANY") for cut in cuts]:
            count, start, end = result.get(key, (0, 0, 0))
            result[key] = (count + 1, start + (one.start or 0), end + (one.end or 0))
    return result


@examples
@given(company=customers)
def test_layers_are_sums_of_customers_where_they_began(models: CompiledModels, company: dict[str, Customer]) -> None:
    sums = expected(company)
    rows = run(models, company)
    assert {(rep, layer) for rep, layer, count, *_ in rows if count} == set(sums)
    growth = {}
    for rep, layer, count, start, end, cagr, *_ in rows:
        if not count:
            assert (start, end, cagr) == (None, None, None)
            continue
        assert (count, int(start * 100), int(end * 100)) == sums[rep, layer]
        growth[rep, layer] = cagr
        if end < 0 or end >= start * 1000:
            assert cagr is None
        else:
            assert abs((1 + float(cagr)) ** 3 - float(end / start)) < 1e-5 * max(1.0, float(end / start))
    for rep, layer, count, *_, rest, ratio, _, _, matched in rows:
        beside = {"REST": None, "OTHERS": None, "LARGEST": "OTHERS"}.get(layer, "REST")
        assert rest == (growth.get((rep, beside)) if beside else None)
        if rest is None or rest <= 0 or not count:
            assert ratio is None
        assert matched is None or 0 <= matched <= 1


@examples
@given(company=customers, data=st.data())
def test_who_is_promoted_or_dropped_later_stays_where_it_began(
    models: CompiledModels, company: dict[str, Customer], data: st.DataObject
) -> None:
    as_it_was = run(models, company)
    layer = st.sampled_from(LAYERS)
    moved = {
        name: one._replace(layers=(one.layers[0], data.draw(layer), data.draw(layer))) for name, one in company.items()
    }
    assert run(models, moved) == as_it_was
