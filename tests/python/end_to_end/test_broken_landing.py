"""A landing folder with ten broken files of different kinds: each is named, nothing is lost, the old publication serves."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from .conftest import Outcome, kundenwert
from .test_own_files import EXPORT, write_export

pytestmark = pytest.mark.slow

# file name -> (content, a word that the message about it must hold besides the file's name)
BROKEN: dict[str, tuple[bytes, str]] = {
    "account.csv": (b"", "empty"),
    "activity.csv": (
        b"activity_id,account,activity_type,started_at\n1,A1,visit,2026-01-01 10:00\n",
        "account_id",
    ),
    "contact.csv": (b"contact_id,account_id,account_id\n1,A1,A2\n", "account_id"),
    "delivery.parquet": (b"PAR1 this is no parquet file", "parquet"),
    "inquiry.csv.gz": (gzip.compress(b"inquiry_id,account_id,received_at,inquiry_type\n" * 2000)[:-20], "gz"),
    "opportunity.xlsx": (b"PK\x03\x04 truncated workbook", "opportunity.xlsx"),
    "product.csv.part": (b"product_id,product_name,product_group\nP1,Drill", "written"),
    "receivable.csv": (
        b"document_id,erp_customer_id,amount,due_date\nD1,10001,5.00,2026-01-01\n",
        "currency_code",
    ),
    "return.csv": (b"\x00\x01\x02\x03\xff\xfe binary", "return"),
    "sales_order.csv": (b"just one line of prose without any columns", "order_id"),
}


@pytest.fixture(scope="module")
def broken(published: Outcome, tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Outcome, dict[str, str]]:
    """The publication before, the run over the broken files, and what was published before it."""
    home = tmp_path_factory.mktemp("broken") / "home"
    shutil.copytree(published.home, home, symlinks=True)
    good = Outcome(0, "", home)
    before = good.fingerprints()
    landing = tmp_path_factory.mktemp("landing")
    write_export(landing / "canonical", {"customer.csv": EXPORT["customer.csv"]})
    for name, (content, _) in BROKEN.items():
        (landing / "canonical" / name).write_bytes(content)
    return good, kundenwert(home, "refresh", "--landing", str(landing)), before


def test_the_run_says_bad_input_without_a_bare_stack_trace(
    broken: tuple[Outcome, Outcome, dict[str, str]],
) -> None:
    _, outcome, _ = broken
    assert outcome.code == 3, outcome.output
    assert "Traceback" not in outcome.output


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_each_broken_file_is_named(name: str, broken: tuple[Outcome, Outcome, dict[str, str]]) -> None:
    _, outcome, _ = broken
    about_it = [line for line in outcome.output.splitlines() if name in line]
    assert about_it, f"{name} is not named in:\n{outcome.output}"
    word = BROKEN[name][1].lower()
    assert word in outcome.output.lower()


def test_the_previous_publication_is_untouched(broken: tuple[Outcome, Outcome, dict[str, str]]) -> None:
    good, _, before = broken
    assert good.fingerprints() == before


@pytest.mark.long
def test_bad_rows_go_to_quarantine_and_are_counted(tmp_path: Path) -> None:
    files = dict(EXPORT)
    files["invoice_line.csv"] += (
        "R-4;1;invoice;10001;P1;31.02.2026;1;1,00;1,00;1,00;EUR\n"
        "R-5;1;invoice;;P1;01.03.2026;1;1,00;1,00;1,00;EUR\n"
        "R-6;1;invoice;10001;P1;01.03.2026;1;1,00;zwölf;1,00;EUR\n"
        "R-7;1;invoice;10001\n"
    )
    # enough good rows that the share of quarantined rows stays below the gate's limit
    files["invoice_line.csv"] += "".join(
        f"S-{number};1;invoice;10002;P1;01.03.2026;1;1,00;1,00;1,00;EUR\n" for number in range(200)
    )
    folder = write_export(tmp_path / "export", files)
    outcome = kundenwert(tmp_path / "home", "refresh", "--source", f"canonical={folder}")
    assert outcome.code == 0, outcome.output
    [(read, loaded, quarantined)] = outcome.warehouse(
        "select rows_read, rows_loaded, rows_quarantined from ingest.load_log where feed = 'invoice_line'"
    )
    assert (read, loaded, quarantined) == (209, 205, 4)
    found = outcome.warehouse(
        "select row_number, column_name, value from ingest.quarantine where feed = 'invoice_line' order by row_number"
    )
    assert [row[0] for row in found] == [6, 7, 8, 9]
    assert found[0][1:] == ("posting_date", "31.02.2026")
    assert found[1][1] == "erp_customer_id"
    assert found[2][1:] == ("net_amount", "zwölf")
    assert list((tmp_path / "home" / "quarantine").rglob("*.csv"))
    assert outcome.query("select sum(net_revenue_amount) from published.customer_segments")[0][0] == 1545.50 + 200
