"""The estimates of the potential of the demo company against the true wallets that its generator knows.

`make truth-potential` prints the tables of docs/potential.md and draws docs/potential.svg. Estimates, features and
truth are read where they lie, the arithmetic is potential_truth.sql. What website texts and other features bring is
found by fitting the models of the quarter again without them.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.cost_to_serve_truth import markdown, quoted
from orchestration.analytics import quantile_boosting
from orchestration.analytics.quantile_boosting import Features

QUERIES = Path(__file__).with_suffix(".sql")
MODELS = ("peer quantile", "gradient boosting")
OWN_REVENUE = "own revenue"
LEFT_OUT = {
    "without website text": quantile_boosting.WEBSITE,
    "without comparables": quantile_boosting.COMPARABLE,
    "without region": quantile_boosting.REGION,
}
ALL_FEATURES = "all features"


def connect(home: Path, quarter: date | None = None) -> duckdb.DuckDBPyConnection:
    """The home's warehouse, the truth beside it as `truth_<file>`, and the views of the comparison.

    Args:
        home: Home of a finished run of the demo company.
        quarter: First day of the quarter to compare; the last closed one unless given.

    Raises:
        FileNotFoundError: the home holds no demo company or no warehouse.
        ValueError: no customer has an estimate by both methods in the quarter.
    """
    warehouse, truth = home / "warehouse.duckdb", home / "demo" / "truth"
    files = {"truth_wallet": truth / "wallet.parquet", "truth_link": truth / "link.parquet"}
    for path in (warehouse, *files.values()):
        if not path.exists():
            raise FileNotFoundError(f"{path} is missing: run `kundenwert demo --home {home}` first")
    connection = duckdb.connect()
    connection.execute(f"attach {quoted(warehouse)} as warehouse (read_only); use warehouse")
    for name, path in files.items():
        connection.execute(f"create temp view {name} as from read_parquet({quoted(path)})")
    asked = "select max(quarter_start_date) from marts.dim_quarter where not is_provisional"
    connection.execute(
        f"set variable quarter = ({asked})" if quarter is None else f"set variable quarter = {quarter:date '%Y-%m-%d'}"
    )
    connection.execute(QUERIES.read_text(encoding="utf-8"))
    if connection.execute("select count(*) from compared_customer").fetchall() == [(0,)]:
        raise ValueError(f"{home}: no customer has an estimate by both methods in that quarter")
    return connection


def without(features: Features, group: int) -> Features:
    """The features less one group of them."""
    if group == quantile_boosting.COMPARABLE:
        return replace(features, comparable=features.comparable[:, :, :0])
    kept = np.flatnonzero(features.group != group)
    return replace(
        features,
        matrix=features.matrix[:, kept],
        group=features.group[kept],
        categorical=tuple(place for place, column in enumerate(kept) if column in features.categorical),
    )


def fit_again(connection: duckdb.DuckDBPyConnection) -> None:
    """Fit the models of the quarter with all features and without some, into `fitted_estimate` and `estimate`."""
    rows = connection.sql("from fitted_row").to_arrow_table()
    texts = connection.sql("from intermediate.int_potential__website_text order by text_number").to_arrow_table()
    day = rows.column("training_quarter_start_date")[0].as_py()
    comparables = connection.sql(
        "from intermediate.int_potential__comparable_purchase where training_quarter_start_date = $day"
        " order by comparable_number, product_group_rank",
        params={"day": day},
    ).to_arrow_table()
    [(median, middle, wallet, maximum)] = connection.execute(
        "select median_quantile_ratio, middle_quantile_ratio, wallet_quantile_ratio, training_maximum_count"
        " from intermediate.int_potential__training where training_quarter_start_date = $day",
        {"day": day},
    ).fetchall()
    words = quantile_boosting.Words(texts.column("website_text").to_pylist())
    features = quantile_boosting.features_of(rows, texts.column("text_number"), words, comparables)
    variants = {ALL_FEATURES: features, **{name: without(features, group) for name, group in LEFT_OUT.items()}}
    for variant, left_out in variants.items():
        quantiles = quantile_boosting.fit_and_estimate(
            left_out, (float(median), float(middle), float(wallet)), maximum
        ).quantiles
        fitted = pa.table(
            [rows.column("estimate_number"), *map(pa.array, quantiles.T)],
            names=["estimate_number", "q50", "q75", "q90"],
        )
        connection.register("fitted", fitted)
        connection.execute("insert into fitted_estimate select $variant, * from fitted", {"variant": variant})
        connection.execute(
            "insert into estimate select $variant, customer_id, round(fitted.q90, 2)"
            " from compared_customer inner join fitted using (estimate_number)",
            {"variant": variant},
        )
        connection.unregister("fitted")


def report(connection: duckdb.DuckDBPyConnection) -> str:
    """All tables as Markdown."""
    fit_again(connection)
    [(quarter,)] = connection.execute("select getvariable('quarter')").fetchall()
    rows = connection.execute("from truth_report order by slice_type, slice, estimator").fetchall()
    return "\n\n".join(
        [
            f"Quarter beginning {quarter}, amounts in EUR",
            truth_table(rows),
            *(industry_table(rows, model) for model in MODELS),
            feature_table(connection, rows),
            evaluation_table(connection),
            decile_table(connection),
            reclassification_table(connection),
        ]
    )


def truth_table(rows: list[tuple[Any, ...]]) -> str:
    """The methods against the true wallets; the models fitted again have a table of their own."""
    header = [
        "Customers",
        "Estimate",
        "Number",
        "Rank correlation",
        "True wallet ≤ q90",
        "Revenue ≤ q90",
        "Median relative error",
        "Lift of the top tenth",
        "Rank correlation of growth",
        "Factor by declared wallets",
        "Median relative error after it",
    ]
    found = {(slice_, estimator): values for kind, slice_, estimator, *values in rows if kind in ("all", "group")}
    cells = []
    for slice_ in ("all", "bought all year", "others"):
        for estimator in (*MODELS, OWN_REVENUE):
            if (slice_, estimator) in found:
                count, *values = found[slice_, estimator]
                cells.append((slice_, estimator, f"{count:,}", *measures(values)))
    return markdown(header, cells, text_columns=2)


def industry_table(rows: list[tuple[Any, ...]], model: str) -> str:
    """One method against the true wallets, industry by industry."""
    header = [
        f"Industry, {model}",
        "Customers",
        "Rank correlation",
        "True wallet ≤ q90",
        "Revenue ≤ q90",
        "Median relative error",
        "Lift of the top tenth",
        "Rank correlation of growth",
        "Median relative error after the factor",
    ]
    cells = []
    for kind, slice_, estimator, count, *values in rows:
        if kind == "industry" and estimator == model:
            *shown, _, scaled = measures(values)
            cells.append((slice_, f"{count:,}", *shown, scaled))
    return markdown(header, cells, text_columns=1)


def measures(values: list[Any]) -> tuple[str, ...]:
    """Rank correlation to scaled error, as text."""
    correlation, wallet, revenue, error, lift, growth, factor, scaled = values
    return (
        shown(correlation, 4),
        percent(wallet),
        percent(revenue),
        percent(error),
        shown(lift, 2),
        shown(growth, 4),
        shown(factor, 2),
        percent(scaled),
    )


def feature_table(connection: duckdb.DuckDBPyConnection, rows: list[tuple[Any, ...]]) -> str:
    """What the models lose without some of their features."""
    losses = dict(
        ((variant, quantile), loss) for variant, quantile, _, loss in connection.execute("from loss_report").fetchall()
    )
    [(count,)] = connection.execute("select max(customer_count) from loss_report").fetchall()
    header = [
        f"Gradient boosting, {count:,} training customers",
        *(f"Pinball loss {quantile}" for quantile in ("q50", "q75", "q90")),
        "Rank correlation",
        "Within industries",
        "Median relative error",
        "Median relative error after the factor",
    ]
    within = dict(connection.execute("from industry_report").fetchall())
    truth = {estimator: values for kind, _, estimator, _, *values in rows if kind == "all"}
    cells = []
    for variant in (ALL_FEATURES, *LEFT_OUT):
        correlation, _, _, error, *_, scaled = measures(truth[variant])
        cells.append(
            (
                variant,
                *(shown(losses[variant, quantile], 2) for quantile in ("q50", "q75", "q90")),
                correlation,
                shown(within[variant], 4),
                error,
                scaled,
            )
        )
    return markdown(header, cells, text_columns=1)


def evaluation_table(connection: duckdb.DuckDBPyConnection) -> str:
    """The published backtest of the quarter."""
    header = [
        "Model",
        "Quantile",
        "In use",
        "Customers",
        "Pinball loss",
        "Of the industry's quantile",
        "Gain",
        "Coverage",
        "Band",
        "Declared wallets",
        "Rank correlation",
        "Median relative error",
        "Lift of the top tenth",
    ]
    found = connection.execute(
        "select model, quantile, case when is_in_use then 'yes' else 'no' end, sample_count, pinball_loss,"
        " baseline_pinball_loss, gain_ratio, coverage_ratio, coverage_low_ratio, coverage_high_ratio, declared_count,"
        " declared_rank_correlation, declared_median_relative_error_ratio, declared_top_decile_lift_ratio"
        " from evaluation_report"
    ).fetchall()
    cells = [
        (
            *names,
            f"{count:,}",
            f"{loss:,}",
            f"{baseline:,}",
            percent(gain),
            percent(coverage),
            f"{percent(low)} to {percent(high)}",
            "" if declared is None else f"{declared:,}",
            shown(correlation, 4),
            percent(error),
            shown(lift, 2),
        )
        for *names, count, loss, baseline, gain, coverage, low, high, declared, correlation, error, lift in found
    ]
    return markdown(header, cells, text_columns=3)


def decile_table(connection: duckdb.DuckDBPyConnection) -> str:
    """Coverage of q90 in the backtest, tenth by tenth of the estimate."""
    found = connection.execute("select estimator, tenth, coverage_ratio from plotted_coverage").fetchall()
    coverage = {(estimator, tenth): ratio for estimator, tenth, ratio in found}
    tenths = sorted({tenth for _, tenth, _ in found})
    header = ["Bought at most q90, by tenth of the estimate", *map(str, tenths)]
    cells = [(model, *(percent(coverage.get((model, tenth))) for tenth in tenths)) for model in MODELS]
    return markdown(header, cells, text_columns=1)


def reclassification_table(connection: duckdb.DuckDBPyConnection) -> str:
    """Whether the customers grew that a model would have moved up."""
    header = [
        "Model",
        "Move",
        "Moved",
        "Like customers that stay in C",
        "Revenue before",
        "Revenue after",
        "Growth each",
        "Growth of like customers",
        "Difference",
        "Standard error",
        "Larger",
    ]
    found = connection.execute(
        "select model, reclass_move, moved_count, matched_count, moved_origin_amount, moved_outcome_amount,"
        " moved_growth_amount, matched_growth_amount, difference_amount, standard_error_amount,"
        " case when is_growth_larger then 'yes' else 'no' end from reclassification_report"
    ).fetchall()
    cells = [(model, move, *(f"{value:,}" for value in values), larger) for model, move, *values, larger in found]
    return markdown(header, cells, text_columns=2)


def shown(value: Any, digits: int) -> str:
    """A number, or nothing where there is none."""
    return "" if value is None else f"{value:.{digits}f}"


def percent(value: Any) -> str:
    """A share in percent, or nothing where there is none."""
    return "" if value is None else f"{100 * value:.1f} %"


def draw(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Estimated against true wallets, and coverage in the backtest, as SVG."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "potential", "font.size": 11}
    from matplotlib import pyplot
    from matplotlib.ticker import FuncFormatter, PercentFormatter

    figure, axes = pyplot.subplots(1, 3, figsize=(13.5, 4.8), layout="constrained")
    styles = {MODELS[0]: ("#b35806", "o", "--"), MODELS[1]: ("#2166ac", "s", "-")}
    euro = FuncFormatter(lambda value, _: f"{value:,.0f}")
    bins = {
        model: np.array(
            connection.execute(
                "select estimate_amount, low_amount, median_amount, high_amount from plotted_bin"
                " where estimator = $model order by bin",
                {"model": model},
            ).fetchall(),
            dtype=np.float64,
        )
        for model in MODELS
    }
    everything = np.concatenate(list(bins.values()))
    # An estimate of nothing has no place on a logarithmic axis.
    limits = (max(1.0, everything[everything > 0].min()) / 1.5, everything.max() * 1.5)
    for plot, (model, values) in zip(axes, bins.items(), strict=False):
        colour, marker, _ = styles[model]
        estimated, low, middle, high = values[(values > 0).all(axis=1)].T
        plot.fill_between(
            estimated, low, high, color=colour, alpha=0.25, linewidth=0, label="true: 10th to 90th percentile"
        )
        plot.plot(estimated, middle, color=colour, marker=marker, markersize=4, label="true: median")
        plot.plot(limits, limits, color="black", linewidth=1, linestyle=":", label="true = estimated")
        plot.set(xscale="log", yscale="log", xlim=limits, ylim=limits, title=model.capitalize())
        plot.set(xlabel="Estimated q90, EUR a year", ylabel="True wallet, EUR a year")
        plot.xaxis.set_major_formatter(euro)
        plot.yaxis.set_major_formatter(euro)
        plot.tick_params(axis="x", labelrotation=30)
        plot.legend(loc="lower right", fontsize=9, frameon=False)
    coverage = connection.execute("from plotted_coverage order by tenth").fetchall()
    for model in MODELS:
        colour, marker, line = styles[model]
        points = [(tenth, float(ratio)) for estimator, tenth, ratio, _ in coverage if estimator == model]
        if points:
            axes[2].plot(*zip(*points, strict=True), color=colour, marker=marker, linestyle=line, label=model)
    if coverage:
        axes[2].axhline(float(coverage[0][3]), color="black", linewidth=1, linestyle=":", label="as claimed")
        axes[2].set_xticks(range(1, 11))
        axes[2].legend(loc="lower right", fontsize=9, frameon=False)
    axes[2].yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes[2].set(title="Backtest: bought no more than q90", xlabel="Tenth of the customers by estimate, 1 smallest")
    axes[2].set(ylabel="Share of customers", ylim=(0.7, 1.0))
    figure.savefig(path, format="svg", metadata={"Date": None})
    pyplot.close(figure)


def main() -> int:
    """Print the report and draw the plot where asked, or say what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("home"), help="home of a demo run (default: ./home)")
    parser.add_argument(
        "--quarter", type=date.fromisoformat, help="first day of the quarter (default: the last closed)"
    )
    parser.add_argument("--plot", type=Path, help="file to draw the plot into (SVG)")
    arguments = parser.parse_args()
    try:
        with connect(arguments.home, arguments.quarter) as connection:
            print(report(connection))
            if arguments.plot is not None:
                draw(connection, arguments.plot)
    except (FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
