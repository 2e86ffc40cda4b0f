"""`kundenwert campaign results`: what it prints, what it exports, and what it says where there is nothing to tell."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration import cli
from orchestration.home import PROJECT_DIR, Home
from orchestration.outcome import BAD_INPUT, PUBLISHED

ROW: dict[str, Any] = {
    "quarter_start_date": date(2026, 4, 1),
    "outcome_quarter_start_date": date(2026, 7, 1),
    "as_of_date": date(2026, 9, 30),
    "is_provisional": False,
    "campaign_id": "SOW/2026Q2",
    "campaign_type": "SOW",
    "list_version": 2,
    "kpi": "net_revenue",
    "is_main_kpi": True,
    "listed_treated_count": 1400,
    "listed_control_count": 100,
    "treated_count": 1399,
    "control_count": 100,
    "unmeasured_count": 1,
    "treated_before_amount": Decimal("100.00"),
    "treated_after_amount": Decimal("130.00"),
    "control_before_amount": Decimal("100.00"),
    "control_after_amount": Decimal("115.00"),
    "uplift_amount": Decimal("15.00"),
    "ci_low_amount": Decimal("-5.00"),
    "ci_high_amount": Decimal("35.00"),
    "confidence_ratio": Decimal("0.95"),
    "p_value": Decimal("0.1234"),
    "total_uplift_amount": Decimal("20985.00"),
    "difference_in_differences_amount": Decimal("14.50"),
    "minimum_detectable_amount": Decimal("4953.00"),
    "power_ratio": Decimal("0.80"),
    "planned_effect_amount": Decimal("3000.00"),
    "required_count_per_arm": 1750,
    "contact_count": 2001,
    "cost_amount": Decimal("10492.50"),
    "return_ratio": Decimal("2.0"),
    "reached_count": 1300,
    "contaminated_count": 4,
    "verdict": "UNDERPOWERED",
    "flags": "CONTROL_CONTACTED,UNKNOWN_AMOUNTS",
}


def served(root: Path, *rows: dict[str, Any], issued: bool = True) -> Home:
    """A home whose served file holds these results, with the columns of the published contract."""
    home = Home.resolve(str(root))
    home.served_file.parent.mkdir(parents=True)
    path = PROJECT_DIR / "models" / "published" / "campaign_results.yml"
    columns = {
        column["name"]: column["data_type"]
        for column in yaml.safe_load(path.read_text(encoding="utf-8"))["models"][0]["columns"]
    }
    with duckdb.connect(str(home.served_file)) as connection:
        connection.execute("create schema published")
        declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.execute(f"create table published.campaign_results ({declared})")
        for row in rows:
            names, marks = ", ".join(row), ", ".join("?" for _ in row)
            connection.execute(f"insert into published.campaign_results ({names}) values ({marks})", list(row.values()))
        connection.execute(
            "create table published.campaign_calendar as"
            f" select 'ACCESS-2026Q4' as campaign_id, date '2026-10-01' as quarter_start_date, {int(issued)} as list_version"
        )
    return home


def run(home: Home, quarter: str = "2026Q2") -> int:
    return cli.run(["campaign", "results", "--home", str(home.root), "--quarter", quarter])


def test_a_result_is_told_in_words_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    margin = {
        **ROW,
        "kpi": "gross_margin",
        "is_main_kpi": False,
        "ci_low_amount": Decimal("0.01"),
        "planned_effect_amount": None,
        "required_count_per_arm": None,
        "return_ratio": Decimal("0.8"),
        "verdict": "LIFT",
        "flags": "CONTROL_CONTACTED,NO_PLANNED_EFFECT",
    }
    home = served(tmp_path / "home", margin, ROW)
    assert run(home) == PUBLISHED
    path = home.exports / "2026Q2" / "campaign_SOW-2026Q2_results.csv"
    assert capsys.readouterr().out.splitlines() == [
        "SOW/2026Q2, version 2 of its list, effect in the quarter to 2026-09-30",
        "  net revenue: UNDERPOWERED - too few customers: what is found is 4,953.00 or more, the planned 3,000.00 is not",
        "    15.00 per treated customer and quarter (95 % interval -5.00 to 35.00, p 0.1234), 20,985.00 for all 1,399",
        "    mean of 1,399 treated from 100.00 to 130.00, of 100 held back from 100.00 to 115.00:"
        " difference in differences 14.50",
        "    smallest effect found with a probability of 80 %: 4,953.00; planned 3,000.00, which takes 1,750 customers in"
        " each arm",
        "  gross margin: LIFT - all of the interval lies above 0",
        "    15.00 per treated customer and quarter (95 % interval 0.01 to 35.00, p 0.1234), 20,985.00 for all 1,399",
        "    mean of 1,399 treated from 100.00 to 130.00, of 100 held back from 100.00 to 115.00:"
        " difference in differences 14.50",
        "    smallest effect found with a probability of 80 %: 4,953.00",
        "  2,001 activities, cost 10,492.50; reached 1,300 of 1,400 treated and 4 of 100 held back",
        "  return on the cost in one quarter: 2.0 by net revenue, 0.8 by gross margin",
        "  note: control customers were contacted: the effect looks smaller than it is",
        "  note: customers with unknown amounts are not measured",
        f"  {path}",
    ]
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["kpi"] for row in rows] == ["net_revenue", "gross_margin"]
    assert rows[0]["ci_low_amount"] == "-5.00"
    assert rows[0]["verdict"] == "UNDERPOWERED"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"verdict": "HARM"}, "HARM - all of the interval lies below 0"),
        ({"verdict": "NO_EVIDENCE"}, "NO_EVIDENCE - the interval holds 0, though the planned 3,000.00 would probably"),
        (
            {"verdict": "NO_EVIDENCE", "planned_effect_amount": None},
            "NO_EVIDENCE - the interval holds 0, and no effect was",
        ),
        (
            {"verdict": None, "flags": "FEW_CUSTOMERS"},
            "no verdict - too few customers are measured (1,399 treated, 100 held",
        ),
        (
            {"verdict": None, "flags": "FEW_CUSTOMERS,NO_CONTROL"},
            "no verdict - nobody was held back: there is nothing to",
        ),
        ({"verdict": None, "flags": "NO_VARIATION"}, "no verdict - no two customers of an arm differ"),
    ],
)
def test_each_verdict_has_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, Any], told: str
) -> None:
    assert run(served(tmp_path / "home", {**ROW, **changed})) == PUBLISHED
    assert f"  net revenue: {told}" in capsys.readouterr().out


def test_what_is_unknown_is_called_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unknown = ("ci_low_amount", "ci_high_amount", "p_value", "treated_before_amount", "control_before_amount")
    rows = {**ROW, **dict.fromkeys(unknown), "difference_in_differences_amount": None, "cost_amount": None}
    rows |= {"return_ratio": None, "verdict": None, "flags": "COST_UNKNOWN,FEW_CUSTOMERS,NO_BASELINE"}
    assert run(served(tmp_path / "home", rows)) == PUBLISHED
    printed = capsys.readouterr().out
    assert "    15.00 per treated customer and quarter, 20,985.00 for all 1,399\n" in printed
    assert "from unknown to 130.00" in printed
    assert "2,001 activities, cost unknown; reached" in printed
    assert "return on the cost" not in printed


def test_a_second_time_gives_the_same_file(tmp_path: Path) -> None:
    home = served(tmp_path / "home", ROW)
    assert run(home) == PUBLISHED
    [path] = (home.exports / "2026Q2").iterdir()
    first = path.read_bytes()
    assert run(home) == PUBLISHED
    assert [path.read_bytes() for path in (home.exports / "2026Q2").iterdir()] == [first]


@pytest.mark.parametrize(
    ("quarter", "told"),
    [
        (
            "2025Q1",
            "--quarter 2025Q1: no list was issued for this quarter, so that there is nothing to measure; there are",
        ),
        ("2026Q4", "--quarter 2026Q4: ACCESS-2026Q4 has no result yet: the publication does not hold a closed quarter"),
        ("2026-Q4", "2026-Q4"),
    ],
)
def test_without_a_result_the_reason_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], quarter: str, told: str
) -> None:
    home = served(tmp_path / "home", ROW)
    assert run(home, quarter) == BAD_INPUT
    printed = capsys.readouterr()
    assert told in printed.err
    assert not printed.out
    assert not home.exports.exists()


def test_a_proposal_is_not_an_issued_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(served(tmp_path / "home", issued=False), "2026Q4") == BAD_INPUT
    assert "no list was issued for this quarter, so that there is nothing to measure\n" in capsys.readouterr().err


def test_without_a_publication_there_is_nothing_to_tell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(Home.resolve(str(tmp_path / "home"))) == BAD_INPUT
    assert "nothing is published yet; run 'kundenwert refresh' first" in capsys.readouterr().err


def test_a_publication_from_before_results_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = served(tmp_path / "home")
    with duckdb.connect(str(home.served_file)) as connection:
        connection.execute("drop table published.campaign_results")
    assert run(home) == BAD_INPUT
    assert "holds no results yet; run 'kundenwert refresh' first" in capsys.readouterr().err
