"""The estimate by gradient boosting through the compiled models: as of its quarter, of any range of quarters, within its limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from orchestration.analytics import quantile_boosting

from ..segmentation.compiled_models import CompiledModels
from .learning_company import FIRST_DAY, GROUPS, PUBLISHED, Company, company, fact, line

pytestmark = pytest.mark.slow

LAST_DAY = date(2025, 6, 30)
QUARTERS = (date(2025, 1, 1), date(2025, 4, 1))
NEXT = date(2025, 7, 1)
# An example is a build of all models, twice: one in every run, more with `--hypothesis-profile=thorough`.
examples = settings(
    max_examples=max(1, settings().max_examples // 12),
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
seeds = st.integers(0, 10**6)


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of the steps show what holds for any number of them."""
    monkeypatch.setitem(quantile_boosting._SETTINGS, "max_iter", 25)


def ours(seed: int) -> Company:
    return company(seed, "K", 300, FIRST_DAY, LAST_DAY)


def published(models: CompiledModels, *quarters: date) -> dict[str, list[Any]]:
    """All rows of some quarters of all tables of the area, and which method estimates."""
    listed = ", ".join(f"date '{quarter}'" for quarter in quarters)
    return {
        table: models.rows(f"select * from {schema}.{table} where quarter_start_date in ({listed}) order by all")
        for schema, table in (
            *(("published", table) for table in PUBLISHED),
            ("intermediate", "int_potential__method"),
        )
    }


def assume_that_boosting_is_in_use(models: CompiledModels) -> None:
    """Almost always; an example in which peers are better shows nothing here."""
    trained = models.rows(
        "select distinct training_quarter_start_date from intermediate.int_potential__training order by 1"
    )
    assert trained == [(date(2023, 10, 1),), (date(2024, 10, 1),)]
    methods = dict(models.rows("select quarter_start_date, method from intermediate.int_potential__method"))
    assume(all(methods[quarter] == "quantile_boosting" for quarter in QUARTERS if quarter in methods))
    assert models.rows(
        "select count(*) > 200 from published.customer_potential where method = 'quantile_boosting'"
    ) == [(True,)]


@examples
@given(seed=seeds)
def test_what_is_dated_later_changes_no_earlier_quarter(models: CompiledModels, seed: int) -> None:
    """Facts, texts, invoices and new customers of the next quarter."""
    before = ours(seed)
    before.build(models, *QUARTERS)
    assume_that_boosting_is_in_use(models)
    expected = published(models, *QUARTERS)
    assert all(expected.values())
    later = company(seed + 1, "N", 40, NEXT, date(2025, 9, 30))
    later.firmographics.extend(
        fact(f"K{number}", NEXT, industry_code="C9", employee_count=7, website_text="laser laser turbine quantum")
        for number in range(0, 300, 3)
    )
    later.firmographics.extend(fact(f"N{number}", NEXT, website_text="turbine quantum") for number in range(40))
    later.invoice_lines.extend(line(f"K{number}", NEXT, "oil", 1e6) for number in range(0, 300, 5))
    (before + later).build(models, QUARTERS[0], NEXT)
    found = published(models, *QUARTERS)
    for table, rows in expected.items():
        assert found[table] == rows, table
    assert published(models, NEXT)["customer_potential"]


@examples
@given(seed=seeds)
def test_a_quarter_is_estimated_alike_in_a_run_of_one_and_of_many(models: CompiledModels, seed: int) -> None:
    one = ours(seed)
    one.build(models, date(2024, 1, 1), QUARTERS[-1])
    assume_that_boosting_is_in_use(models)
    expected = published(models, QUARTERS[-1])
    assert all(expected.values())
    one.build(models, QUARTERS[-1], QUARTERS[-1])
    found = published(models, QUARTERS[-1])
    for table, rows in expected.items():
        assert found[table] == rows, table


@examples
@given(seed=seeds, number=st.integers(0, 299), groups=st.permutations(GROUPS))
def test_nobodys_own_purchases_change_its_estimate(
    models: CompiledModels, seed: int, number: int, groups: list[str]
) -> None:
    """A customer buys so much of one group that it becomes the first of all, and nothing of another any more."""
    own = f"DK{number}"
    more, nothing, _ = groups
    one = ours(seed)
    changed = [
        {**each, "net_amount": each["net_amount"] * (10_000 if each["product_id"] == more else 2)}
        if each["erp_customer_id"] == own
        else each
        for each in one.invoice_lines
        if (each["erp_customer_id"], each["product_id"]) != (own, nothing)
    ]

    def found() -> list[list[Any]]:
        """The estimates, and what the model that gives them reads of comparable customers."""
        return [
            models.rows(
                f"""
                select boosted.*
                from intermediate.int_potential__boosted_wallet as boosted
                inner join intermediate.int_potential__customer_profile using (profile_number)
                inner join intermediate.int_customer__crosswalk using (customer_id)
                where source_type = 'erp' and source_id = '{own}'
                order by all
                """
            ),
            models.rows(
                f"""
                select *
                from intermediate.int_potential__comparable_purchase
                where left_out_fold in (
                    select fold
                    from intermediate.int_potential__feature
                    inner join intermediate.int_potential__customer_profile using (profile_number)
                    inner join intermediate.int_customer__crosswalk using (customer_id)
                    where source_type = 'erp' and source_id = '{own}'
                )
                order by all
                """
            ),
        ]

    one.build(models, *QUARTERS)
    before = found()
    assert all(before)
    replace(one, invoice_lines=changed).build(models, *QUARTERS)
    assert found() == before


@examples
@given(seed=seeds)
def test_shares_and_gaps_stay_within_their_limits_with_boosting_in_use(models: CompiledModels, seed: int) -> None:
    one = ours(seed)
    credit = line("K3", LAST_DAY, "gloves", -1e7)
    replace(one, invoice_lines=[*one.invoice_lines, {**credit, "document_type": "credit_note"}]).build(
        models, *QUARTERS
    )
    assume_that_boosting_is_in_use(models)
    assert (
        models.rows(
            """
        select * from published.share_of_wallet
        where not coalesce(sow_ratio between 0 and 1, true)
            or (sow_ratio is null and flags is null)
            or (sow_ratio = 0 and net_revenue_amount <> 0)
            or not coalesce(wallet_gap_amount >= 0, true)
            or not coalesce(wallet_gap_amount = wallet_amount - net_revenue_amount, true)
            or not coalesce(attainable_sow_ratio between sow_ratio and 1, true)
            or not coalesce(opportunity_amount between 0 and wallet_amount, true)
            or (wallet_amount is null) <> (wallet_source = 'none')
            or coalesce(wallet_amount <= 0, false)
        """
        )
        == []
    )
    assert (
        models.rows(
            """
        select * from published.customer_potential
        where not coalesce(potential_q50_amount <= potential_q75_amount and potential_q75_amount <= potential_q90_amount, true)
            or (method = 'quantile_boosting') <> (potential_q75_amount is not null)
            or (method = 'quantile_boosting' and potential_q90_amount <> boosted_q90_amount)
            or (method = 'peer_quantile' and potential_q90_amount <> peer_q90_amount)
            or (method = 'none') <> (potential_q90_amount is null)
        """
        )
        == []
    )
    # Whoever is known by nothing but its name is estimated, too, and a prospect has bought nothing of its wallet.
    assert models.rows("select min(sow_ratio) from published.share_of_wallet where is_total") == [(Decimal(0),)]


def test_too_few_customers_for_a_fold_leave_the_estimate_to_the_peers(
    models: CompiledModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A training quarter of which a model would have nobody to be calibrated with: no crash, no estimate, peers."""

    def nobody(*_: object) -> None:
        raise quantile_boosting.TooFewCustomersError("fold 0 has 40 customers to train and 0 to calibrate with")

    monkeypatch.setattr(quantile_boosting, "fit_and_estimate", nobody)
    ours(1).build(models, *QUARTERS)
    assert models.rows("select count(*) from intermediate.int_potential__training") == [(2,)]
    assert models.rows("select distinct method, method_reason from intermediate.int_potential__method") == [
        ("peer_quantile", "no complete backtest of both methods")
    ]
    assert models.rows(
        "select count(*) > 200, max(potential_q90_amount) > 0 from published.customer_potential where method = 'peer_quantile'"
    ) == [(True, True)]
