"""Selection of a campaign list: the compiled SQL against the rule written down in whole numbers."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..segmentation.compiled_models import CompiledModels

examples = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Candidate(NamedTuple):
    """An eligible customer of a campaign."""

    customer_id: str
    score: Decimal
    stratum: str
    exclusion_reason: str | None = None
    owner_rep_id: str | None = None


class Campaign(NamedTuple):
    """A campaign with its candidates and the customers that its reps can take; a rep without a number limits nothing."""

    campaign_id: str
    capacity: int
    control_ratio: Decimal
    salt: str
    candidates: tuple[Candidate, ...]
    rep_capacities: tuple[tuple[str, int], ...] = ()


@st.composite
def campaigns(draw: st.DrawFn) -> list[Campaign]:
    drawn = []
    for number in range(draw(st.integers(min_value=1, max_value=6))):
        count = draw(st.integers(min_value=0, max_value=25))
        candidates = tuple(
            Candidate(
                f"K{position}",
                Decimal(draw(st.integers(min_value=-100, max_value=20))),
                draw(st.sampled_from(["HIGH|A", "HIGH|B", "HIGH|C", "HIGH|N", "MID|A"])),
                draw(st.sampled_from([None, None, None, None, "BLOCKED"])),
                draw(st.sampled_from([None, "R1", "R2", "R3", "UNKNOWN"])),
            )
            for position in range(count)
        )
        control_millionths = draw(st.sampled_from([0, 100_000, 200_000, 333_333, 500_000]) | st.integers(0, 999_999))
        drawn.append(
            Campaign(
                f"SOW-{number}",
                draw(st.integers(min_value=0, max_value=25)),
                Decimal(control_millionths).scaleb(-6),
                draw(st.sampled_from(["salt", "pepper"])),
                candidates,
                tuple((rep, draw(st.integers(min_value=0, max_value=8))) for rep in ("R1", "R2", "R3")),
            )
        )
    return drawn


def workable(campaign: Campaign) -> list[Candidate]:
    """The candidates that nothing excludes, best first, of each rep no more than it can take."""
    capacities, taken = dict(campaign.rep_capacities), Counter[str | None]()
    found = []
    for candidate in sorted(campaign.candidates, key=lambda candidate: (-candidate.score, candidate.customer_id)):
        rep = candidate.owner_rep_id
        if candidate.exclusion_reason is None and (rep not in capacities or taken[rep] < capacities[rep]):
            taken[rep] += 1
            found.append(candidate)
    return found


def select(models: CompiledModels, campaigns: Sequence[Campaign]) -> dict[str, list[tuple[str, str, int, str]]]:
    """Customer, arm, rank and stratum of each list, best first."""
    models.fill(
        "intermediate.int_campaign__candidate",
        [
            {
                "campaign_id": campaign.campaign_id,
                "capacity_count": campaign.capacity,
                "control_ratio": campaign.control_ratio,
                "salt": campaign.salt,
                **candidate._asdict(),
            }
            for campaign in campaigns
            for candidate in campaign.candidates
        ],
    )
    models.fill(
        "intermediate.int_campaign__rep_capacity",
        [
            {"campaign_id": campaign.campaign_id, "rep_id": rep, "rep_capacity_count": count}
            for campaign in campaigns
            for rep, count in campaign.rep_capacities
        ],
    )
    models.build("int_campaign__place", "int_campaign__selection")
    lists: dict[str, list[tuple[str, str, int, str]]] = {campaign.campaign_id: [] for campaign in campaigns}
    for campaign_id, *target in models.rows(
        "select campaign_id, customer_id, arm, rank, stratum from intermediate.int_campaign__selection order by 1, 4"
    ):
        lists[campaign_id].append((target[0], target[1], target[2], target[3]))
    return lists


def expected_list(campaign: Campaign) -> list[tuple[str, str, int, str]]:
    """The list by the rule: top N, K control, spread by largest remainder, drawn by md5."""

    def lot(*parts: str) -> str:
        return hashlib.md5("|".join((campaign.salt, campaign.campaign_id, *parts)).encode()).hexdigest()

    ratio = campaign.control_ratio
    selected = workable(campaign)[: int(campaign.capacity // (1 - ratio))]
    size = len(selected)
    if not selected:
        return []
    control = max(int((ratio * size).quantize(Decimal(1), ROUND_HALF_UP)), size - campaign.capacity)
    strata = Counter(candidate.stratum for candidate in selected)
    shares = {stratum: divmod(control * count, size) for stratum, count in strata.items()}
    left_over = control - sum(whole for whole, _ in shares.values())
    by_remainder = sorted(shares, key=lambda stratum: (-shares[stratum][1], lot(stratum)))
    drawn = {
        candidate.customer_id
        for place, stratum in enumerate(by_remainder)
        for candidate in sorted(
            (candidate for candidate in selected if candidate.stratum == stratum),
            key=lambda candidate: lot(candidate.customer_id),
        )[: shares[stratum][0] + (place < left_over)]
    }
    return [
        (
            candidate.customer_id,
            "CONTROL" if candidate.customer_id in drawn else "TREATMENT",
            rank,
            candidate.stratum,
        )
        for rank, candidate in enumerate(selected, start=1)
    ]


@examples
@given(calendar=campaigns())
def test_lists_follow_the_rule(models: CompiledModels, calendar: list[Campaign]) -> None:
    assert select(models, calendar) == {campaign.campaign_id: expected_list(campaign) for campaign in calendar}


@examples
@given(calendar=campaigns())
def test_arms_capacity_and_control_group(models: CompiledModels, calendar: list[Campaign]) -> None:
    lists = select(models, calendar)
    for campaign in calendar:
        targets = lists[campaign.campaign_id]
        size = min(len(workable(campaign)), int(campaign.capacity // (1 - campaign.control_ratio)))
        assert len(targets) == size
        assert len({customer for customer, *_ in targets}) == size, "a customer is on the list once"
        arms = Counter(arm for _, arm, *_ in targets)
        assert set(arms) <= {"TREATMENT", "CONTROL"}
        assert arms["TREATMENT"] <= campaign.capacity
        control = max(
            int((campaign.control_ratio * size).quantize(Decimal(1), ROUND_HALF_UP)), size - campaign.capacity
        )
        assert arms["CONTROL"] == control
        reps = {candidate.customer_id: candidate.owner_rep_id for candidate in campaign.candidates}
        of_rep = Counter(reps[customer] for customer, *_ in targets)
        assert all(of_rep[rep] <= count for rep, count in campaign.rep_capacities), "a rep has no more than it can take"
        strata = Counter(stratum for *_, stratum in targets)
        in_control = Counter(stratum for _, arm, _, stratum in targets if arm == "CONTROL")
        for stratum, count in strata.items():
            assert abs(in_control[stratum] * size - control * count) < size, "within one of the stratum's share"


@examples
@given(calendar=campaigns())
def test_each_candidate_has_a_place_or_one_reason(models: CompiledModels, calendar: list[Campaign]) -> None:
    lists = select(models, calendar)
    reasons = {
        (campaign, customer): reason
        for campaign, customer, reason in models.rows(
            "select campaign_id, customer_id, reason from intermediate.int_campaign__place"
        )
    }
    for campaign in calendar:
        listed = {customer for customer, *_ in lists[campaign.campaign_id]}
        able = {candidate.customer_id for candidate in workable(campaign)}
        for candidate in campaign.candidates:
            customer = candidate.customer_id
            assert reasons.pop((campaign.campaign_id, customer)) == (
                candidate.exclusion_reason
                or (None if customer in listed else "TOTAL_CAPACITY" if customer in able else "REP_CAPACITY")
            )
    assert not reasons


@examples
@given(calendar=campaigns(), data=st.data())
def test_order_of_rows_changes_nothing(models: CompiledModels, calendar: list[Campaign], data: st.DataObject) -> None:
    shuffled = [
        campaign._replace(candidates=tuple(data.draw(st.permutations(campaign.candidates)))) for campaign in calendar
    ]
    assert select(models, shuffled) == select(models, calendar)


def campaign_of(strata: Sequence[int], capacity: int = 8, salt: str = "salt") -> Campaign:
    """A campaign with a fifth as control, whose candidates fall into strata of the given sizes."""
    names = [f"S{number}" for number, size in enumerate(strata) for _ in range(size)]
    candidates = tuple(Candidate(f"K{n:02}", Decimal(1000 - n), name) for n, name in enumerate(names))
    return Campaign("SOW", capacity, Decimal("0.2"), salt, candidates)


@pytest.mark.parametrize(
    ("strata", "control_by_stratum"),
    [((6, 4), {"S0": 1, "S1": 1}), ((10,), {"S0": 2}), ((30, 4), {"S0": 2})],
)
def test_capacity_of_eight_gives_ten_with_two_in_control(
    models: CompiledModels, strata: Sequence[int], control_by_stratum: dict[str, int]
) -> None:
    targets = select(models, [campaign_of(strata)])["SOW"]
    assert Counter(arm for _, arm, *_ in targets) == {"TREATMENT": 8, "CONTROL": 2}
    assert Counter(stratum for _, arm, _, stratum in targets if arm == "CONTROL") == control_by_stratum


def test_five_strata_of_two_still_give_two_in_control(models: CompiledModels) -> None:
    targets = select(models, [campaign_of((2, 2, 2, 2, 2))])["SOW"]
    assert Counter(arm for _, arm, *_ in targets) == {"TREATMENT": 8, "CONTROL": 2}


def test_another_salt_draws_another_control_group_from_the_same_list(models: CompiledModels) -> None:
    first = select(models, [campaign_of((40,), capacity=32)])["SOW"]
    second = select(models, [campaign_of((40,), capacity=32, salt="pepper")])["SOW"]
    assert [target[0] for target in first] == [target[0] for target in second]
    assert [target[1] for target in first] != [target[1] for target in second]
