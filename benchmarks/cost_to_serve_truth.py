"""The published cost to serve of the demo company against the cost that its generator knows.

`make truth` prints the tables of docs/cost-to-serve.md. Both sides are read where they lie, the arithmetic is
cost_to_serve_truth.sql.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import duckdb

QUERIES = Path(__file__).with_suffix(".sql")
PARTS = {
    "1": "All activities together",
    "2": "By quarter, company by company",
    "3": "By activity, company and quarter by company and quarter",
    "4": "By how the work of an activity was known",
}


def connect(home: Path) -> duckdb.DuckDBPyConnection:
    """The home's published tables, the truth beside them as `truth_<file>`, and the views of the comparison.

    Raises:
        FileNotFoundError: the home holds no demo company or no publication.
    """
    served, demo = home / "published" / "kundenwert.duckdb", home / "demo"
    files = {
        "truth_cost_to_serve": demo / "truth" / "cost_to_serve.parquet",
        "truth_link": demo / "truth" / "link.parquet",
        "delivered_activity": demo / "landing" / "canonical" / "activity",
    }
    for path in (served, *files.values()):
        if not path.exists():
            raise FileNotFoundError(f"{path} is missing: run `kundenwert demo --home {home}` first")
    connection = duckdb.connect()
    connection.execute(f"attach {quoted(served)} as served (read_only); use served")
    for name, path in files.items():
        parquet = path / "*.parquet" if path.is_dir() else path
        connection.execute(f"create temp view {name} as from read_parquet({quoted(parquet)})")
    connection.execute(QUERIES.read_text(encoding="utf-8"))
    return connection


def quoted(path: Path) -> str:
    """A path as a literal of SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def markdown(header: list[str], rows: list[tuple[Any, ...]], text_columns: int) -> str:
    """A Markdown table; columns after the first `text_columns` are aligned to the right."""
    rule = ["---" if position < text_columns else "---:" for position in range(len(header))]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in (header, rule, *rows))


def report(home: Path) -> str:
    """All tables as Markdown."""
    with connect(home) as connection:
        (reconciliation,) = connection.execute("from reconciliation_report").fetchall()
        compared = connection.execute("from truth_report").fetchall()
        records = connection.execute("from record_report").fetchall()
    months, pools, *amounts = reconciliation
    header = [
        "Pool-months",
        "Pools",
        "Posted",
        "Customers",
        "Acquisition",
        "Unused",
        "Unassigned",
        "Greatest difference",
    ]
    tables = [
        "Reconciliation, EUR\n\n"
        + markdown(header, [(months, pools, *(f"{amount:,.2f}" for amount in amounts))], text_columns=0)
    ]
    for part, title in PARTS.items():
        rows = [
            (
                label,
                f"{count:,}",
                f"{truth:,.2f}",
                f"{published:,.2f}",
                f"{difference:,.2f}",
                "" if correlation is None else f"{correlation:.4f}",
                f"{median:,.2f}",
                f"{mean:,.2f}",
            )
            for found, label, count, truth, published, difference, correlation, median, mean in compared
            if found == part
        ]
        header = [
            title,
            "Compared",
            "True",
            "Published",
            "Difference",
            "Rank correlation",
            "Median error",
            "Mean error",
        ]
        tables.append(markdown(header, rows, text_columns=1))
    header = [
        "What the CRM left out",
        "Records",
        "Without duration",
        "Mean recorded duration, minutes",
        "Without travel",
        "Mean recorded travel, minutes",
    ]
    recorded = [
        (
            activity,
            f"{count:,}",
            f"{without_duration:,}",
            f"{duration:.1f}",
            "" if without_travel is None else f"{without_travel:,}",
            "" if travel is None else f"{travel:.1f}",
        )
        for activity, count, without_duration, duration, without_travel, travel in records
    ]
    tables.append(markdown(header, recorded, text_columns=1))
    return "\n\n".join(tables)


def main() -> int:
    """Print the report, or say what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("home"), help="home of a demo run (default: ./home)")
    try:
        print(report(parser.parse_args().home))
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
