"""The simulation draws campaigns as the selection does, and counts what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from benchmarks.campaign_simulation import Company, best, comparison_table, drawn, load, share, simulate
from orchestration.analytics import campaign_inference
from orchestration.analytics.campaign_inference import Sample


def company(count: int = 60, effect: float = 0.0, strata: int = 3) -> Company:
    """Customers with a little noise, so that a large effect is always found."""
    random = np.random.default_rng(1)
    usual = np.round(random.lognormal(7, 0.5, count), 2)
    sample = Sample(
        after=np.round(usual * random.uniform(0.9, 1.1, count), 2),
        covariate=usual,
        before=np.round(usual * random.uniform(0.9, 1.1, count), 2),
        is_treated=np.arange(count) % 5 > 0,
        stratum=np.arange(count) % strata,
    )
    return Company(sample, np.full(count, effect), [f"K{place}" for place in range(count)], usual)


@pytest.mark.parametrize(
    ("sizes", "expected"), [((6, 4), [1, 1]), ((2, 2, 2, 2, 2), None), ((300, 150, 50), [60, 30, 10])]
)
def test_control_has_its_size_in_each_stratum(sizes: tuple[int, ...], expected: list[int] | None) -> None:
    """Of ten customers two are control, however small the strata are."""
    of_size = company(sum(sizes))
    stratum = np.repeat(np.arange(len(sizes)), sizes)
    drawn_company = Company(
        Sample(of_size.untouched.after, None, None, of_size.untouched.is_treated, stratum),
        of_size.effect,
        of_size.names,
        of_size.score,
    )
    is_treated = drawn(drawn_company, "salt")
    control = np.bincount(stratum[~is_treated], minlength=len(sizes))
    assert control.sum() == round(0.2 * sum(sizes))
    assert expected is None or control.tolist() == expected
    assert (drawn(drawn_company, "salt") == is_treated).all()
    if sum(sizes) > 100:
        assert (drawn(drawn_company, "pepper") != is_treated).any()


def test_a_smaller_list_holds_the_best_customers() -> None:
    whole = company()
    part = best(whole, 20)
    assert len(part.names) == 20
    assert part.score.min() >= np.sort(whole.score)[-20]
    assert set(part.names) <= set(whole.names)


@pytest.fixture
def few_resamples() -> Iterator[None]:
    with mock.patch.object(campaign_inference, "RESAMPLES", 199):
        yield


@pytest.mark.usefixtures("few_resamples")
def test_a_large_effect_is_found_and_none_is_not() -> None:
    rates = simulate(company(effect=100_000.0), 20)
    assert (rates.campaigns, rates.found) == (20, 20)
    assert sum(rates.verdicts.values()) == 20
    # More than 6 of 20 wrong verdicts at 5 % happen once in a hundred thousand times.
    assert rates.verdicts["LIFT"] + rates.verdicts["HARM"] <= 6
    assert rates.covered >= 14
    assert rates.width > 0


@pytest.mark.usefixtures("few_resamples")
def test_each_interval_has_its_row() -> None:
    rows = comparison_table(company(effect=100.0), 4).splitlines()
    names = [row.split("|")[1].strip() for row in rows[2:]]
    assert names == 2 * [
        "normal",
        "percentile",
        "BCa",
        "studentised, equal tails",
        "studentised, symmetric (in use)",
        "difference in differences, symmetric",
    ]


def test_shares_come_with_what_so_many_trials_can_tell() -> None:
    """5 of 100: Clopper and Pearson give 1.6 to 11.3 %."""
    assert share(5, 100) == "5.0 % (1.6 to 11.3)"


def test_a_home_without_the_demo_company_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="run `kundenwert demo"):
        load(tmp_path)
