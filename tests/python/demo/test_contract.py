"""The demo's files are the input contract's entities: columns, keys, references, calendar."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from orchestration.demo.schema import ENTITIES, GERMAN_CSV

from .conftest import Company

PROJECT = Path(__file__).resolve().parents[3]
SOURCES = PROJECT / "models" / "staging" / "canonical" / "_canonical__sources.yml"
ARROW_NAMES = {
    "varchar": "string",
    "integer": "int32",
    "bigint": "int64",
    "boolean": "bool",
    "date": "date32[day]",
    "timestamp": "timestamp[us]",
}

KEYS = {
    "account": "account_id",
    "contact": "contact_id",
    "activity": "activity_id, account_id",
    "inquiry": "inquiry_id",
    "opportunity": "opportunity_id",
    "criterion_rating": "account_id, criterion_id, rater_id, rated_date",
    "priority_request": "request_id",
    "account_plan_item": "item_id",
    "customer": "erp_customer_id",
    "product": "product_id",
    "invoice_line": "invoice_id, line_number",
    "sales_order": "order_id",
    "delivery": "delivery_id",
    "return": "return_id",
    "receivable": "document_id",
    "service_job": "job_id",
    "cost_entry": "entry_id",
    "exchange_rate": "currency_code, rate_date",
    "firmographic": "account_id, source, as_of_date",
}

REFERENCES = [
    ("account", "parent_account_id", "account", "account_id"),
    ("contact", "account_id", "account", "account_id"),
    ("activity", "account_id", "account", "account_id"),
    ("activity", "contact_id", "contact", "contact_id"),
    ("inquiry", "account_id", "account", "account_id"),
    ("inquiry", "order_id", "sales_order", "order_id"),
    ("opportunity", "account_id", "account", "account_id"),
    ("criterion_rating", "account_id", "account", "account_id"),
    ("priority_request", "inquiry_id", "inquiry", "inquiry_id"),
    ("priority_request", "account_id", "account", "account_id"),
    ("account_plan_item", "account_id", "account", "account_id"),
    ("firmographic", "account_id", "account", "account_id"),
    ("customer", "crm_account_id", "account", "account_id"),
    ("customer", "survivor_erp_customer_id", "customer", "erp_customer_id"),
    ("invoice_line", "erp_customer_id", "customer", "erp_customer_id"),
    ("invoice_line", "product_id", "product", "product_id"),
    ("invoice_line", "order_id", "sales_order", "order_id"),
    ("sales_order", "erp_customer_id", "customer", "erp_customer_id"),
    ("delivery", "order_id", "sales_order", "order_id"),
    ("return", "order_id", "sales_order", "order_id"),
    ("receivable", "erp_customer_id", "customer", "erp_customer_id"),
    ("service_job", "erp_customer_id", "customer", "erp_customer_id"),
]

LATER_BY_NATURE = {
    ("receivable", "due_date"),
    ("priority_request", "valid_until"),
    ("account_plan_item", "due_date"),
    ("opportunity", "expected_close_date"),
}


def declared() -> dict[str, dict[str, dict[str, object]]]:
    (source,) = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))["sources"]
    return {table["name"]: {column["name"]: column for column in table["columns"]} for table in source["tables"]}


@pytest.mark.parametrize("entity", ENTITIES)
def test_columns_and_types_are_those_of_the_contract(entity: str) -> None:
    wanted = {
        name: ARROW_NAMES.get(str(column["data_type"]), str(column["data_type"]).replace("decimal", "decimal128"))
        for name, column in declared()[entity].items()
        if name != "data_source"
    }
    found = {field.name: str(field.type).replace(" ", "") for field in ENTITIES[entity]}
    assert found == wanted


def test_every_entity_of_the_contract_is_delivered(company: Company) -> None:
    assert set(ENTITIES) == set(declared())
    delivered = {path.name.split(".")[0] for path in company.summary.landing.iterdir()}
    assert delivered == set(ENTITIES)
    assert all(rows > 0 for rows in company.summary.row_counts.values())


@pytest.mark.parametrize("entity", sorted(set(ENTITIES) - set(GERMAN_CSV)))
def test_parquet_holds_what_was_counted_and_required_values(company: Company, entity: str) -> None:
    assert company.value(f'select count(*) from "{entity}"') == company.summary.row_counts[entity]
    for name, column in declared()[entity].items():
        meta = column.get("config", {}).get("meta", {})  # type: ignore[attr-defined]
        if meta.get("required"):
            assert company.value(f'select count(*) from "{entity}" where {name} is null') == 0, name


@pytest.mark.parametrize("entity", KEYS)
def test_keys_are_unique(company: Company, entity: str) -> None:
    assert company.value(f'select count(*) - count(distinct ({KEYS[entity]})) from "{entity}"') == 0


@pytest.mark.parametrize(("entity", "column", "target", "key"), REFERENCES)
def test_references_lead_somewhere(company: Company, entity: str, column: str, target: str, key: str) -> None:
    lost = company.value(
        f'select count(*) from "{entity}" as referring where {column} is not null'
        f' and not exists (select 1 from "{target}" as referred where referred.{key} = referring.{column})'
    )
    assert lost == 0


@pytest.mark.parametrize("entity", sorted(set(ENTITIES) - set(GERMAN_CSV)))
def test_nothing_happens_after_the_last_day(company: Company, entity: str) -> None:
    for field in ENTITIES[entity]:
        if str(field.type).startswith(("date", "timestamp")) and (entity, field.name) not in LATER_BY_NATURE:
            latest = company.value(f'select cast(max({field.name}) as date) from "{entity}"')
            assert latest is None or str(latest) <= "2026-11-13", field.name


def test_values_are_those_the_contract_lists(company: Company) -> None:
    for entity, column, allowed in (
        ("account", "account_status", {"prospect", "customer", "former", "blocked"}),
        ("contact", "contact_role", {"decider", "influencer", "user", "buyer", "gatekeeper", "other", None}),
        ("contact", "access_level", {0, 1, 2, 3, None}),
        ("activity", "activity_type", {"visit", "call", "email", "video", "social", "event", "quote"}),
        ("activity", "direction", {"inbound", "outbound", None}),
        ("inquiry", "inquiry_type", {"quote_request", "order", "service", "complaint", "legal_safety"}),
        ("inquiry", "status", {"open", "answered", "won", "lost", "closed"}),
        ("priority_request", "status", {"pending", "approved", "rejected", "expired"}),
        ("account_plan_item", "plan_type", {"account_plan", "action_plan"}),
        ("invoice_line", "document_type", {"invoice", "credit_note", "bonus"}),
        ("sales_order", "order_channel", {"edi", "shop", "phone", "email", "fax", "field", None}),
        ("criterion_rating", "score", {1, 2, 3, 4, 5}),
        ("invoice_line", "currency_code", {"EUR", "CHF", "USD"}),
    ):
        found = {value for (value,) in company.rows(f'select distinct {column} from "{entity}"')}
        assert found <= allowed, (entity, column, found - allowed)
        assert len(found) > 1


def test_the_german_files_are_in_german_dress(company: Company) -> None:
    landing = company.summary.landing
    reps = (landing / "rep.csv").read_bytes().decode("cp1252").split("\r\n")
    assert reps[0] == ";".join(ENTITIES["rep"].names)
    assert len(reps) == company.summary.row_counts["rep"] + 2
    assert all(line.count(";") == 10 for line in reps[:-1])
    norms = (landing / "market_norm.csv").read_bytes().decode("cp1252").split("\r\n")
    assert norms[1].split(";")[2].replace(",", "").isdigit()
    assert norms[1].endswith("01.01.2023")
