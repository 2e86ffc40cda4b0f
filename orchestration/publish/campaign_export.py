"""What an issued campaign list looks like to those who work it: three files, made of the ledger and nothing else.

The whole list as CSV, a workbook with a sheet a rep, and a file of Salesforce campaign members. The last two hold
treated customers only. The same ledger gives the same bytes, so that a file that was lost is written again as it was.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import Home
from orchestration.publish import ledger
from orchestration.transform.parameters import quarter_label

# A spreadsheet takes a text that begins with one of these for a formula and executes it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
_SUPERSEDED = "superseded"
_SHEET_NAME_LENGTH = 31
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")
_WITHOUT_REP = "without rep"
# Column, heading and width of a rep's sheet.
_SHEET_COLUMNS = (
    ("rank", 6),
    ("customer_id", 14),
    ("customer_name", 36),
    ("channel", 10),
    ("score", 14),
    ("driver", 60),
    ("evidence", 60),
)
# The status that every campaign of Salesforce has from the beginning and gives to new members.
_SALESFORCE_STATUS = "Sent"


def escape_formula(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def complete(home: Home) -> list[Path]:
    """Write the exports of every list whose newest version was issued without them; return what was written.

    That is the state that a process leaves which is stopped between ledger and exports.
    """
    if not any(home.ledger.glob("campaign*/*")):
        return []
    with duckdb.connect() as connection:
        ledger.load(connection, home, ledger.CAMPAIGN_TABLES)
        written: list[Path] = []
        for campaign_id, version in connection.execute(
            "select campaign_id, max(list_version) from ledger.campaign_list group by campaign_id order by campaign_id"
        ).fetchall():
            if _exported_version(marker_of(connection, home, campaign_id)) != version:
                written += write(connection, home, campaign_id)
        return written


def write(connection: duckdb.DuckDBPyConnection, home: Home, campaign_id: str) -> list[Path]:
    """Write what is missing of the exports of a campaign's newest version; return what was written.

    Files that are there stay as they are, since people write notes into them. Those of an earlier version move to a
    folder beside. ``connection`` holds the campaign tables of the ledger.
    """
    [(version,)] = connection.execute(
        "select max(list_version) from ledger.campaign_list where campaign_id = ?", [campaign_id]
    ).fetchall()
    marker = marker_of(connection, home, campaign_id)
    is_current = _exported_version(marker) == version
    written: list[Path] = []
    for path, render in _files(connection, home, campaign_id, version).items():
        # Lists of the time before names were frozen with them were exported with names: theirs are the better files.
        if path.exists() and (is_current or not _has_names(home, campaign_id, version)):
            continue
        content = render()
        if path.exists():
            if path.read_bytes() == content:
                continue
            _set_aside(path, version)
        write_aside(path, content)
        written.append(path)
    if not is_current:
        write_aside(marker, f"{version}\n".encode())
    return written


def paths_of(connection: duckdb.DuckDBPyConnection, home: Home, campaign_id: str) -> list[Path]:
    """Return the exports of a campaign's newest version, the whole list first."""
    [(version,)] = connection.execute(
        "select max(list_version) from ledger.campaign_list where campaign_id = ?", [campaign_id]
    ).fetchall()
    return list(_files(connection, home, campaign_id, version))


def marker_of(connection: duckdb.DuckDBPyConnection, home: Home, campaign_id: str) -> Path:
    """Return the file that says which version of a campaign's list was exported completely."""
    return _folder(connection, home, campaign_id) / f".campaign_{_file_name(campaign_id)}.version"


def csv_bytes(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a CSV file in UTF-8 whose texts no spreadsheet executes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    for row in rows:
        writer.writerow([escape_formula(value) if isinstance(value, str) else value for value in row])
    return text.getvalue().encode()


def write_aside(path: Path, content: bytes) -> None:
    """Put a file in its place from one moment to the next. Only who holds the home's lock may do so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{path.name}.*"):
        left.unlink()
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _files(
    connection: duckdb.DuckDBPyConnection, home: Home, campaign_id: str, version: int
) -> dict[Path, Callable[[], bytes]]:
    stem = f"campaign_{_file_name(campaign_id)}"
    folder = _folder(connection, home, campaign_id)
    files: dict[Path, Callable[[], bytes]] = {
        folder / f"{stem}_targets.csv": lambda: _whole_list(connection, campaign_id, version),
        folder / f"{stem}_by_rep.xlsx": lambda: _workbook(connection, campaign_id, version),
    }
    if _has_names(home, campaign_id, version):
        files[folder / f"{stem}_salesforce_members.csv"] = lambda: _salesforce(connection, campaign_id, version)
    return files


def _has_names(home: Home, campaign_id: str, version: int) -> bool:
    """Whether names and contacts were frozen with the list, as they are since a version is a folder."""
    return ledger.campaign_folder(home, campaign_id, version).exists()


def _folder(connection: duckdb.DuckDBPyConnection, home: Home, campaign_id: str) -> Path:
    [(quarter,)] = connection.execute(
        "select max(quarter_start_date) from ledger.campaign_list where campaign_id = ?", [campaign_id]
    ).fetchall()
    return home.exports / quarter_label(quarter)


def _exported_version(marker: Path) -> int | None:
    try:
        return int(marker.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def _set_aside(path: Path, version: int) -> None:
    """Move a file of an earlier version, with whatever somebody wrote into it, out of the way."""
    folder = path.parent / _SUPERSEDED
    folder.mkdir(exist_ok=True)
    number = 1
    while (target := folder / f"{path.stem}_before_version_{version}_{number}{path.suffix}").exists():
        number += 1
    path.rename(target)


def _whole_list(connection: duckdb.DuckDBPyConnection, campaign_id: str, version: int) -> bytes:
    """The list with both arms, the customers to be contacted before the control group, best first."""
    first = ("customer_id", "customer_name")
    columns = (*first, *(name for name in ledger.TABLES["campaign_target"] if name not in first))
    rows = connection.execute(
        f"select {', '.join(columns)} from ledger.campaign_target where campaign_id = ? and list_version = ?"
        " order by arm desc, rank, customer_id",
        [campaign_id, version],
    ).fetchall()
    return csv_bytes(columns, rows)


def _workbook(connection: duckdb.DuckDBPyConnection, campaign_id: str, version: int) -> bytes:
    """A sheet a rep with the customers to be contacted, best first."""
    from xlsxwriter import Workbook

    [(frozen_at,)] = connection.execute(
        "select frozen_at from ledger.campaign_list where campaign_id = ? and list_version = ?", [campaign_id, version]
    ).fetchall()
    columns = ", ".join(name for name, _ in _SHEET_COLUMNS)
    rows = connection.execute(
        f"select owner_rep_id, owner_rep_name, {columns} from ledger.campaign_target"
        " where campaign_id = ? and list_version = ? and arm = 'TREATMENT'"
        " order by owner_rep_name nulls last, owner_rep_id nulls last, rank, customer_id",
        [campaign_id, version],
    ).fetchall()
    by_rep: dict[tuple[str | None, str | None], list[Sequence[Any]]] = {}
    for rep_id, rep_name, *cells in rows:
        by_rep.setdefault((rep_id, rep_name), []).append(cells)
    names = sheet_names(list(by_rep))
    content = io.BytesIO()
    # In memory, because files on disk would carry the time zone of the machine into the archive.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(content, options) as workbook:
        workbook.set_properties(
            {"title": f"Campaign {campaign_id}, version {version}", "created": frozen_at, "author": "Kundenwert"}
        )
        heading = workbook.add_format({"bold": True, "bottom": 1})
        money = workbook.add_format({"num_format": "#,##0.00"})
        for name, listed in zip(names, by_rep.values(), strict=True):
            sheet = workbook.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, len(listed), len(_SHEET_COLUMNS) - 1)
            for column, (title, width) in enumerate(_SHEET_COLUMNS):
                sheet.set_column(column, column, width)
                sheet.write_string(0, column, title, heading)
            for line, row in enumerate(listed, start=1):
                for column, value in enumerate(row):
                    if isinstance(value, Decimal):
                        sheet.write_number(line, column, float(value), money)
                    elif isinstance(value, int):
                        sheet.write_number(line, column, value)
                    elif value is not None:
                        sheet.write_string(line, column, escape_formula(str(value)))
    return content.getvalue()


def sheet_names(reps: Sequence[tuple[str | None, str | None]]) -> list[str]:
    """Return a name for the sheet of each rep, given as id and name: such as Excel accepts, and each its own."""
    taken: set[str] = {"history"}  # Excel keeps this one for itself.
    names = []
    for rep_id, rep_name in reps:
        wanted = _clean(rep_name or rep_id or _WITHOUT_REP) or _WITHOUT_REP
        name = _shortened(wanted, "")
        number = 1
        while name.casefold() in taken:
            suffix = f" ({_clean(rep_id or '') or number})" if number == 1 else f" ({number})"
            name = _shortened(wanted, suffix)
            number += 1
        taken.add(name.casefold())
        names.append(name)
    return names


def _clean(text: str) -> str:
    cleaned = _NOT_IN_SHEET_NAMES.sub("_", text).strip(" '")
    return f"_{cleaned}" if cleaned.startswith(_FORMULA_STARTS) else cleaned


def _shortened(text: str, suffix: str) -> str:
    """Cut a text so that it fits with its suffix; Excel counts characters as UTF-16 does."""
    room = _SHEET_NAME_LENGTH - _utf16_length(suffix)
    if room < 1:
        suffix, room = "", _SHEET_NAME_LENGTH
    while _utf16_length(text) > room:
        text = text[:-1]
    return f"{text}{suffix}".strip(" '")


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _salesforce(connection: duckdb.DuckDBPyConnection, campaign_id: str, version: int) -> bytes:
    """Contacts of treated customers in the layout of Salesforce campaign members."""
    rows = connection.execute(
        "select distinct member.campaign_id, member.contact_id from ledger.campaign_member as member"
        " inner join ledger.campaign_target as target on target.campaign_id = member.campaign_id"
        " and target.list_version = member.list_version and target.customer_id = member.customer_id"
        " where member.campaign_id = ? and member.list_version = ? and target.arm = 'TREATMENT' order by all",
        [campaign_id, version],
    ).fetchall()
    return csv_bytes(("CampaignId", "ContactId", "Status"), [(*row, _SALESFORCE_STATUS) for row in rows])


def _file_name(campaign_id: str) -> str:
    """The campaign as part of a file name; where it has to be changed for that, no other campaign has the same."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", campaign_id)
    return name if name == campaign_id else f"{name}-{ledger.short_hash(campaign_id)}"
