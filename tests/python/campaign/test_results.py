"""Results of campaigns through the compiled models: what changes them, and what must not."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..segmentation.compiled_models import CompiledModels

examples = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

MODELS = (
    "int_campaign__measurement",
    "int_campaign__figure",
    "int_customer__published_id",
    "int_campaign__participant",
    "int_campaign__outcome",
    "int_campaign__inference",
    "int_campaign__contact",
    "campaign_results",
)
CAMPAIGN = "SOW-2026Q2"
CAMPAIGN_QUARTER, OUTCOME_QUARTER = 2026 * 4 + 2, 2026 * 4 + 3
#: Posting quarters that a result may look at: the year before the campaign, and the outcome quarter.
SEEN = (*range(CAMPAIGN_QUARTER - 4, CAMPAIGN_QUARTER), OUTCOME_QUARTER)
PARAMETERS = {
    "campaign_effect_lag_quarters": "1",
    "campaign_confidence_ratio": "0.95",
    "campaign_power_ratio": "0.80",
    "campaign_minimum_arm_count": "20",
    "campaign_minimum_measured_ratio": "0.95",
}

Row = dict[str, Any]


class Company(NamedTuple):
    """What the models read, relation by relation."""

    relations: Mapping[str, Sequence[Row]]

    def changed(self, relation: str, rows: Sequence[Row]) -> Company:
        """The same company with other rows of one relation."""
        return Company({**self.relations, relation: rows})

    def added(self, relation: str, rows: Sequence[Row]) -> Company:
        """The same company with more rows of one relation."""
        return self.changed(relation, [*self.relations[relation], *rows])


def revenue(customer: str, quarter: int, amount: int, **values: Any) -> Row:
    """What a customer was billed in a quarter, in whole EUR; 60 % of it is cost."""
    return {
        "customer_id": customer,
        "posting_quarter_index": quarter,
        "is_in_provisional_window": False,
        "net_revenue_amount": Decimal(amount),
        "cost_of_goods_amount": Decimal(amount) * Decimal("0.6"),
        "missing_net_count": 0,
        "missing_cost_count": 0,
        **values,
    }


def activity(customer: str, number: int, started_at: datetime, campaign: str | None = CAMPAIGN) -> Row:
    return {
        "data_source": "crm",
        "activity_id": f"{customer}-{number}",
        "account_id": f"A-{customer}",
        "campaign_id": campaign,
        "started_at": started_at,
    }


def company(seed: int = 1, treated: int = 40, control: int = 25, effect: int = 400) -> Company:
    """A campaign of 2026Q2 whose treated customers bought more in 2026Q3, each contacted once."""
    draw = random.Random(seed)
    names = [f"K{number:03}" for number in range(treated + control)]
    targets, billed = [], []
    for rank, name in enumerate(names, start=1):
        is_treated = rank <= treated
        usual = round(draw.lognormvariate(7, 0.7))
        targets.append(
            {
                "campaign_id": CAMPAIGN,
                "quarter_start_date": date(2026, 4, 1),
                "list_version": 1,
                "customer_id": name,
                "arm": "TREATMENT" if is_treated else "CONTROL",
                "stratum": draw.choice(["HIGH|A", "HIGH|B"]),
                "rank": rank,
            }
        )
        for quarter in SEEN:
            added = effect if is_treated and quarter == OUTCOME_QUARTER else 0
            billed.append(revenue(name, quarter, round(usual * draw.uniform(0.6, 1.4)) + added))
    contacted = [activity(name, 1, datetime.fromisoformat("2026-05-04T09:00")) for name in names[:treated]]
    return Company(
        {
            "intermediate.int_campaign__issued_target": targets,
            "ledger.campaign_list": [
                {
                    "campaign_id": CAMPAIGN,
                    "list_version": 1,
                    "campaign_type": "SOW",
                    "planned_effect_amount": Decimal(300),
                }
            ],
            "policy.policy_campaign_calendar": [],
            "policy.policy_parameter": [
                {"parameter": name, "value": value, "valid_from": date(1900, 1, 1)}
                for name, value in PARAMETERS.items()
            ],
            "policy.policy_process_activity": [
                {"activity": "complaint", "is_process": True, "valid_from": date(1900, 1, 1)}
            ],
            "marts.dim_quarter": [
                {
                    "quarter_start_date": date(2026, 7, 1),
                    "quarter_index": OUTCOME_QUARTER,
                    "as_of_date": date(2026, 9, 30),
                    "is_provisional": False,
                }
            ],
            "marts.fct_cost_to_serve": [],
            "input_layer.input_layer__invoice_line": [{"posting_date": date(2024, 1, 2)}],
            "input_layer.input_layer__activity": contacted,
            "intermediate.int_customer__crosswalk": [
                row
                for name in names
                for row in (
                    {"source_type": "erp", "source_id": name, "customer_id": name},
                    {"source_type": "crm", "source_id": f"A-{name}", "customer_id": name},
                )
            ],
            "intermediate.int_revenue__by_customer_posting_quarter": billed,
            "intermediate.int_cost__contact": [
                {
                    "data_source": "crm",
                    "activity_id": row["activity_id"],
                    "account_id": row["account_id"],
                    "resource_pool": "field_sales",
                    "month_start_date": row["started_at"].date().replace(day=1),
                    "minutes": Decimal(90),
                }
                for row in contacted
            ],
            "intermediate.int_cost__pool_by_month": [
                {
                    "quarter_start_date": day,
                    "month_start_date": day,
                    "resource_pool": "field_sales",
                    "pool_amount": Decimal(1),
                    "rate_amount": Decimal("0.8"),
                }
                for day in (
                    date(2025, 4, 1),
                    date(2025, 7, 1),
                    date(2025, 10, 1),
                    date(2026, 1, 1),
                    date(2026, 5, 1),
                    date(2026, 7, 1),
                )
            ],
        }
    )


def results(models: CompiledModels, given_company: Company) -> list[Row]:
    """The published results of a company, ordered by campaign and KPI."""
    for relation, rows in given_company.relations.items():
        models.fill(relation, rows)
    models.build(*MODELS)
    found = models.connection.execute("select * from published.campaign_results order by campaign_id, kpi")
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def one(models: CompiledModels, given_company: Company, kpi: str = "net_revenue") -> Row:
    [row] = [row for row in results(models, given_company) if row["kpi"] == kpi]
    return row


def test_a_campaign_that_worked(models: CompiledModels) -> None:
    row = one(models, company())
    assert (row["treated_count"], row["control_count"], row["unmeasured_count"]) == (40, 25, 0)
    assert row["ci_low_amount"] <= 400 <= row["ci_high_amount"]
    assert row["verdict"] == "LIFT"
    assert row["total_uplift_amount"] == row["uplift_amount"] * 40
    # 40 contacts of 90 minutes at 0.80 in May.
    assert (row["contact_count"], row["cost_amount"]) == (40, Decimal("2880.00"))
    assert (row["reached_count"], row["contaminated_count"]) == (40, 0)
    assert row["return_ratio"] == pytest.approx(
        row["total_uplift_amount"] / row["cost_amount"], abs=Decimal("0.000001")
    )
    assert row["flags"] is None


def test_margin_has_its_own_row_and_no_plan(models: CompiledModels) -> None:
    row = one(models, company(), "gross_margin")
    assert row["is_main_kpi"] is False
    assert row["planned_effect_amount"] is None
    assert row["flags"] == "NO_PLANNED_EFFECT"
    # The margin is 40 % of the revenue of each customer, so it is 40 % of its effect.
    assert row["uplift_amount"] == pytest.approx(
        one(models, company())["uplift_amount"] * Decimal("0.4"), abs=Decimal("0.02")
    )


def test_the_same_input_gives_the_same_results(models: CompiledModels) -> None:
    """I18."""
    assert results(models, company()) == results(models, company())


@examples
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_says_nothing(models: CompiledModels, draw: random.Random) -> None:
    given_company = company()
    shuffled = Company({name: draw.sample(rows, len(rows)) for name, rows in given_company.relations.items()})
    assert results(models, shuffled) == results(models, given_company)


@examples
@given(st.data())
def test_what_came_after_the_outcome_quarter_changes_nothing(models: CompiledModels, data: st.DataObject) -> None:
    """I16, and the same for quarters that lie before the year that is looked at, or in the campaign itself."""
    given_company = company()
    quarters = st.sampled_from([CAMPAIGN_QUARTER - 5, CAMPAIGN_QUARTER, OUTCOME_QUARTER + 1, OUTCOME_QUARTER + 4])
    customers = st.integers(0, 64).map(lambda number: f"K{number:03}")
    others = data.draw(
        st.lists(
            st.tuples(customers, quarters, st.integers(-10_000, 1_000_000), st.integers(0, 1)), min_size=1, max_size=20
        )
    )
    contacts = data.draw(st.lists(customers, max_size=5))
    later = (
        given_company.added(
            "intermediate.int_revenue__by_customer_posting_quarter",
            [revenue(name, quarter, amount, missing_net_count=missing) for name, quarter, amount, missing in others],
        )
        .added("input_layer.input_layer__invoice_line", [{"posting_date": date(2027, 1, 4)}])
        .added(
            "input_layer.input_layer__activity",
            [activity(name, 2 + number, datetime.fromisoformat("2026-10-01")) for number, name in enumerate(contacts)],
        )
    )
    assert results(models, later) == results(models, given_company)


@examples
@given(st.integers(-10_000, 10_000))
def test_what_every_customer_bought_more_is_no_effect(models: CompiledModels, more: int) -> None:
    given_company = company()
    relation = "intermediate.int_revenue__by_customer_posting_quarter"
    raised = given_company.changed(
        relation,
        [
            {**row, "net_revenue_amount": row["net_revenue_amount"] + more}
            if row["posting_quarter_index"] == OUTCOME_QUARTER
            else row
            for row in given_company.relations[relation]
        ],
    )
    first, second = one(models, given_company), one(models, raised)
    measured = ("uplift_amount", "ci_low_amount", "ci_high_amount", "difference_in_differences_amount", "verdict")
    assert {name: first[name] for name in measured} == {name: second[name] for name in measured}
    # Halves of a cent are rounded away from zero, on whichever side of it they are.
    assert second["treated_after_amount"] - first["treated_after_amount"] == pytest.approx(more, abs=Decimal("0.01"))


def test_another_campaign_changes_nothing_of_this_one(models: CompiledModels) -> None:
    given_company = company()
    relation = "intermediate.int_campaign__issued_target"
    other = [
        {**row, "campaign_id": "PROCESS-2026Q2", "arm": "CONTROL" if row["arm"] == "TREATMENT" else "TREATMENT"}
        for row in given_company.relations[relation]
    ]
    both = results(models, given_company.added(relation, other))
    assert [row for row in both if row["campaign_id"] == CAMPAIGN] == results(models, given_company)
    mirrored = [row["uplift_amount"] for row in both if row["campaign_id"] != CAMPAIGN and row["kpi"] == "net_revenue"]
    assert mirrored[0] < 0


def test_customers_that_stopped_buying_count(models: CompiledModels) -> None:
    """Intention to treat: a treated customer that left is part of the result, at 0.00."""
    given_company = company()
    relation = "intermediate.int_revenue__by_customer_posting_quarter"
    left = given_company.changed(
        relation,
        [
            row
            for row in given_company.relations[relation]
            if row["customer_id"] != "K000" or row["posting_quarter_index"] != OUTCOME_QUARTER
        ],
    )
    before, after = one(models, given_company), one(models, left)
    assert after["treated_count"] == before["treated_count"]
    assert after["treated_after_amount"] < before["treated_after_amount"]


def test_customers_that_nobody_reached_count_in_their_arm(models: CompiledModels) -> None:
    """Half of the treated were not contacted, and two of the control were: the effect is that of the draw, and it is said."""
    given_company = company()
    relation = "input_layer.input_layer__activity"
    half = given_company.changed(relation, given_company.relations[relation][:20]).added(
        relation,
        [
            activity("K040", 1, datetime.fromisoformat("2026-06-30T23:00")),
            activity("K041", 1, datetime.fromisoformat("2026-05-04")),
        ],
    )
    before, after = one(models, given_company), one(models, half)
    assert after["uplift_amount"] == before["uplift_amount"]
    assert (after["reached_count"], after["contaminated_count"]) == (20, 2)
    # The cost of the two contacts is not known, so that the cost is not.
    assert after["cost_amount"] is None
    assert after["flags"] == "CONTROL_CONTACTED,COST_UNKNOWN"


def test_customers_merged_across_the_arms_belong_to_neither(models: CompiledModels) -> None:
    given_company = company()
    relation = "intermediate.int_customer__crosswalk"
    merged = given_company.changed(
        relation,
        [
            {**row, "customer_id": "K000"} if row["customer_id"] == "K064" else row
            for row in given_company.relations[relation]
        ],
    )
    row = one(models, merged)
    assert (row["listed_treated_count"], row["listed_control_count"], row["unmeasured_count"]) == (39, 24, 1)
    assert (row["treated_count"], row["control_count"]) == (39, 24)
    assert row["flags"] == "IN_BOTH_ARMS"


@pytest.mark.parametrize(
    ("treated", "control", "has_verdict"), [(20, 20, True), (21, 20, True), (19, 40, False), (40, 19, False)]
)
def test_a_verdict_takes_enough_customers_in_each_arm(
    models: CompiledModels, treated: int, control: int, has_verdict: bool
) -> None:
    row = one(models, company(treated=treated, control=control))
    assert (row["verdict"] is not None) is has_verdict
    assert (row["ci_low_amount"] is not None) is has_verdict
    assert ("FEW_CUSTOMERS" in (row["flags"] or "")) is not has_verdict
    assert row["uplift_amount"] is not None
    assert row["minimum_detectable_amount"] > 0


def test_without_a_control_group_nothing_is_said(models: CompiledModels) -> None:
    row = one(models, company(control=0))
    assert (row["treated_count"], row["control_count"]) == (40, 0)
    assert row["treated_after_amount"] is not None
    for name in ("uplift_amount", "minimum_detectable_amount", "verdict", "total_uplift_amount", "return_ratio"):
        assert row[name] is None
    assert row["flags"] == "FEW_CUSTOMERS,NO_CONTROL"


def test_without_cost_of_goods_the_margin_has_no_result(models: CompiledModels) -> None:
    """Who bought nothing has a margin of 0.00 all the same, and would be all that is compared."""
    given_company = company()
    relation = "intermediate.int_revenue__by_customer_posting_quarter"
    unknown = given_company.changed(
        relation,
        [
            {**row, "cost_of_goods_amount": None, "missing_cost_count": 1}
            for row in given_company.relations[relation]
            if int(row["customer_id"][1:]) % 3
        ],
    )
    row = one(models, unknown, "gross_margin")
    assert (row["treated_count"], row["control_count"], row["unmeasured_count"]) == (0, 0, 65)
    assert row["uplift_amount"] is None
    assert row["verdict"] is None
    assert row["flags"] == "FEW_CUSTOMERS,NO_PLANNED_EFFECT,UNKNOWN_AMOUNTS"
    assert one(models, unknown)["uplift_amount"] is not None


def test_data_that_begin_with_the_campaign_have_neither_baseline_nor_covariate(models: CompiledModels) -> None:
    given_company = company().changed("input_layer.input_layer__invoice_line", [{"posting_date": date(2026, 4, 1)}])
    row = one(models, given_company)
    assert row["difference_in_differences_amount"] is None
    assert row["treated_before_amount"] is None
    assert (row["covariate_factor"], row["covariate_correlation"]) == (0, None)
    assert row["flags"] == "NO_BASELINE,NO_COVARIATE"
    assert row["uplift_amount"] is not None


def test_without_any_activity_the_cost_is_unknown(models: CompiledModels) -> None:
    row = one(models, company().changed("input_layer.input_layer__activity", []))
    for name in ("contact_count", "minutes", "cost_amount", "return_ratio", "reached_count", "contaminated_count"):
        assert row[name] is None
    assert row["flags"] == "NO_ACTIVITY_DATA"
    assert row["verdict"] == "LIFT"


def test_a_quarter_that_still_runs_has_no_result(models: CompiledModels) -> None:
    given_company = company()
    running = given_company.changed(
        "marts.dim_quarter", [{**given_company.relations["marts.dim_quarter"][0], "is_provisional": True}]
    )
    assert results(models, running) == []


def test_nothing_issued_gives_no_rows(models: CompiledModels) -> None:
    assert results(models, company().changed("intermediate.int_campaign__issued_target", [])) == []


def test_a_process_campaign_is_measured_by_what_it_saved(models: CompiledModels) -> None:
    """Each treated customer's complaints cost 30 less than before, those of the control stay as they are."""
    given_company = company()
    cost = []
    for row in given_company.relations["intermediate.int_campaign__issued_target"]:
        usual = 40 + row["rank"] % 7
        for quarter in (date(2025, 4, 1), date(2025, 7, 1), date(2025, 10, 1), date(2026, 1, 1), date(2026, 7, 1)):
            saved = 30 if row["arm"] == "TREATMENT" and quarter == date(2026, 7, 1) else 0
            cost.append(
                {
                    "customer_id": row["customer_id"],
                    "quarter_start_date": quarter,
                    "activity": "complaint",
                    "cost_amount": Decimal(usual - saved) + Decimal(row["rank"] % 3) / 100,
                }
            )
    process = given_company.changed("marts.fct_cost_to_serve", cost).changed(
        "ledger.campaign_list",
        [{**given_company.relations["ledger.campaign_list"][0], "campaign_type": "PROCESS"}],
    )
    row = one(models, process, "process_cost_saving")
    assert row["is_main_kpi"] is True
    assert row["uplift_amount"] == pytest.approx(Decimal(30), abs=Decimal("0.05"))
    assert row["planned_effect_amount"] == 300
    assert one(models, process)["planned_effect_amount"] is None
    assert row["treated_after_amount"] < 0
