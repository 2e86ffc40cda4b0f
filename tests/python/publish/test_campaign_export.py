"""Names of sheets and texts of cells: whatever reps and customers are called, a spreadsheet opens it and executes nothing."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from orchestration.publish.campaign_export import csv_bytes, escape_formula, sheet_names

# What Excel forbids, what it counts twice, what differs in case only, and what is long.
NAMES = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.text(alphabet="ab[]:*?/\\' =-\x00\n𝄞ßẞ", max_size=40),
    st.sampled_from(["History", "HISTORY", "Erika Example", "erika example", "x" * 31, "x" * 32, "=1+1", "''", "İ"]),
)


@given(reps=st.lists(st.tuples(NAMES, NAMES), max_size=12, unique=True))
@settings(max_examples=200)
def test_every_rep_gets_a_sheet_that_excel_opens(reps: list[tuple[str | None, str | None]]) -> None:
    names = sheet_names(reps)
    assert len(names) == len(reps)
    assert all(names)
    assert len({name.lower() for name in names}) == len(reps)
    assert not [name for name in names if name.startswith(("=", "+", "-", "@")) or name.lower() == "history"]
    # XlsxWriter refuses what Excel cannot open.
    with Workbook(io.BytesIO(), {"in_memory": True}) as workbook:
        for name in names:
            workbook.add_worksheet(name)


def test_reps_of_one_name_are_told_apart_by_their_ids() -> None:
    assert sheet_names([("R1", "Max"), ("R2", "MAX"), (None, None), ("R3", None)]) == [
        "Max",
        "MAX (R2)",
        "without rep",
        "R3",
    ]
    long = "Maximiliane Musterfrau-Beispielmann"
    assert sheet_names([("R1", long), ("R2", long)]) == [long[:31], f"{long[:26]} (R2)"]


@given(text=st.text(alphabet="=+-@\t\r\n'\",;a1 ＝", max_size=8), amount=st.decimals(allow_nan=False, places=2))  # noqa: RUF001
def test_a_text_is_never_a_formula_and_keeps_its_content(text: str, amount: object) -> None:
    escaped = escape_formula(text)
    assert not escaped.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert escaped.removeprefix("'") == text or escaped == text
    [header, row] = csv.reader(io.StringIO(csv_bytes(["text", "amount"], [(text, amount)]).decode(), newline=""))
    assert header == ["text", "amount"]
    # A number is no text: a negative amount stays one.
    assert row == [escaped, str(amount)]
