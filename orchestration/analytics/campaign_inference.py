"""What a campaign changed at the customers it was meant for, against a control group drawn by lot.

Intention to treat: all customers of the list count in the arm they were drawn into, whoever was reached.

1. The effect is the difference of the arms' mean outcomes, adjusted by what was known of each customer before the
   campaign: Y' = Y - theta (X - mean of X), theta = cov(X, Y) / var(X) (CUPED: Deng, Xu, Kohavi, Walker 2013,
   "Improving the sensitivity of online controlled experiments by utilizing pre-experiment data"). Covariance and
   variance are taken within stratum and arm, so that the effect itself is no part of theta. Each stratum of the draw is
   compared for itself and weighted by its treated customers: the effect is that on the treated.
2. Beside it the difference in differences: the same of the change from before to after, without theta.
3. The interval is a symmetric studentised bootstrap by customer within stratum and arm (Hall 1988, "On symmetric
   bootstrap confidence intervals"; Davison, Hinkley 1997, section 5.2). Revenue is skewed and the control group small;
   which interval then holds what it says was decided by a simulation, see docs/campaigns.md.
4. The p-value is a permutation test: the arms are drawn again within the strata, as the draw was, and compared by the
   studentised difference, which holds its level also where the campaign changed the spread (Janssen 1997).
5. The minimum detectable effect is the one that an interval of this confidence would find with the power asked for:
   (z of confidence + z of power) sigma sqrt(1/treated + 1/control).

SciPy has `stats.permutation_test` and `stats.bootstrap`. They know neither strata nor a studentised interval and
resample the outcome apart from its covariate; the tests hold this module against them where both can do the same.

Pure: no clock, no state. A fixed seed and sorted rows: the same customers give the same figures in any order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
#: Effects and standard errors of sums by stratum and arm.
Contrast = Callable[[FloatArray], tuple[FloatArray, FloatArray]]

#: Which method, and which state of it, a result comes from.
METHOD_VERSION: Final = "campaign_inference 1"
#: Resamples of the bootstrap, and draws of the permutation test; (RESAMPLES + 1) times a confidence is whole.
RESAMPLES: Final = 1_999
SEED: Final = 20_130_204
#: Customers that each arm of a stratum needs to be compared for itself; smaller strata are pooled.
STRATUM_MINIMUM: Final = 5
#: Resampled customers at a time, which bounds the memory.
CHUNK: Final = 4_000_000
#: A spread this much smaller than the squares it is the rest of is what rounding left of none.
ROUNDING: Final = 1e-10

CONTROL, TREATMENT = 0, 1
_COUNT, _Y, _X, _YY, _XX, _XY, _D, _DD = range(8)


@dataclass(frozen=True)
class Sample:
    """Customers of one campaign, measured by one figure; amounts are in one currency, to the cent.

    Attributes:
        after: Amount in the outcome quarter, (n,).
        covariate: Amount of an average quarter before the campaign, (n,); None where none is known.
        before: Amount in the quarter before the campaign, (n,); None where it is not known.
        is_treated: Arm that the customer was drawn into, (n,).
        stratum: Stratum of the draw, any numbers, (n,).
    """

    after: FloatArray
    covariate: FloatArray | None
    before: FloatArray | None
    is_treated: BoolArray
    stratum: IntArray


@dataclass(frozen=True)
class Estimate:
    """An effect per treated customer, in the currency of the sample.

    Attributes:
        effect: Treated less control.
        standard_error: Of the effect; 0 where no two customers of an arm differ.
        low: Lower bound of the interval; NaN where there is none.
        high: Upper bound.
        p_value: Share of the draws that give an effect as large; NaN where there is none.
    """

    effect: float
    standard_error: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True)
class Effect:
    """What a campaign changed.

    Attributes:
        adjusted: By CUPED.
        change: Difference in differences; None where the quarter before the campaign is not known.
        theta: Amount by which the outcome moves with each unit of the covariate; 0 without a covariate.
        correlation: Of outcome and covariate within stratum and arm; NaN where one of them does not vary.
        standard_deviation: Of the adjusted outcome within stratum and arm; NaN with fewer than two customers in each.
        treated_count: Customers treated.
        control_count: Customers held back.
        stratum_count: Strata compared.
        pooled_count: Strata of the draw that were too small for that and were pooled.
    """

    adjusted: Estimate
    change: Estimate | None
    theta: float
    correlation: float
    standard_deviation: float
    treated_count: int
    control_count: int
    stratum_count: int
    pooled_count: int


@dataclass(frozen=True)
class Resamples:
    """Effects of many samples drawn from one, with the standard error of each; both (r,)."""

    effect: FloatArray
    standard_error: FloatArray


class EmptyArmError(ValueError):
    """Nobody was treated, or nobody was held back: there is nothing to compare."""


def minimum_detectable_amount(
    standard_deviation: float, treated_count: int, control_count: int, confidence: float, power: float
) -> float:
    """The smallest effect that is found with the power asked for.

    Args:
        standard_deviation: Of the outcome within an arm, after adjustment, in currency.
        treated_count: Customers treated, at least 1.
        control_count: Customers held back, at least 1.
        confidence: Of the two-sided interval, between 0 and 1.
        power: Probability of finding the effect, between 0 and 1.

    Returns:
        An effect per customer in the same currency.

    Raises:
        ValueError: an arm is empty, or a probability is not between 0 and 1.
    """
    if min(treated_count, control_count) < 1:
        raise ValueError(f"both arms need customers, got {treated_count} treated and {control_count} control")
    return _width(confidence, power) * standard_deviation * math.sqrt(1 / treated_count + 1 / control_count)


def required_count_per_arm(
    effect: float, standard_deviation: float, confidence: float, power: float, correlation: float = 0.0
) -> int:
    """Customers that two arms of equal size need each, so that an effect is found with the power asked for.

    Args:
        effect: Effect per customer, other than 0, in currency.
        standard_deviation: Of the outcome within an arm, in currency. Before adjustment where `correlation` is given.
        confidence: Of the two-sided interval, between 0 and 1.
        power: Probability of finding the effect, between 0 and 1.
        correlation: Of the outcome with the covariate that it is adjusted by: it saves the share correlation squared.

    Raises:
        ValueError: the effect is 0, the correlation is beyond 1, or a probability is not between 0 and 1.
    """
    if effect == 0 or not math.isfinite(effect):
        raise ValueError(f"no number of customers shows an effect of {effect}")
    if not -1 <= correlation <= 1:
        raise ValueError(f"a correlation is between -1 and 1, got {correlation}")
    variance = standard_deviation**2 * (1 - correlation**2)
    return max(math.ceil(2 * _width(confidence, power) ** 2 * variance / effect**2 - 1e-9), 1)


def pooled_strata(stratum: IntArray, is_treated: BoolArray, minimum: int = STRATUM_MINIMUM) -> IntArray:
    """The strata in which treated and control are compared: those of the draw, the too small ones pooled.

    Too small are strata with fewer than `minimum` customers in either arm. Where they are too few even together, the
    smallest of the others joins them, until there are enough or one stratum is left.

    Returns:
        Numbers from 0, (n,).
    """
    names, codes = np.unique(stratum, return_inverse=True)
    counts = np.zeros((len(names), 2), dtype=np.int64)
    np.add.at(counts, (codes, is_treated.astype(np.int64)), 1)
    is_pooled = counts.min(axis=1) < minimum
    while is_pooled.any() and not is_pooled.all() and counts[is_pooled].sum(axis=0).min() < minimum:
        standing = np.flatnonzero(~is_pooled)
        is_pooled[standing[np.argmin(counts[standing].sum(axis=1), keepdims=True)]] = True
    target = np.where(is_pooled, len(names), np.arange(len(names)))
    return np.unique(target[codes], return_inverse=True)[1].astype(np.int64)


def measure(sample: Sample, confidence: float, minimum_arm_count: int) -> Effect:
    """Measure what a campaign changed.

    Args:
        sample: At least one customer in each arm.
        confidence: Of the intervals, between 0 and 1.
        minimum_arm_count: Customers that each arm needs for an interval and a p-value; with fewer they are NaN.

    Raises:
        EmptyArmError: an arm has no customer.
    """
    treated_count = int(sample.is_treated.sum())
    control_count = len(sample.is_treated) - treated_count
    if not treated_count or not control_count:
        raise EmptyArmError(f"{treated_count} customers treated, {control_count} held back")
    cells = Cells.of(sample)
    contrasts = [cells.adjusted, cells.change] if sample.before is not None else [cells.adjusted]
    observed = [contrast(cells.observed()) for contrast in contrasts]
    has_interval = min(treated_count, control_count) >= max(minimum_arm_count, 2)
    if has_interval:
        samples, draws = replicated(cells.resampled(), contrasts), replicated(cells.drawn_again(), contrasts)
    estimates = []
    for place, (effect, error) in enumerate((float(found[0][0]), float(found[1][0])) for found in observed):
        low, high, p_value = math.nan, math.nan, math.nan
        if has_interval:
            low, high = studentised_interval(effect, error, samples[place], confidence)
            p_value = permutation_p_value(effect, error, draws[place])
        estimates.append(Estimate(effect, error, low, high, p_value))
    theta, correlation, standard_deviation = cells.moments()
    return Effect(
        adjusted=estimates[0],
        change=estimates[1] if len(estimates) > 1 else None,
        theta=theta,
        correlation=correlation,
        standard_deviation=standard_deviation,
        treated_count=treated_count,
        control_count=control_count,
        stratum_count=len(cells.weights),
        pooled_count=cells.pooled_count,
    )


@dataclass(frozen=True)
class Cells:
    """The customers of a sample by stratum and arm, and all that the estimates need of them as sums.

    Resampling gives more such sums, (r, strata, 2, features), so that one function serves the sample itself, its
    resamples and the draws of the permutation test.

    Attributes:
        features: Per stratum those of control and treated, (n, features): 1, outcome, covariate, their squares
            and product, change and its square. All three less their means, which keeps the squares small.
        weights: Share of each stratum in the treated customers, (strata,).
        pooled_count: Strata of the draw that were pooled.
    """

    features: tuple[tuple[FloatArray, FloatArray], ...]
    weights: FloatArray
    pooled_count: int

    @staticmethod
    def of(sample: Sample) -> Cells:
        """Sort the customers by what is known of them: their order says nothing."""
        stratum = pooled_strata(sample.stratum, sample.is_treated)
        y = _centred(sample.after)
        x = _centred(sample.covariate) if sample.covariate is not None else np.zeros_like(y)
        change = _centred(sample.after - sample.before) if sample.before is not None else np.zeros_like(y)
        order = np.lexsort((change, x, y, sample.is_treated, stratum))
        columns = np.column_stack((np.ones_like(y), y, x, y * y, x * x, x * y, change, change * change))[order]
        is_treated, stratum = sample.is_treated[order], stratum[order]
        features = tuple(
            (columns[(stratum == place) & ~is_treated], columns[(stratum == place) & is_treated])
            for place in range(int(stratum.max()) + 1)
        )
        treated = np.array([len(cell[TREATMENT]) for cell in features], dtype=np.float64)
        pooled = len(np.unique(sample.stratum)) - len(features)
        return Cells(features, treated / treated.sum(), pooled + 1 if pooled else 0)

    def observed(self) -> FloatArray:
        """Sums of the sample itself, (1, strata, 2, features)."""
        return np.array([[[arm.sum(axis=0) for arm in cell] for cell in self.features]])

    def resampled(self) -> Iterator[FloatArray]:
        """Sums of samples drawn with replacement within stratum and arm, some of RESAMPLES at a time."""
        random = np.random.Generator(np.random.PCG64(SEED))
        for count in self._portions():
            yield self._stack([[_bootstrapped(random, arm, count) for arm in cell] for cell in self.features])

    def drawn_again(self) -> Iterator[FloatArray]:
        """Sums of the same customers with their arms drawn again within the strata, some of RESAMPLES at a time."""
        random = np.random.Generator(np.random.PCG64(SEED))
        for count in self._portions():
            yield self._stack([_drawn(random, *cell, count) for cell in self.features])

    def adjusted(self, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Effect by CUPED and its standard error for each of the sums, (r,)."""
        spread_x = _within(sums, _X, _X, _XX)
        total = spread_x.sum(axis=(1, 2))
        has_spread = total > ROUNDING * sums[..., _XX].sum(axis=(1, 2))
        shared = _within(sums, _X, _Y, _XY)
        theta = np.where(has_spread, shared.sum(axis=(1, 2)) / np.where(has_spread, total, 1.0), 0.0)[:, None, None]
        spread = _within(sums, _Y, _Y, _YY) - 2 * theta * shared + theta**2 * spread_x
        scale = sums[..., _YY] + theta**2 * sums[..., _XX]
        return self._difference(sums, sums[..., _Y] - theta * sums[..., _X], spread, scale)

    def change(self, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Difference in differences and its standard error for each of the sums, (r,)."""
        return self._difference(sums, sums[..., _D], _within(sums, _D, _D, _DD), sums[..., _DD])

    def moments(self) -> tuple[float, float, float]:
        """theta, correlation with the covariate and standard deviation after adjustment, all within stratum and arm."""
        sums = self.observed()
        yy, xx, xy = (float(_within(sums, *three).sum()) for three in ((_Y, _Y, _YY), (_X, _X, _XX), (_X, _Y, _XY)))
        has_x, has_y = xx > ROUNDING * float(sums[..., _XX].sum()), yy > ROUNDING * float(sums[..., _YY].sum())
        theta = xy / xx if has_x else 0.0
        freedom = float(sums[..., _COUNT].sum()) - 2 * len(self.weights)
        residual = yy - theta * xy
        scale = float(sums[..., _YY].sum()) + theta**2 * float(sums[..., _XX].sum())
        has_spread = freedom > 0 and residual > ROUNDING * scale
        return (
            theta,
            xy / math.sqrt(xx * yy) if has_x and has_y else math.nan,
            math.sqrt(residual / freedom) if has_spread else math.nan,
        )

    def _difference(
        self, sums: FloatArray, total: FloatArray, spread: FloatArray, scale: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        count = sums[..., _COUNT]
        mean = total / count
        is_rounding = spread <= ROUNDING * scale
        variance = np.where(is_rounding, 0.0, spread) / np.maximum(count - 1, 1) / count
        effect = (mean[..., TREATMENT] - mean[..., CONTROL]) @ self.weights
        size = np.sqrt(scale.sum(axis=(1, 2)) / count.sum(axis=(1, 2)))
        effect = np.where(np.abs(effect) <= ROUNDING * size, 0.0, effect)
        return effect, np.sqrt(variance.sum(axis=2) @ self.weights**2)

    def _portions(self) -> Iterator[int]:
        portion = max(CHUNK // sum(len(arm) for cell in self.features for arm in cell), 1)
        for start in range(0, RESAMPLES, portion):
            yield min(portion, RESAMPLES - start)

    @staticmethod
    def _stack(sums: Iterable[Iterable[FloatArray]]) -> FloatArray:
        return np.stack([np.stack(tuple(cell), axis=1) for cell in sums], axis=1)


def replicated(parts: Iterable[FloatArray], contrasts: Sequence[Contrast]) -> list[Resamples]:
    """Effects and standard errors of each contrast for all parts together."""
    found = [[contrast(part) for contrast in contrasts] for part in parts]
    return [
        Resamples(*(np.concatenate([part[place][kind] for part in found]) for kind in (0, 1)))
        for place in range(len(contrasts))
    ]


def studentised_interval(
    effect: float, standard_error: float, resamples: Resamples, confidence: float
) -> tuple[float, float]:
    """Symmetric interval of an effect: so many standard errors as the resamples are off their own effect.

    Returns:
        Lower and upper bound; NaN where the standard error is 0, or too many resamples have none.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        studentised = np.sort(np.abs((resamples.effect - effect) / resamples.standard_error))
    place = min(math.ceil((len(studentised) + 1) * confidence - 1e-9), len(studentised))
    width = float(studentised[place - 1]) * standard_error
    if standard_error <= 0 or not math.isfinite(width):
        return math.nan, math.nan
    return effect - width, effect + width


def permutation_p_value(effect: float, standard_error: float, draws: Resamples) -> float:
    """Share of the draws, the real one included, whose studentised effect is at least as far from 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = np.abs(np.nan_to_num(draws.effect / draws.standard_error, nan=0.0, posinf=np.inf, neginf=-np.inf))
        observed = abs(effect / standard_error) if standard_error > 0 else (math.inf if effect else 0.0)
    return float((1 + np.count_nonzero(drawn >= observed * (1 - 1e-9))) / (1 + len(drawn)))


def infer(rows: pa.Table, campaigns: pa.Table) -> pa.Table:
    """Measure each campaign by each of its figures.

    Args:
        rows: A measured customer, campaign and figure each: campaign_id, kpi, is_treated, stratum, before_amount,
            after_amount, covariate_amount. before_amount, or covariate_amount, is null for all of a campaign and figure
            or for none.
        campaigns: A campaign and figure each: campaign_id, kpi, confidence_ratio, power_ratio, minimum_arm_count,
            planned_effect_amount (null where none was planned for the figure).

    Returns:
        A row for each row of `campaigns` with customers in both arms, in the order of campaign_id and kpi. What cannot
        be said is null.
    """
    results = []
    ordered = campaigns.sort_by([("campaign_id", "ascending"), ("kpi", "ascending")])
    for campaign in ordered.to_pylist():
        mine = rows.filter(
            pc.and_(pc.equal(rows["campaign_id"], campaign["campaign_id"]), pc.equal(rows["kpi"], campaign["kpi"]))
        )
        try:
            effect = measure(sample_of(mine), float(campaign["confidence_ratio"]), campaign["minimum_arm_count"])
        except EmptyArmError:
            continue
        results.append(_result(campaign, effect))
    return pa.Table.from_pylist(results, schema=_SCHEMA)


def sample_of(rows: pa.Table) -> Sample:
    """The measured customers of one campaign and figure; columns as of `infer`."""
    strata = np.asarray(rows["stratum"].fill_null("").to_pylist(), dtype=np.str_)
    return Sample(
        after=_amounts(rows["after_amount"]),
        covariate=_optional(rows["covariate_amount"]),
        before=_optional(rows["before_amount"]),
        is_treated=np.asarray(rows["is_treated"].to_pylist(), dtype=np.bool_),
        stratum=np.unique(strata, return_inverse=True)[1].astype(np.int64),
    )


_MONEY: Final = pa.decimal128(18, 2)
_RATIO: Final = pa.decimal128(18, 6)
_SCHEMA: Final = pa.schema(
    [
        ("campaign_id", pa.string()),
        ("kpi", pa.string()),
        ("treated_count", pa.int64()),
        ("control_count", pa.int64()),
        ("stratum_count", pa.int64()),
        ("pooled_stratum_count", pa.int64()),
        ("uplift_amount", _MONEY),
        ("ci_low_amount", _MONEY),
        ("ci_high_amount", _MONEY),
        ("p_value", _RATIO),
        ("difference_in_differences_amount", _MONEY),
        ("difference_ci_low_amount", _MONEY),
        ("difference_ci_high_amount", _MONEY),
        ("difference_p_value", _RATIO),
        ("covariate_factor", _RATIO),
        ("covariate_correlation", _RATIO),
        ("standard_deviation_amount", _MONEY),
        ("minimum_detectable_amount", _MONEY),
        ("required_count_per_arm", pa.int64()),
        ("method_version", pa.string()),
    ]
)


def _result(campaign: Mapping[str, Any], effect: Effect) -> dict[str, Any]:
    confidence, power = float(campaign["confidence_ratio"]), float(campaign["power_ratio"])
    planned, deviation = campaign["planned_effect_amount"], effect.standard_deviation
    change = effect.change or Estimate(*[math.nan] * 5)
    detectable = minimum_detectable_amount(deviation, effect.treated_count, effect.control_count, confidence, power)
    return {
        "campaign_id": campaign["campaign_id"],
        "kpi": campaign["kpi"],
        "treated_count": effect.treated_count,
        "control_count": effect.control_count,
        "stratum_count": effect.stratum_count,
        "pooled_stratum_count": effect.pooled_count,
        "uplift_amount": _decimal(effect.adjusted.effect, 2),
        "ci_low_amount": _decimal(effect.adjusted.low, 2),
        "ci_high_amount": _decimal(effect.adjusted.high, 2),
        "p_value": _decimal(effect.adjusted.p_value, 6),
        "difference_in_differences_amount": _decimal(change.effect, 2),
        "difference_ci_low_amount": _decimal(change.low, 2),
        "difference_ci_high_amount": _decimal(change.high, 2),
        "difference_p_value": _decimal(change.p_value, 6),
        "covariate_factor": _decimal(effect.theta, 6),
        "covariate_correlation": _decimal(effect.correlation, 6),
        "standard_deviation_amount": _decimal(deviation, 2),
        "minimum_detectable_amount": _decimal(detectable, 2),
        "required_count_per_arm": (
            None
            if planned is None or math.isnan(deviation)
            else required_count_per_arm(float(planned), deviation, confidence, power)
        ),
        "method_version": METHOD_VERSION,
    }


def _amounts(column: pa.ChunkedArray) -> FloatArray:
    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)


def _optional(column: pa.ChunkedArray) -> FloatArray | None:
    return None if column.null_count else _amounts(column)


def _decimal(value: float, places: int) -> Decimal | None:
    """A number with so many decimals, None for what is not a number."""
    return round(Decimal(repr(float(value))), places) if math.isfinite(value) else None


def _centred(amounts: FloatArray) -> FloatArray:
    """The amounts less their mean. In whole cents, in which differences are exact: 0 where all are alike."""
    cents = np.rint(amounts * 100)
    beyond = cents - cents[0]
    centred: FloatArray = (beyond - beyond.mean()) / 100
    return centred


def _within(sums: FloatArray, one: int, other: int, product: int) -> FloatArray:
    """Sum of products of deviations from the means of each cell, (r, strata, 2)."""
    spread: FloatArray = sums[..., product] - sums[..., one] * sums[..., other] / sums[..., _COUNT]
    return spread


def _bootstrapped(random: np.random.Generator, values: FloatArray, count: int) -> FloatArray:
    """Sums of so many samples drawn from the rows with replacement, (count, features)."""
    size = len(values)
    drawn = random.integers(0, size, (count, size))
    drawn += np.arange(0, count * size, size)[:, None]
    times = np.bincount(drawn.ravel(), minlength=count * size).reshape(count, size)
    sums: FloatArray = times.astype(np.float64) @ values
    return sums


def _drawn(
    random: np.random.Generator, control: FloatArray, treated: FloatArray, count: int
) -> tuple[FloatArray, FloatArray]:
    """Sums of control and treated customers after drawing so many times who is which, (count, features) each."""
    values = np.concatenate((control, treated))
    lots = random.random((count, len(values)))
    is_control = lots <= np.partition(lots, len(control) - 1, axis=1)[:, len(control) - 1, None]
    held_back: FloatArray = is_control.astype(np.float64) @ values
    return held_back, values.sum(axis=0) - held_back


def _width(confidence: float, power: float) -> float:
    """Standard errors between no effect and one that is found with the power asked for."""
    if not 0 < confidence < 1 or not 0 < power < 1:
        raise ValueError(f"confidence and power are between 0 and 1, got {confidence} and {power}")
    normal = NormalDist()
    return normal.inv_cdf((1 + confidence) / 2) + normal.inv_cdf(power)
