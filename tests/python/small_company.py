"""A company of twelve customers in hand-written rows, small enough for a run in seconds and with rows in most tables."""

from __future__ import annotations

import re
from pathlib import Path

from .harness import PROJECT

CUSTOMERS = [f"{number:02d}" for number in range(1, 13)]
# The name is what a spreadsheet would execute.
FORMULA_NAME = "=Blech & Sohn"
CAMPAIGN = "SOW-2025Q4"
CAMPAIGN_QUARTER = "2025Q4"
CALENDAR = (
    "campaign_id,quarter_start_date,campaign_type,owner,goal,capacity_count,control_ratio,planned_effect_amount,"
    "salt,status,description\n"
    f"{CAMPAIGN},2025-10-01,SOW,Head of sales,Win share of wallet,100,0.25,,salt,ACTIVE,\n"
)
INVOICE_HEADER = (
    "invoice_id,line_number,document_type,erp_customer_id,product_id,posting_date,quantity,list_amount,net_amount,"
    "cost_amount,currency_code"
)
MONTHS = ("2024-08-10", "2024-11-10", "2025-02-10", "2025-05-10", "2025-08-10", "2025-10-10")


def invoice_lines() -> str:
    """One line a customer and quarter: a hundred euros times the customer's number, cost is sixty percent."""
    lines = [INVOICE_HEADER]
    for customer in CUSTOMERS:
        amount = 100 * int(customer)
        for number, day in enumerate(MONTHS, start=1):
            lines.append(
                f"R{customer}-{number},1,invoice,K{customer},P1,{day},1,{amount * 1.1:.2f},{amount}.00,{amount * 0.6:.2f},EUR"
            )
    lines.append("G12-1,1,credit_note,K12,P1,2025-09-01,-1,-110.00,-100.00,-60.00,EUR")
    return "\n".join(lines) + "\n"


def files() -> dict[str, str]:
    """The delivered files by name."""
    names = {customer: FORMULA_NAME if customer == "12" else f"Company {customer}" for customer in CUSTOMERS}
    return {
        "account.csv": "account_id,account_name,industry_code,employee_count,owner_rep_id,assigned_class\n"
        + "".join(f"A{customer},{names[customer]},28,{10 * int(customer)},R1,B\n" for customer in CUSTOMERS)
        + "A99,Prospect,28,50,R1,\n",
        "rep.csv": "rep_id,rep_name,rep_role,full_time_equivalent\nR1,Erika Example,field,1\n",
        "customer.csv": "erp_customer_id,customer_name,crm_account_id\n"
        + "".join(f"K{customer},{names[customer]},A{customer}\n" for customer in CUSTOMERS),
        "product.csv": "product_id,product_name,product_group,standard_cost_amount\nP1,Drill,Drilling,60.00\n",
        "invoice_line.csv": invoice_lines(),
        # The last six buy a tenth of what they need, the others nearly all of it.
        "wallet_declaration.csv": "account_id,wallet_amount,declared_date\n"
        + "".join(
            f"A{customer},{int(customer) * (3000 if int(customer) > 6 else 410)}.00,2025-01-15\n"
            for customer in CUSTOMERS
        ),
        "activity.csv": "activity_id,account_id,rep_id,activity_type,started_at,duration_minutes\n"
        + "".join(f"V{customer},A{customer},R1,visit,2025-05-20 10:00:00,60\n" for customer in CUSTOMERS[:6]),
        # A customer that is no target waits for an answer to its complaint; another orders in the shop and by phone.
        "inquiry.csv": "inquiry_id,account_id,received_at,inquiry_type,status\n"
        "Q1,A01,2025-08-10 09:00:00,complaint,open\n",
        "sales_order.csv": "order_id,erp_customer_id,ordered_at,order_channel,is_manual,line_count,net_amount,currency_code\n"
        "O1,K02,2025-08-09 08:00:00,shop,false,1,200.00,EUR\n"
        "O2,K02,2025-10-09 08:00:00,phone,true,1,200.00,EUR\n",
        "cost_entry.csv": "entry_id,posting_date,cost_center,gl_account,amount,currency_code\n"
        "E1,2025-05-31,field_sales,6000,1000.00,EUR\n",
    }


def write_company(folder: Path, **replaced: str) -> Path:
    """Write the files to a folder; a replacement is named after its entity."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(replaced.get(name.removesuffix(".csv"), text), encoding="utf-8")
    return folder


def write_policy(home: Path, **seeds: str) -> None:
    """Write the company's policy to a home: its campaign, peers that a dozen can have, and seeds given by name."""
    (home / "policy").mkdir(parents=True, exist_ok=True)
    parameters, found = re.subn(
        r"(?m)^(whitespace_)?peer_minimum_count,\d+,", r"\1peer_minimum_count,3,", seed("policy_parameter")
    )
    assert found == 2
    for name, text in {"policy_campaign_calendar": CALENDAR, "policy_parameter": parameters, **seeds}.items():
        (home / "policy" / f"{name}.csv").write_text(text, encoding="utf-8")


def seed(name: str) -> str:
    """The project's policy file of that name."""
    return (PROJECT / "seeds" / f"{name}.csv").read_text(encoding="utf-8")
