"""One customer out of CRM and ERP: what holds for any links, however contradictory."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ..segmentation.compiled_models import CompiledModels
from .company import build_identity

pytestmark = [pytest.mark.slow, pytest.mark.long]

# No shrinking: an example is a build of all models, and hundreds of them would be needed.
examples = settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

# Numbers overlap between the systems on purpose: an account may have the number of somebody else's debtor.
DEBTOR_NUMBERS = range(1, 9)
ACCOUNT_NUMBERS = range(5, 13)
Company = dict[str, list[dict[str, Any]]]


@st.composite
def companies(draw: st.DrawFn) -> Company:
    """Several independent worlds at once, each with identifiers of its own: one build checks them all."""
    together: Company = {"customer": [], "account": [], "invoice_line": [], "overrides": []}
    for world in range(draw(st.integers(min_value=1, max_value=12))):
        for entity, rows in draw(worlds(f"{world:02d}")).items():
            together[entity] += rows
    return together


@st.composite
def worlds(draw: st.DrawFn, world: str) -> Company:
    debtor_ids = [f"{world}-{number}" for number in DEBTOR_NUMBERS]
    account_ids = [f"{world}-{number}" for number in ACCOUNT_NUMBERS]
    vat_ids = [f"DE{world}200300", f"de {world}200.300", f"FR {world}400500", "000", "n/a", None, None]
    duns_numbers = [f"{world}-345-6789", f"{world}3456789", f"{world}9876543", "0", None, None, None]

    def any_of(values: list[Any]) -> Any:
        return draw(st.sampled_from(values))

    debtors = [
        {
            "erp_customer_id": debtor_id,
            "customer_name": f"Debtor {debtor_id}",
            "crm_account_id": any_of([*account_ids, "nowhere", None, None, None]),
            "survivor_erp_customer_id": any_of([*debtor_ids, "nowhere", None, None, None, None, None]),
            "vat_id": any_of(vat_ids),
            "duns_number": any_of(duns_numbers),
            "data_source": "canonical",
        }
        for debtor_id in draw(st.lists(st.sampled_from(debtor_ids), unique=True))
    ]
    accounts = [
        {
            "account_id": account_id,
            "account_name": f"Account {account_id}",
            "parent_account_id": any_of([*account_ids, "nowhere", None, None, None]),
            "vat_id": any_of(vat_ids),
            "duns_number": any_of(duns_numbers),
            "data_source": "canonical",
        }
        for account_id in draw(st.lists(st.sampled_from(account_ids), unique=True))
    ]
    lines = [
        {
            "invoice_id": f"{world}-{number}",
            "line_number": 1,
            "document_type": "invoice",
            "erp_customer_id": debtor_id,
            "posting_date": date(2026, 3, 1),
            "net_amount": 1,
            "currency_code": "EUR",
            "data_source": "canonical",
        }
        for number, debtor_id in enumerate(
            draw(st.lists(st.sampled_from([*debtor_ids, f"{world}-billed-only"]), min_size=1, max_size=4))
        )
    ]
    overrides = [
        {
            "erp_customer_id": debtor_id,
            "account_id": any_of([*account_ids, "nowhere", None]),
            "valid_from": date(2020, 1, 1),
        }
        for debtor_id in draw(st.lists(st.sampled_from(debtor_ids), unique=True, max_size=2))
    ]
    return {"customer": debtors, "account": accounts, "invoice_line": lines, "overrides": overrides}


def survivor(debtor_id: str, debtors: Mapping[str, Mapping[str, Any]]) -> str:
    """Walk the mergers of a debtor to their end, or to the lowest of the circle they run into."""
    path = [debtor_id]
    while True:
        onward = debtors.get(path[-1], {}).get("survivor_erp_customer_id")
        if onward is None or onward == path[-1] or onward not in debtors:
            return path[-1]
        if onward in path:
            return min(path[path.index(onward) :])
        path.append(onward)


@examples
@given(company=companies(), salt=st.integers())
def test_everybody_is_exactly_one_customer(models: CompiledModels, company: Company, salt: int) -> None:
    build_identity(models, **company)
    crosswalk = models.rows(
        "select source_type, source_id, customer_id, surviving_source_id, is_primary, link_method"
        " from intermediate.int_customer__crosswalk order by all"
    )
    customers = models.rows(
        "select customer_id, is_prospect, account_id, erp_customer_id, group_id, match_status"
        " from marts.dim_customer order by all"
    )
    debtors = {row["erp_customer_id"]: row for row in company["customer"]}
    for line in company["invoice_line"]:
        debtors.setdefault(line["erp_customer_id"], {})
    customer_of = {(kind, source): customer for kind, source, customer, *_ in crosswalk}
    account_of = {source: surviving for kind, source, _, surviving, *_ in crosswalk if kind == "crm"}

    # Complete, and nobody twice.
    assert sorted(source for kind, source, *_ in crosswalk if kind == "erp") == sorted(debtors)
    assert sorted(account_of) == sorted(row["account_id"] for row in company["account"])
    assert [customer for customer, *_ in customers] == sorted(set(customer_of.values()))

    for customer, is_prospect, account, debtor, group, match_status in customers:
        members = [(kind, source) for (kind, source), owner in customer_of.items() if owner == customer]
        kinds = {kind for kind, _ in members}
        assert is_prospect == ("erp" not in kinds)
        assert (
            match_status
            == {("crm", "erp"): "matched", ("crm",): "crm_only", ("erp",): "erp_only"}[tuple(sorted(kinds))]
        )
        assert (account is not None) == ("crm" in kinds)
        assert group in set(customer_of.values())
        survivors = {survivor(source, debtors) for kind, source in members if kind == "erp"}
        assert debtor == (min(survivors) if survivors else None)
        if debtor is not None:
            assert debtor == customer

    # Merged debtors stay together, and so do duplicate accounts.
    for debtor in debtors:
        assert customer_of["erp", debtor] == customer_of["erp", survivor(debtor, debtors)]
    for account, surviving in account_of.items():
        assert customer_of["crm", account] == customer_of["crm", surviving]
        assert account_of[surviving] == surviving

    # An account that nothing linked is a prospect, even where a debtor has the same number.
    for kind, source, customer, _, _, link_method in crosswalk:
        if kind == "crm" and link_method == "none":
            assert "erp" not in {other for (other, _), owner in customer_of.items() if owner == customer}, source

    # A debtor outside of mergers that names an account, and whom no override moves, is that account's customer.
    merged = {debtor for debtor in debtors if survivor(debtor, debtors) != debtor}
    survivors_of_mergers = {survivor(debtor, debtors) for debtor in merged}
    overridden = {row["erp_customer_id"] for row in company["overrides"]}
    for debtor in debtors.keys() - merged - survivors_of_mergers - overridden:
        named = debtors[debtor].get("crm_account_id")
        if named in account_of:
            assert customer_of["erp", debtor] == customer_of["crm", named]

    # An override is followed wherever its account exists; an empty one keeps the debtor apart from every account.
    for row in company["overrides"]:
        debtor = row["erp_customer_id"]
        if debtor in debtors and debtor not in merged | survivors_of_mergers:
            if row["account_id"] in account_of:
                assert customer_of["erp", debtor] == customer_of["crm", row["account_id"]]
            elif row["account_id"] is None:
                assert "crm" not in {kind for (kind, _), owner in customer_of.items() if owner == debtor}

    # The order of rows changes nothing.
    every_column = "select * from marts.dim_customer order by customer_id"
    before = models.rows(every_column)
    shuffled = {entity: random.Random(salt).sample(rows, len(rows)) for entity, rows in company.items()}
    build_identity(models, **shuffled)
    assert models.rows(every_column) == before
