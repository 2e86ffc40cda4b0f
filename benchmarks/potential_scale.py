"""Gradient boosting of the potential alone, at the size of the demo company and at a million customers.

`make bench-potential` prints a table of docs/benchmarks.md. The customers are those that a finished run knows, repeated
under new numbers: employees and turnover vary by up to a fifth, each repetition of a text has a word of its own, folds
are dealt anew. There is one training quarter and one estimated quarter after it, in which every customer is known a bit
differently and so has an estimate of its own. Each size is a process of its own, accounted by the operating system.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet

from benchmarks.cost_to_serve_truth import quoted
from benchmarks.run import measure

QUERIES = Path(__file__).with_suffix(".sql")
PARTS = ("rows", "texts", "comparables", "trainings")


def write_inputs(home: Path, customers: int, folder: Path) -> None:
    """The inputs of the estimate as Parquet files, a file each.

    Args:
        home: Home of a finished run.
        customers: How many customers to make of those of the run.
        folder: Where the files go.

    Raises:
        FileNotFoundError: the home holds no warehouse.
    """
    warehouse = home / "warehouse.duckdb"
    if not warehouse.exists():
        raise FileNotFoundError(f"{warehouse} is missing: run `kundenwert demo --home {home}` first")
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(warehouse)} as warehouse (read_only); use warehouse")
        connection.execute(f"set variable customers = {int(customers)}")
        connection.execute(QUERIES.read_text(encoding="utf-8"))
        for part in PARTS:
            connection.execute(f"copy (from scaled_{part}) to {quoted(folder / f'{part}.parquet')}")


def estimate(folder: Path) -> None:
    """Read the inputs and estimate, as the model does."""
    from orchestration.analytics.quantile_boosting import estimate

    tables: dict[str, pa.Table] = {part: pyarrow.parquet.read_table(folder / f"{part}.parquet") for part in PARTS}
    estimates = estimate(**tables)
    if estimates.num_rows != tables["rows"].num_rows:
        raise AssertionError(f"{estimates.num_rows} estimates of {tables['rows'].num_rows} rows")


def main() -> int:
    """Print the table, or say what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("home"), help="home of a finished run (default: ./home)")
    parser.add_argument("--customers", type=int, nargs="+", default=[55_000, 1_000_000], help="sizes to estimate")
    parser.add_argument("--inputs", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inputs is not None:
        estimate(arguments.inputs)
        return 0
    print("| Gradient boosting alone | Estimates | Texts | Wall s | Processor s | Peak memory GiB |")
    print("|---|---:|---:|---:|---:|---:|")
    for customers in arguments.customers:
        with tempfile.TemporaryDirectory(prefix="kundenwert-bench-") as name:
            folder = Path(name)
            try:
                write_inputs(arguments.home, customers, folder)
            except FileNotFoundError as error:
                print(error, file=sys.stderr)
                return 3
            counts = [pyarrow.parquet.read_metadata(folder / f"{part}.parquet").num_rows for part in PARTS[:2]]
            result = measure(f"{customers:,} customers", folder, "benchmarks.potential_scale", "--inputs", str(folder))
        print(
            f"| {result.name} | {' | '.join(f'{count:,}' for count in counts)} | {result.wall_seconds:.1f}"
            f" | {result.processor_seconds:.1f} | {result.peak_memory_gib:.2f} |",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
