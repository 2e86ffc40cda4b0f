"""Killed at any moment, the warehouse is as before, and the same command completes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.python.ingest.conftest import Shop

REPOSITORY = Path(__file__).parents[3]
SCRIPT = """
import datetime, os, signal, sys
from pathlib import Path
import duckdb
from orchestration.ingest import SourceSpec, ingest

landing, home, project, moment = (Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])

def progress(text, done, total):
    if text == moment:
        os.kill(os.getpid(), signal.SIGKILL)

connection = duckdb.connect(str(home / "warehouse.duckdb"))
ingest([SourceSpec("shop", None, landing)], home, project, connection, progress, datetime.datetime.now(datetime.UTC))
connection.close()
"""


def run(shop: Shop, moment: str) -> int:
    command = [sys.executable, "-c", SCRIPT, str(shop.landing), str(shop.home), str(shop.project), moment]
    return subprocess.run(
        command, cwd=REPOSITORY, check=False, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}
    ).returncode


def content(shop: Shop) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(shop.home / "warehouse.duckdb")) as connection:
        return {
            table: connection.execute(f"select * exclude (_loaded_at) from raw_shop.{table} order by all").fetchall()
            for table in ("order_line", "customer", "price")
        }


@pytest.mark.slow
@pytest.mark.parametrize(
    "moment",
    [
        "reading shop order_line.csv",
        "loading shop order_line",
        "loaded shop order_line",
        "loaded shop customer",
        "loaded shop price",
    ],
)
def test_killed_run_leaves_the_earlier_state_and_the_same_command_completes(
    make_shop: Callable[..., Shop], moment: str
) -> None:
    shop = make_shop()
    shop.connection.close()
    shop.deliver("order_line.csv", "order_id,line_number\nA,1\n")
    shop.deliver("customer.csv", "customer_id,customer_name\n1,A\n")
    shop.deliver("price/1.csv", "product_id,unit_price\nP,1.5\n")
    assert run(shop, "never") == 0
    before = content(shop)
    shop.deliver("order_line.csv", "order_id,line_number\nA,1\nB,2\nC,x\n")
    shop.deliver("customer.csv", "customer_id,customer_name\n1,A2\n2,B\n")
    shop.deliver("price/2.csv", "product_id,unit_price\nQ,2.5\n")
    assert run(shop, moment) == -signal.SIGKILL
    assert content(shop) == before
    assert run(shop, "never") == 0
    after = content(shop)

    calm = make_shop()
    calm.connection.close()
    calm.landing = shop.landing
    assert run(calm, "never") == 0
    assert after["order_line"] == content(calm)["order_line"]
    assert [row[0] for row in after["customer"]] == ["1", "2"]
    assert [row[0] for row in after["price"]] == ["P", "Q"]
    assert list((shop.home / "tmp").iterdir()) == [], "temporary files of the killed process are removed"
    assert len(list((shop.home / "quarantine").rglob("*.csv"))) == 1
