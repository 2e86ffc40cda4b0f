"""Whether results of campaigns hold what they say, on the demo company's own revenue, where the true effect is known.

`make bench-campaign` draws the arms of the planted campaign again and again from the same list, as the selection draws
them, and measures each campaign twice: without any effect (what the real campaign brought is taken away), where LIFT or
HARM is wrong, and with the planted effect, which the interval has to hold. It prints the tables of docs/campaigns.md.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import NormalDist

import duckdb
import numpy as np
import numpy.typing as npt

from benchmarks.cost_to_serve_truth import markdown, quoted
from orchestration.analytics import campaign_inference
from orchestration.analytics.campaign_inference import (
    CONTROL,
    TREATMENT,
    Cells,
    FloatArray,
    Resamples,
    Sample,
    measure,
    replicated,
    sample_of,
    studentised_interval,
)

QUERIES = Path(__file__).with_suffix(".sql")
CONFIDENCE = 0.95
MINIMUM_ARM_COUNT = 5
#: Parts of the list that are campaigns of their own, smaller ones: its best customers by score.
SIZES = (500, 250, 100, 50, 25)
#: Those by which the intervals are compared.
COMPARED_SIZES = (500, 100)
Interval = Callable[[Cells, float, float, Resamples], tuple[float, float]]


@dataclass(frozen=True)
class Company:
    """The customers of a list without any campaign, and what it would bring from each; amounts in EUR.

    Attributes:
        untouched: What the customers buy, (n,); arms as the real campaign had them.
        effect: What the campaign would add to a customer that is treated, (n,).
        names: Customer ids, by which the arms are drawn.
        score: By which the list was selected, (n,).
    """

    untouched: Sample
    effect: FloatArray
    names: list[str]
    score: FloatArray


@dataclass(frozen=True)
class Rates:
    """How many of so many campaigns went how.

    Attributes:
        campaigns: Campaigns simulated, with and without effect.
        verdicts: LIFT, HARM or neither without an effect.
        rejections: p-values below 1 - confidence without an effect.
        covered: Intervals that hold the true effect.
        found: LIFT with the effect.
        width: Mean width of the intervals without an effect, in EUR.
        seconds: Wall time of one measurement.
    """

    campaigns: int
    verdicts: Mapping[str, int]
    rejections: int
    covered: int
    found: int
    width: float
    seconds: float


def load(home: Path) -> Company:
    """The customers of the planted campaign in a home of `kundenwert demo`.

    What the campaign would have won from a control customer is not in the truth, since it did not try: it takes the
    share of its gap that the treated customer with the nearest score gave.

    Raises:
        FileNotFoundError: the home holds no demo company or no warehouse.
        ValueError: the warehouse does not hold the outcome of the planted campaign.
    """
    warehouse, truth = home / "warehouse.duckdb", home / "demo" / "truth" / "campaign_effect.parquet"
    for path in (warehouse, truth):
        if not path.exists():
            raise FileNotFoundError(f"{path} is missing: run `kundenwert demo --home {home}` first")
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(warehouse)} as warehouse (read_only); use warehouse")
        connection.execute(f"create temp view truth_effect as from read_parquet({quoted(truth)})")
        connection.execute(QUERIES.read_text(encoding="utf-8"))
        rows = connection.sql("from simulated_customer order by customer_id").to_arrow_table()
    if not len(rows):
        raise ValueError(f"{home}: the warehouse holds no outcome of the planted campaign")
    measured = sample_of(rows)
    true_effect, score = (np.asarray(rows[name].to_pylist(), dtype=np.float64) for name in ("effect_amount", "score"))
    treated = np.flatnonzero(measured.is_treated)
    nearest = treated[np.abs(score[treated][None, :] - score[:, None]).argmin(axis=1)]
    effect = np.where(measured.is_treated, true_effect, np.round(true_effect[nearest] / score[nearest] * score, 2))
    return Company(
        replace(measured, after=measured.after - true_effect), effect, rows["customer_id"].to_pylist(), score
    )


def best(company: Company, count: int) -> Company:
    """The list that a company with less capacity had selected: its best customers by score."""
    kept = np.sort(np.argsort(-company.score, kind="stable")[:count])
    sample = company.untouched
    assert sample.covariate is not None and sample.before is not None
    return Company(
        Sample(
            sample.after[kept],
            sample.covariate[kept],
            sample.before[kept],
            sample.is_treated[kept],
            sample.stratum[kept],
        ),
        company.effect[kept],
        [company.names[place] for place in kept],
        company.score[kept],
    )


def drawn(company: Company, salt: str, control_ratio: float = 0.2) -> npt.NDArray[np.bool_]:
    """Who is treated: control of fixed size, spread over the strata by largest remainder, in the order of a hash."""
    stratum = company.untouched.stratum
    sizes = np.bincount(stratum)
    exact = round(control_ratio * len(stratum)) * sizes / len(stratum)
    counts = np.floor(exact).astype(int)
    remainders = np.argsort(-(exact - counts), kind="stable")
    counts[remainders[: round(control_ratio * len(stratum)) - counts.sum()]] += 1
    is_treated = np.ones(len(stratum), dtype=bool)
    lots = [hashlib.md5(f"{salt}|{name}".encode(), usedforsecurity=False).hexdigest() for name in company.names]
    for place, count in enumerate(counts):
        members = sorted(np.flatnonzero(stratum == place), key=lambda customer: lots[customer])
        is_treated[members[:count]] = False
    return is_treated


def simulate(company: Company, campaigns: int) -> Rates:
    """Measure campaigns without and with the effect by the method in use."""
    verdicts: Counter[str] = Counter()
    rejections = covered = found = 0
    widths = []
    begin = time.perf_counter()
    for number in range(campaigns):
        is_treated = drawn(company, f"simulation {number}")
        nothing = replace(company.untouched, is_treated=is_treated)
        result = measure(nothing, CONFIDENCE, MINIMUM_ARM_COUNT).adjusted
        verdicts["LIFT" if result.low > 0 else "HARM" if result.high < 0 else "neither"] += 1
        rejections += result.p_value < 1 - CONFIDENCE
        widths.append(result.high - result.low)
        true = float(company.effect[is_treated].mean())
        result = measure(
            replace(nothing, after=nothing.after + np.where(is_treated, company.effect, 0.0)),
            CONFIDENCE,
            MINIMUM_ARM_COUNT,
        ).adjusted
        covered += result.low <= true <= result.high
        found += result.low > 0
    seconds = (time.perf_counter() - begin) / (2 * campaigns)
    return Rates(campaigns, verdicts, rejections, covered, found, float(np.mean(widths)), seconds)


def intervals() -> dict[str, Interval]:
    """The intervals that could be used, each of cells, effect, its standard error and the resamples."""
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    tail = (1 - CONFIDENCE) / 2

    def normal(_: Cells, effect: float, error: float, __: Resamples) -> tuple[float, float]:
        return effect - z * error, effect + z * error

    def percentile(_: Cells, __: float, ___: float, resamples: Resamples) -> tuple[float, float]:
        low, high = np.quantile(resamples.effect, [tail, 1 - tail])
        return float(low), float(high)

    def accelerated(cells: Cells, effect: float, _: float, resamples: Resamples) -> tuple[float, float]:
        bias = NormalDist().inv_cdf(float(np.clip(np.mean(resamples.effect < effect), 1e-4, 1 - 1e-4)))
        influence = _influence(cells)
        acceleration = float((influence**3).sum() / (6 * (influence**2).sum() ** 1.5))
        shifted = [NormalDist().cdf(bias + (bias + side) / (1 - acceleration * (bias + side))) for side in (-z, z)]
        low, high = np.quantile(resamples.effect, shifted)
        return float(low), float(high)

    def equal_tailed(_: Cells, effect: float, error: float, resamples: Resamples) -> tuple[float, float]:
        low, high = np.quantile((resamples.effect - effect) / resamples.standard_error, [tail, 1 - tail])
        return float(effect - high * error), float(effect - low * error)

    def symmetric(_: Cells, effect: float, error: float, resamples: Resamples) -> tuple[float, float]:
        return studentised_interval(effect, error, resamples, CONFIDENCE)

    return {
        "normal": normal,
        "percentile": percentile,
        "BCa": accelerated,
        "studentised, equal tails": equal_tailed,
        "studentised, symmetric (in use)": symmetric,
    }


def _influence(cells: Cells) -> FloatArray:
    """How far each customer moves the effect, by leaving it out."""
    observed = cells.observed()
    found = []
    for place, cell in enumerate(cells.features):
        for arm in (CONTROL, TREATMENT):
            sums = np.repeat(observed, len(cell[arm]), axis=0)
            sums[:, place, arm, :] -= cell[arm]
            effects = cells.adjusted(sums)[0]
            found.append((len(cell[arm]) - 1) * (effects.mean() - effects) / len(cell[arm]))
    return np.concatenate(found)


def compare(company: Company, campaigns: int) -> dict[str, Rates]:
    """The same for each of the intervals, and for the difference in differences with the one in use."""
    kinds = intervals()
    change = "difference in differences, symmetric"
    verdicts: dict[str, Counter[str]] = {name: Counter() for name in (*kinds, change)}
    covered, found = Counter[str](), Counter[str]()
    widths: dict[str, list[float]] = {name: [] for name in verdicts}
    for number in range(campaigns):
        is_treated = drawn(company, f"comparison {number}")
        true = float(company.effect[is_treated].mean())
        for has_effect in (False, True):
            added = np.where(is_treated & has_effect, company.effect, 0.0)
            sample = replace(company.untouched, is_treated=is_treated, after=company.untouched.after + added)
            cells = Cells.of(sample)
            contrasts = [cells.adjusted, cells.change]
            observed = [contrast(cells.observed()) for contrast in contrasts]
            resamples = replicated(cells.resampled(), contrasts)
            for name in verdicts:
                kind, place = (kinds[name], 0) if name in kinds else (list(kinds.values())[-1], 1)
                effect, error = (float(part[0]) for part in observed[place])
                low, high = kind(cells, effect, error, resamples[place])
                if has_effect:
                    covered[name] += low <= true <= high
                    found[name] += low > 0
                else:
                    verdicts[name]["LIFT" if low > 0 else "HARM" if high < 0 else "neither"] += 1
                    widths[name].append(high - low)
    return {
        name: Rates(campaigns, verdicts[name], 0, covered[name], found[name], float(np.mean(widths[name])), math.nan)
        for name in verdicts
    }


def share(count: int, total: int) -> str:
    """A share with the interval that so many trials give it (Clopper, Pearson)."""
    from scipy.stats import binomtest

    bounds = binomtest(count, total).proportion_ci(0.95, method="exact")
    return f"{100 * count / total:.1f} % ({100 * bounds.low:.1f} to {100 * bounds.high:.1f})"


def report(home: Path, campaigns: int, compared: int) -> str:
    """All tables as Markdown."""
    company = load(home)
    sizes = [count for count in SIZES if count <= len(company.names)]
    if len(company.names) not in sizes:
        sizes.insert(0, len(company.names))
    cells: list[tuple[str, ...]] = []
    for count in sizes:
        smaller = best(company, count)
        rates = simulate(smaller, campaigns)
        control = int((~drawn(smaller, "")).sum())
        wrong = rates.verdicts["LIFT"] + rates.verdicts["HARM"]
        cells.append(
            (
                f"{count - control} and {control}",
                f"{campaigns:,}",
                share(wrong, campaigns),
                str(rates.verdicts["LIFT"]),
                str(rates.verdicts["HARM"]),
                share(rates.rejections, campaigns),
                share(rates.covered, campaigns),
                share(rates.found, campaigns),
                f"{rates.width:,.0f}",
                f"{1000 * rates.seconds:,.0f}",
            )
        )
    header = [
        "Treated and control",
        "Campaigns",
        "LIFT or HARM without effect",
        "LIFT",
        "HARM",
        "p below 5 % without effect",
        "Interval holds the planted effect",
        "LIFT with the effect",
        "Width of the interval",
        "Milliseconds a figure",
    ]
    parts = [
        f"{len(company.names):,} customers, planted effect {company.effect.mean():,.2f} EUR each,"
        f" {campaign_inference.METHOD_VERSION}",
        markdown(header, cells, text_columns=0),
    ]
    if compared:
        parts.append(comparison_table(company, compared))
    return "\n\n".join(parts)


def comparison_table(company: Company, campaigns: int) -> str:
    """The intervals that could be used."""
    header = [
        "Interval",
        "Treated and control",
        "Campaigns",
        "LIFT or HARM without effect",
        "LIFT",
        "HARM",
        "Interval holds the planted effect",
        "LIFT with the effect",
        "Width",
    ]
    cells = []
    for count in COMPARED_SIZES:
        smaller = best(company, count)
        control = int((~drawn(smaller, "")).sum())
        for name, rates in compare(smaller, campaigns).items():
            cells.append(
                (
                    name,
                    f"{len(smaller.names) - control} and {control}",
                    f"{campaigns:,}",
                    share(rates.verdicts["LIFT"] + rates.verdicts["HARM"], campaigns),
                    str(rates.verdicts["LIFT"]),
                    str(rates.verdicts["HARM"]),
                    share(rates.covered, campaigns),
                    share(rates.found, campaigns),
                    f"{rates.width:,.0f}",
                )
            )
    return markdown(header, cells, text_columns=1)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("home"), help="home of a run of `kundenwert demo`")
    parser.add_argument("--campaigns", type=int, default=200, help="campaigns with and without effect")
    parser.add_argument("--compare", type=int, default=0, metavar="N", help="also compare the intervals by N campaigns")
    options = parser.parse_args()
    try:
        print(report(options.home, options.campaigns, options.compare))
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
