"""Five files exported from another system by someone who has read the README and nothing else."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from .conftest import Outcome, kundenwert

pytestmark = [pytest.mark.slow, pytest.mark.long]

EXPORT = {
    "account.csv": """account_id;account_name;industry_code;employee_count;owner_rep_id;vat_id;x_focus_layer
A1;Müller Maschinenbau GmbH;28;120;R1;;top5
A2;Werkzeug Schmidt KG;25;14;R1;DE 987 654 321;REST
A3;Noch kein Kunde AG;28;300;R1;;
""",
    "rep.csv": """rep_id;rep_name;rep_role
R1;Erika Weiß;field
""",
    "customer.csv": """erp_customer_id;customer_name;crm_account_id;vat_id
10001;Mueller Maschinenbau;A1;
10002;Schmidt Werkzeuge;;DE987654321
10003;Nur im ERP e.K.;;
""",
    "product.csv": """product_id;product_name;product_group;list_price_amount;standard_cost_amount
P1;Bohrer 8 mm;Drilling;12,50;7,00
P2;Schleifscheibe;Abrasives;4,00;
""",
    "invoice_line.csv": """invoice_id;line_number;document_type;erp_customer_id;product_id;posting_date;quantity;list_amount;net_amount;cost_amount;currency_code
R-1;1;invoice;10001;P1;15.01.2026;100;1.250,00;1.125,00;700,00;EUR
R-1;2;invoice;10001;P2;15.01.2026;10;40,00;40,00;25,00;EUR
R-2;1;invoice;10002;P1;20.02.2026;40;500,00;480,50;280,00;EUR
R-3;1;invoice;10003;P1;31.03.2026;1;12,50;12,50;7,00;EUR
G-1;1;credit_note;10001;P1;03.03.2026;-10;-125,00;-112,50;-70,00;EUR
""",
}


def write_export(folder: Path, files: dict[str, str], encoding: str = "cp1252") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode(encoding))
    return folder


@pytest.fixture(scope="module")
def five_files(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = write_export(tmp_path_factory.mktemp("export"), EXPORT)
    outcome = kundenwert(tmp_path_factory.mktemp("home"), "refresh", "--source", f"canonical={folder}")
    assert outcome.code == 0, outcome.output
    return outcome


def test_crm_and_erp_become_one_customer(five_files: Outcome) -> None:
    rows = five_files.query(
        "select customer_id, account_id, erp_customer_id, lifecycle_status from published.customer_segments order by 1"
    )
    assert rows == [
        ("10001", "A1", "10001", "new"),
        ("10002", "A2", "10002", "new"),
        ("10003", None, "10003", "new"),
        ("A3", "A3", None, "prospect"),
    ]


def test_money_is_what_the_invoices_say(five_files: Outcome) -> None:
    rows = five_files.query(
        "select customer_id, list_amount, discount_amount, net_revenue_amount, cost_of_goods_amount, gross_margin_amount"
        " from published.customer_profit where net_revenue_amount <> 0 order by 1"
    )
    assert rows == [
        ("10001", *map(Decimal, ("1165.00", "112.50", "1052.50", "655.00", "397.50"))),
        ("10002", *map(Decimal, ("500.00", "19.50", "480.50", "280.00", "200.50"))),
        ("10003", *map(Decimal, ("12.50", "0.00", "12.50", "7.00", "5.50"))),
    ]


def test_what_was_not_delivered_is_null_or_flagged_and_none_is_wrong(five_files: Outcome) -> None:
    rows = five_files.query(
        "select distinct cost_to_serve_amount, contribution_amount, wallet_amount, sow_ratio, wallet_source,"
        " abc_contribution_class from published.customer_segments"
    )
    assert rows == [(None, None, None, None, "none", None)]
    assert five_files.query("select count(*) from published.customer_segments where flags is null") == [(0,)]
    # Work that the documents show is counted; without a ledger nobody knows what it costs.
    assert five_files.query(
        "select distinct cost_amount, flags like '%NO_POOL_AMOUNT%' from published.cost_to_serve"
    ) == [(None, True)]
    assert five_files.query("select distinct cost_source from published.revenue_thresholds") == [("policy",)]


def test_the_pyramid_of_the_rep_is_published_kept_and_told_the_crm(five_files: Outcome) -> None:
    """Three accounts are all among the five; the CRM is told those that it has otherwise in its own field."""
    assert five_files.query(
        "select customer_id, focus_layer, slot_reason, flags from published.focus_accounts order by customer_id"
    ) == [
        ("10001", "TOP5", "LARGEST_REVENUE", "NO_POTENTIAL"),
        ("10002", "TOP5", "SCORE", "NO_POTENTIAL"),
        ("A3", "TOP5", "PROSPECT", "NO_POTENTIAL"),
    ]
    assert five_files.query("select customer_id, focus_layer from published.customer_segments order by 1") == [
        ("10001", "TOP5"),
        ("10002", "TOP5"),
        ("10003", None),
        ("A3", "TOP5"),
    ]
    assert five_files.query("select distinct minutes, is_on_target from published.focus_time") == [(None, None)]
    assert five_files.query("select distinct status, is_complete from published.account_plan_status") == [(None, None)]
    assert five_files.query("select distinct cagr_ratio, flags from published.focus_growth") == [(None, "NO_HISTORY")]
    [kept] = (five_files.home / "ledger" / "focus_slot").iterdir()
    assert five_files.query(f"select customer_id, slot_since_date from read_parquet('{kept}') order by 1") == [
        ("10001", None),
        ("10002", None),
        ("A3", date(2026, 1, 1)),
    ]
    updates = five_files.home / "exports" / "2026Q1" / "crm_account_updates.csv"
    with updates.open(encoding="utf-8", newline="") as lines:
        changed = {row["account_id"]: row["changed_fields"].split(",") for row in csv.DictReader(lines)}
    assert {account for account, fields in changed.items() if "FOCUS_LAYER" in fields} == {"A2", "A3"}


def test_classes_by_revenue_follow_the_rule(five_files: Outcome) -> None:
    # total 1545.50; before-shares 0, 68.1 and 99.2 percent
    rows = five_files.query(
        "select customer_id, abc_revenue_class from published.customer_segments order by customer_id"
    )
    assert rows == [("10001", "A"), ("10002", "A"), ("10003", "C"), ("A3", "N")]


@pytest.mark.long
def test_one_customer_with_one_invoice_line(tmp_path: Path) -> None:
    folder = write_export(
        tmp_path / "export",
        {
            "customer.csv": "erp_customer_id,customer_name\n1,Only One\n",
            "invoice_line.csv": "invoice_id,line_number,document_type,erp_customer_id,posting_date,net_amount,currency_code\n"
            "R1,1,invoice,1,2026-03-31,99.99,EUR\n",
        },
    )
    outcome = kundenwert(tmp_path / "home", "refresh", "--source", f"canonical={folder}")
    assert outcome.code == 0, outcome.output
    assert outcome.query(
        "select quarter_start_date, is_provisional, customer_id, net_revenue_amount, abc_revenue_class"
        " from published.customer_segments"
    ) == [(date(2026, 1, 1), False, "1", Decimal("99.99"), "A")]


@pytest.mark.long
def test_a_policy_file_in_the_home_replaces_the_seed(tmp_path: Path) -> None:
    folder = write_export(tmp_path / "export", EXPORT)
    policy = tmp_path / "home" / "policy"
    policy.mkdir(parents=True)
    seed = (Path(__file__).resolve().parents[3] / "seeds" / "policy_parameter.csv").read_text(encoding="utf-8")
    assert "abc_a_cut_ratio,0.80" in seed
    (policy / "policy_parameter.csv").write_text(seed.replace("abc_a_cut_ratio,0.80", "abc_a_cut_ratio,0.60"))
    outcome = kundenwert(tmp_path / "home", "refresh", "--source", f"canonical={folder}")
    assert outcome.code == 0, outcome.output
    assert outcome.query(
        "select customer_id, abc_revenue_class from published.customer_segments order by customer_id"
    ) == [("10001", "A"), ("10002", "B"), ("10003", "C"), ("A3", "N")]
