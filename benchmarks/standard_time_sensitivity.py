"""How much the ranking of customers depends on the standard times of the policy.

`make sensitivity` prints the table of docs/cost-to-serve.md: one standard time after the other is made 20 percent
shorter and longer, and the contributions that follow are ranked against the published ones. Pools in practical capacity
keep their rate, pools in full absorption their total. Kendall's tau-b: M. G. Kendall, Biometrika 33 (1945), 239-251.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb
from scipy.stats import kendalltau

from benchmarks.cost_to_serve_truth import markdown, quoted

QUERIES = Path(__file__).with_suffix(".sql")
CHANGE = 0.2


def connect(home: Path) -> duckdb.DuckDBPyConnection:
    """The home's published tables and the work of the trailing year that the scenarios change.

    Raises:
        FileNotFoundError: the home holds no publication.
    """
    served = home / "published" / "kundenwert.duckdb"
    if not served.exists():
        raise FileNotFoundError(f"{served} is missing: run `kundenwert refresh --home {home}` first")
    connection = duckdb.connect()
    connection.execute(f"attach {quoted(served)} as served (read_only); use served")
    connection.execute(QUERIES.read_text(encoding="utf-8"))
    return connection


def tau(connection: duckdb.DuckDBPyConnection, activities: list[str], factor: float) -> tuple[float, int]:
    """Kendall's tau-b of the contributions before and after, and how many customers change between profit and loss."""
    rows = connection.execute("from scenario($activities, $factor)", {"activities": activities, "factor": factor})
    before, after = zip(*((float(one), float(other)) for one, other in rows.fetchall()), strict=True)
    changed = sum((one < 0) != (other < 0) for one, other in zip(before, after, strict=True))
    return float(kendalltau(before, after).statistic), changed


def report(home: Path) -> str:
    """The table as Markdown."""
    with connect(home) as connection:
        activities = connection.execute(
            "select activity, sum(cost_amount) from work where is_standard and bucket = 'customer'"
            " group by activity order by 2 desc"
        ).fetchall()
        [(customers, total)] = connection.execute(
            "select (select count(*) from contribution), (select sum(cost_amount) from work where bucket = 'customer')"
        ).fetchall()
        lines = [("all of them", [name for name, _ in activities], sum(amount for _, amount in activities))]
        lines += [(name, [name], amount) for name, amount in activities]
        rows = []
        for label, names, amount in lines:
            (shorter, lost), (longer, won) = (tau(connection, names, 1 + change) for change in (-CHANGE, CHANGE))
            rows.append(
                (label, f"{100 * amount / total:.1f} %", f"{shorter:.4f}", f"{longer:.4f}", f"{lost:,}", f"{won:,}")
            )
    header = [
        f"Standard time, {customers:,} customers",
        "Share of the cost of work",
        "Tau at -20 %",
        "Tau at +20 %",
        "Profit or loss changed at -20 %",
        "At +20 %",
    ]
    return markdown(header, rows, text_columns=1)


def main() -> int:
    """Print the table, or say what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("home"), help="home of a published run (default: ./home)")
    try:
        print(report(parser.parse_args().home))
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
