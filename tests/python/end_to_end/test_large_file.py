"""A million invoice lines with credit notes in one CSV file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from .conftest import kundenwert

pytestmark = [pytest.mark.slow, pytest.mark.long]

LINES = 1_000_000
CUSTOMERS = 20_000


def test_a_million_lines_with_credit_notes_in_one_file(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    with duckdb.connect() as connection:
        # Every seventh line is a credit note; amounts are exact in cents, the file is in the German dress.
        connection.execute(f"""
            create table line as
            select
                'R' || number as invoice_id,
                1 as line_number,
                case when number % 7 = 0 then 'credit_note' else 'invoice' end as document_type,
                'C' || (number * 7919 % {CUSTOMERS}) as erp_customer_id,
                date '2024-01-01' + cast(number * 31 % 731 as integer) as posting_date,
                cast((number % 50000 + 1) * case when number % 7 = 0 then -1 else 1 end as decimal(18, 0))
                    / 100 as amount,
                'EUR' as currency_code
            from range({LINES}) as numbers (number)
        """)
        connection.execute(f"""
            copy (
                select
                    invoice_id, line_number, document_type, erp_customer_id,
                    strftime(posting_date, '%d.%m.%Y') as posting_date,
                    replace(cast(cast(amount as decimal(18, 2)) as varchar), '.', ',') as net_amount, currency_code
                from line
            ) to '{export / "invoice_line.csv"}' (format csv, header, delimiter ';')
        """)
        connection.execute(f"""
            copy (select distinct erp_customer_id, 'Company ' || erp_customer_id as customer_name from line)
            to '{export / "customer.csv"}' (format csv, header)
        """)
        by_quarter = connection.execute("""
            select date_trunc('quarter', posting_date) as quarter, sum(cast(amount as decimal(18, 2)))
            from line group by all order by all
        """).fetchall()
    outcome = kundenwert(tmp_path / "home", "refresh", "--source", f"canonical={export}")
    assert outcome.code == 0, outcome.output
    assert outcome.warehouse("select rows_read, rows_loaded from ingest.load_log where feed = 'invoice_line'") == [
        (LINES, LINES)
    ]
    published = outcome.query(
        "select quarter_start_date, sum(net_revenue_amount) from published.customer_segments group by all order by all"
    )
    assert len(published) == 8
    revenue = [Decimal(amount) for _, amount in by_quarter]
    for index, (_, trailing) in enumerate(published):
        assert trailing == sum(revenue[max(0, index - 3) : index + 1])
