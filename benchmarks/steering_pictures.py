"""Pictures of docs/steering.md, drawn from the published tables of a finished run.

`make pictures` draws, for the last closed quarter: the portfolio as a plane of both scores with the contribution as
bubbles, what each rep's pyramid of focus accounts holds, and the load of the reps before and after the proposed moves.
A picture whose tables the run does not have is left out, and the command says so.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from benchmarks.cost_to_serve_truth import quoted

ZONE_COLOURS = {"PROTECT": "#1b7837", "DEVELOP": "#2166ac", "HOLD": "#b35806", "WITHDRAW": "#7f7f7f"}
LAYER_COLOURS = {"TOP5": "#053061", "ACTIVE15": "#4393c3", "REST": "#d1e5f0"}
CHANNELS = {"FIELD": "Field sales", "INSIDE": "Inside sales", "KAM": "Key accounts"}
#: Customers drawn at most; the largest by contribution, positive or negative.
BUBBLES = 2_000


class MissingTableError(ValueError):
    """The run has not published what a picture needs."""


def connect(home: Path, quarter: date | None = None) -> duckdb.DuckDBPyConnection:
    """The published tables of a home, with the quarter to draw as a variable.

    Raises:
        FileNotFoundError: the home holds no warehouse.
    """
    warehouse = home / "warehouse.duckdb"
    if not warehouse.exists():
        raise FileNotFoundError(f"{warehouse} is missing: run `kundenwert demo --home {home}` first")
    connection = duckdb.connect()
    connection.execute(f"attach {quoted(warehouse)} as warehouse (read_only); use warehouse.published")
    asked = "select max(quarter_start_date) from warehouse.marts.dim_quarter where not is_provisional"
    connection.execute(
        f"set variable quarter = ({asked})" if quarter is None else f"set variable quarter = {quarter:date '%Y-%m-%d'}"
    )
    return connection


def rows(connection: duckdb.DuckDBPyConnection, table: str, query: str) -> list[tuple[Any, ...]]:
    """What a query finds in a published table.

    Raises:
        MissingTableError: there is no such table, or nothing of the quarter in it.
    """
    found = connection.execute(
        "select count(*) from information_schema.tables where table_schema = 'published' and table_name = $table",
        {"table": table},
    ).fetchall()
    result = connection.execute(query).fetchall() if found[0][0] else []
    if not result:
        raise MissingTableError(f"{table} has nothing of that quarter")
    return result


def figure(width: float, height: float, count: int, salt: str, **options: Any) -> tuple[Any, Any]:
    """An empty figure whose SVG is the same in every run."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": salt, "font.size": 11}
    from matplotlib import pyplot

    return pyplot.subplots(1, count, figsize=(width, height), layout="constrained", **options)


def save(drawn: Any, path: Path) -> None:
    """Write a figure as SVG, and as PNG beside it where the name asks for one."""
    from matplotlib import pyplot

    drawn.savefig(path, format=path.suffix[1:], dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None)
    pyplot.close(drawn)


def draw_portfolio(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Both scores of each rated customer; a bubble is its contribution, hollow where that is negative."""
    found = rows(
        connection,
        "portfolio_zones",
        "select zone, potential_score, attractiveness_score, coalesce(contribution_amount, 0) from portfolio_zones"
        " where quarter_start_date = getvariable('quarter') and zone <> 'UNRATED'"
        f" order by abs(coalesce(contribution_amount, 0)) desc, customer_id limit {BUBBLES}",
    )
    drawn, axis = figure(8.5, 7.5, 1, "portfolio")
    largest = max(max(abs(float(row[3])) for row in found), 1.0)
    for zone, colour in ZONE_COLOURS.items():
        own = [row for row in found if row[0] == zone]
        for is_loss in (False, True):
            part = [row for row in own if (row[3] < 0) == is_loss]
            if not part:
                continue
            x, y, amount = (np.array([float(row[place]) for row in part]) for place in (2, 1, 3))
            axis.scatter(
                x,
                y,
                s=4 + 900 * np.abs(amount) / largest,
                facecolors="none" if is_loss else colour,
                edgecolors=colour,
                alpha=0.9 if is_loss else 0.35,
                linewidths=0.8,
                # Thousands of circles as points of a picture: a tenth of the file.
                rasterized=True,
            )
    cuts = connection.execute(
        "select max(case when parameter = 'portfolio_attractiveness_cut_score' then value end)::double,"
        " max(case when parameter = 'portfolio_potential_cut_score' then value end)::double"
        " from warehouse.policy.policy_parameter"
    ).fetchall()[0]
    axis.axvline(cuts[0], color="black", linewidth=1)
    axis.axhline(cuts[1], color="black", linewidth=1)
    counts = dict(
        connection.execute(
            "select zone, count(*) from portfolio_zones where quarter_start_date = getvariable('quarter') group by zone"
        ).fetchall()
    )
    corners = {"PROTECT": (99, 99), "DEVELOP": (1, 99), "HOLD": (99, 1), "WITHDRAW": (1, 1)}
    for zone, (x, y) in corners.items():
        axis.text(
            x,
            y,
            f"{zone}  {counts.get(zone, 0):,}",
            color=ZONE_COLOURS[zone],
            fontweight="bold",
            ha="right" if x > 50 else "left",
            va="top" if y > 50 else "bottom",
            bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 2},
        )
    axis.set(xlim=(-2, 102), ylim=(-2, 102), xlabel="Attractiveness score", ylabel="Potential score")
    rated = sum(counts.get(zone, 0) for zone in ZONE_COLOURS)
    of_all = "" if len(found) == rated else f", the {len(found):,} with most contribution or loss drawn"
    axis.set_title(f"{rated:,} rated customers{of_all}\nbubble = contribution, hollow = loss", fontsize=12)
    save(drawn, path)


def draw_pyramid(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """How the customers, the revenue and the potential of each rep lie on its focus layers."""
    found = rows(
        connection,
        "focus_accounts",
        "select accounts.rep_id, accounts.focus_layer, count(*),"
        " coalesce(sum(greatest(segments.net_revenue_amount, 0)), 0), coalesce(sum(segments.potential_amount), 0)"
        " from focus_accounts as accounts left join customer_segments as segments"
        " using (quarter_start_date, customer_id)"
        " where quarter_start_date = getvariable('quarter') and accounts.focus_layer is not null"
        " group by all order by accounts.rep_id, accounts.focus_layer",
    )
    reps = sorted({row[0] for row in found})
    measures = ("Customers", "Net revenue", "Potential")
    values = {(row[0], row[1]): tuple(float(number) for number in row[2:]) for row in found}
    order = sorted(reps, key=lambda rep: (-sum(values.get((rep, layer), (0, 0, 0))[1] for layer in LAYER_COLOURS), rep))
    drawn, axes = figure(13.5, max(4.0, 0.085 * len(reps) + 1.5), 3, "pyramid", sharey=True)
    place = np.arange(len(order))
    for axis, name, number in zip(axes, measures, range(3), strict=True):
        totals = np.array(
            [sum(values.get((rep, layer), (0, 0, 0))[number] for layer in LAYER_COLOURS) for rep in order]
        )
        left = np.zeros(len(order))
        for layer, colour in LAYER_COLOURS.items():
            part = np.array([values.get((rep, layer), (0, 0, 0))[number] for rep in order])
            share = np.divide(part, totals, out=np.zeros(len(order)), where=totals > 0)
            axis.barh(place, share, left=left, height=1.0, color=colour, label=layer, linewidth=0)
            left += share
        axis.set(title=name, xlim=(0, 1), xlabel="Share of the rep's")
        axis.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axis.set_yticks([])
    axes[0].set_ylim(len(order) - 0.5, -0.5)
    axes[0].set_ylabel(f"{len(order)} reps, the one with the most revenue on top")
    drawn.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
    save(drawn, path)


def draw_territories(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Load of each rep before and after the proposal, channel by channel."""
    found = rows(
        connection,
        "territory_balance",
        "select channel, scope_id, load_ratio, proposed_load_ratio from territory_balance"
        " where quarter_start_date = getvariable('quarter') and scope_type = 'REP'"
        " and proposed_load_ratio is not null and channel is not null order by channel, load_ratio desc, scope_id",
    )
    plans = {
        row[0]: row[1:]
        for row in rows(
            connection,
            "territory_plan",
            "select channel, load_spread_ratio, proposed_load_spread_ratio, load_variation_ratio,"
            " proposed_load_variation_ratio, moved_count, customer_count from territory_plan"
            " where quarter_start_date = getvariable('quarter')",
        )
    }
    channels = [channel for channel in CHANNELS if any(row[0] == channel for row in found)]
    sizes = [max(sum(row[0] == channel for row in found), 24) for channel in channels]
    drawn, axes = figure(13.5, 5.2, len(channels), "territories", sharey=True, squeeze=False, width_ratios=sizes)
    for axis, channel in zip(axes[0], channels, strict=True):
        own = [(float(row[2]), float(row[3])) for row in found if row[0] == channel]
        before, after = np.array(own).T
        place = np.arange(len(own))
        axis.bar(place, before, color="#bdbdbd", width=0.85, label="today")
        axis.plot(place, after, linestyle="", marker="o", markersize=4, color="#b2182b", label="as proposed")
        axis.axhline(1.0, color="black", linewidth=1, linestyle=":")
        axis.set_xticks([])
        spread, new_spread, variation, new_variation, moved, customers = plans[channel]
        axis.set_title(
            f"{CHANNELS[channel]}: {moved:,} of {customers:,} move\n"
            f"spread {spread:.2f} to {new_spread:.2f}\nvariation {variation or 0:.2f} to {new_variation or 0:.2f}",
            fontsize=10,
        )
        axis.set_xlabel(f"{len(own)} reps, fullest on the left")
    axes[0][0].set_ylabel("Work of customers over capacity")
    axes[0][0].legend(loc="upper right", frameon=False)
    save(drawn, path)


PICTURES: dict[str, Callable[[duckdb.DuckDBPyConnection, Path], None]] = {
    "steering-portfolio": draw_portfolio,
    "steering-focus": draw_pyramid,
    "steering-territories": draw_territories,
}


def main() -> int:
    """Draw all pictures that the home has tables for, or say what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("home"), help="home of a finished run (default: ./home)")
    parser.add_argument(
        "--quarter", type=date.fromisoformat, help="first day of the quarter (default: the last closed)"
    )
    parser.add_argument("--folder", type=Path, default=Path("docs"), help="where the pictures go (default: docs)")
    parser.add_argument("--format", choices=("svg", "png"), default="svg", help="kind of picture (default: svg)")
    arguments = parser.parse_args()
    try:
        connection = connect(arguments.home, arguments.quarter)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 3
    with connection:
        for name, draw in PICTURES.items():
            try:
                draw(connection, arguments.folder / f"{name}.{arguments.format}")
                print(f"{arguments.folder / name}.{arguments.format}")
            except MissingTableError as error:
                print(f"{name} not drawn: {error}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
