"""Assignment of customers to reps: worked numbers, every small case against brute force, and what must hold whatever comes in."""

from __future__ import annotations

import datetime
import itertools
import random
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.analytics.territory.assignment import ASSIGNMENT, assign
from orchestration.analytics.territory.local_search import improve, start
from orchestration.analytics.territory.problem import UNASSIGNED, UNITS_PER_MINUTE, Problem, State
from orchestration.analytics.territory.relaxation import climb, dual
from orchestration.analytics.territory.solver import OPTIMAL_GAP, Solution, solve

DAY = datetime.date(2026, 7, 1)
examples = settings(max_examples=60, deadline=None)
INFINITE = float("inf")
UNASSIGNED_REASONS = {"CAPACITY", "MOVE_LIMIT", "LOCKED", "REGION", "NO_REP"}


def problem(
    minutes: Sequence[int],
    capacity: Sequence[int],
    current: Sequence[int] | None = None,
    cost: Sequence[Sequence[float]] | None = None,
    maximum_moves: int | Sequence[int] | None = None,
    weight: float = 10.0,
    load: Sequence[int] | None = None,
    group: Sequence[int] | None = None,
    channel: Sequence[int] | None = None,
) -> Problem:
    """A problem in whole minutes; without costs every rep will do, without channels there is one."""
    count, reps = len(minutes), len(capacity)
    groups = np.zeros(reps, dtype=np.int64) if group is None else np.array(group, dtype=np.int64)
    return Problem(
        cost=np.zeros((count, reps)) if cost is None else np.array(cost, dtype=np.float64).reshape(count, reps),
        minutes=np.repeat(np.array(minutes, dtype=np.int64)[:, None], reps, axis=1) * UNITS_PER_MINUTE,
        current=np.full(count, UNASSIGNED) if current is None else np.array(current, dtype=np.int64),
        capacity=np.array(capacity, dtype=np.int64) * UNITS_PER_MINUTE,
        load=np.zeros(reps, dtype=np.int64) if load is None else np.array(load, dtype=np.int64) * UNITS_PER_MINUTE,
        group=groups,
        weight=np.full(int(groups.max(initial=0)) + 1, weight),
        channel=np.zeros(count, dtype=np.int64) if channel is None else np.array(channel, dtype=np.int64),
        maximum_moves=np.atleast_1d(np.array(count if maximum_moves is None else maximum_moves, dtype=np.int64)),
    )


def loads(given: Problem, rep: np.ndarray) -> list[int]:
    """Minutes of each rep."""
    return [int(units) // UNITS_PER_MINUTE for units in State(given, rep).load]


def objective(given: Problem, rep: Sequence[int]) -> float:
    """The objective written out once more, with penalties; infinite where a rule is broken."""
    load = given.load.astype(np.float64)
    total, moves = 0.0, [0] * len(given.maximum_moves)
    for customer, choice in enumerate(rep):
        if choice == UNASSIGNED:
            total += given.penalty
            continue
        total += float(given.cost[customer, choice])
        load[choice] += given.minutes[customer, choice]
        moves[given.channel[customer]] += given.current[customer] not in (UNASSIGNED, choice)
    too_many = any(moved > limit for moved, limit in zip(moves, given.maximum_moves, strict=True))
    if (load > given.capacity).any() or too_many:
        return INFINITE
    for number, weight in enumerate(given.weight):
        ratios = (load / given.capacity)[given.group == number]
        total += float(weight * (ratios.max() - ratios.min())) if len(ratios) else 0.0
    return total


def best_by_trying_all(given: Problem) -> float:
    """The lowest objective of all assignments there are."""
    count, reps = given.cost.shape
    return min(objective(given, rep) for rep in itertools.product([UNASSIGNED, *range(reps)], repeat=count))


def with_penalties(given: Problem, solution: Solution) -> tuple[float, float]:
    """Objective and bound of a solution with the penalties of who is unassigned."""
    penalties = given.penalty * int(np.count_nonzero(solution.rep == UNASSIGNED))
    return solution.objective + penalties, solution.bound + penalties


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Up to five customers of up to two channels and three reps, with everything that a rule is about."""
    count, reps = draw(st.integers(0, 5)), draw(st.integers(1, 3))
    minutes = draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    capacity = draw(st.lists(st.integers(1, 14), min_size=reps, max_size=reps))
    cost = draw(
        st.lists(
            st.lists(st.sampled_from([0.0, 1.0, 2.5, 7.0, 30.0, INFINITE]), min_size=reps, max_size=reps),
            min_size=count,
            max_size=count,
        )
    )
    current = draw(st.lists(st.integers(UNASSIGNED, reps - 1), min_size=count, max_size=count))
    for customer, rep in enumerate(current):
        if rep != UNASSIGNED:
            cost[customer][rep] = draw(st.sampled_from([0.0, 3.0]))
    channels = draw(st.integers(1, 2))
    return problem(
        minutes,
        capacity,
        current,
        cost,
        maximum_moves=draw(st.lists(st.integers(0, count), min_size=channels, max_size=channels)),
        channel=draw(st.lists(st.integers(0, channels - 1), min_size=count, max_size=count)),
        weight=draw(st.sampled_from([0.0, 1.0, 40.0])),
        load=[draw(st.integers(0, least)) for least in capacity],
        group=draw(st.sampled_from([[0] * reps, list(range(reps)), [0, 1, 1][:reps]])),
    )


def test_four_customers_share_two_reps_evenly() -> None:
    given = problem([5, 4, 3, 2], [7, 7])
    solution = solve(given)
    assert loads(given, solution.rep) == [7, 7]
    assert solution.is_exact
    assert solution.objective == solution.bound == 0


def test_who_does_not_fit_is_unassigned_and_nobody_does_too_much() -> None:
    given = problem([5, 4, 4, 2], [7, 7])
    solution = solve(given)
    assert int(np.count_nonzero(solution.rep == UNASSIGNED)) == 1
    assert max(loads(given, solution.rep)) <= 7
    assert solution.is_exact


@given(problems())
@examples
def test_small_cases_are_solved_as_well_as_by_trying_all(given: Problem) -> None:
    solution = solve(given)
    best = best_by_trying_all(given)
    reached, bound = with_penalties(given, solution)
    assert objective(given, solution.rep) == pytest.approx(reached, abs=1e-6)
    tolerance = OPTIMAL_GAP * max(solution.objective, 1.0) + 1e-6 * max(1.0, abs(best))
    assert best - 1e-6 * max(1.0, abs(best)) <= reached <= best + tolerance
    assert bound <= best + 1e-6 * max(1.0, abs(best))
    assert solution.is_exact


@given(problems())
@examples
def test_local_search_keeps_all_rules_and_its_bound_is_one(given: Problem) -> None:
    solution = solve(given, exact_pair_limit=0)
    best = best_by_trying_all(given)
    reached, bound = with_penalties(given, solution)
    assert objective(given, solution.rep) == pytest.approx(reached, abs=1e-6)
    assert bound <= best + 1e-6 * max(1.0, abs(best))
    assert reached >= best - 1e-6 * max(1.0, abs(best))


@given(problems(), st.integers(0, 2**16))
@examples
def test_no_prices_give_a_bound_above_the_best(given: Problem, seed: int) -> None:
    random_prices = np.random.default_rng(seed)
    minute = random_prices.normal(0, 5, len(given.capacity)) / UNITS_PER_MINUTE
    prices = dual(given, minute, np.abs(random_prices.normal(0, 5, len(given.maximum_moves))))
    best = best_by_trying_all(given)
    assert prices.bound <= best + 1e-6 * max(1.0, abs(best))


@given(problems())
@examples
def test_steps_of_the_search_keep_loads_costs_and_moves_right(given: Problem) -> None:
    state = start(given, given.current)
    improve(state)
    again = State(given, state.rep)
    assert state.load.tolist() == again.load.tolist()
    assert state.moves.tolist() == again.moves.tolist()
    assert (state.moves <= given.maximum_moves).all()
    assert state.cost == pytest.approx(again.cost, abs=1e-6)
    assert (state.load <= given.capacity).all()


def two_channels(maximum_moves: Sequence[int]) -> Problem:
    """Four field customers of one busy rep, two inside customers of another, each channel with an idle rep beside it."""
    return problem(
        [4, 4, 4, 4, 2, 2],
        [16, 16, 16, 16],
        [0, 0, 0, 0, 2, 2],
        [[0, 0, INFINITE, INFINITE]] * 4 + [[INFINITE, INFINITE, 0, 0]] * 2,
        maximum_moves=maximum_moves,
        group=[0, 0, 1, 1],
        channel=[0, 0, 0, 0, 1, 1],
    )


@pytest.mark.parametrize("pairs", [0, 20_000])
def test_a_channel_with_moves_left_lends_none_to_one_that_has_none_left(pairs: int) -> None:
    given = two_channels([1, 5])
    solution = solve(given, exact_pair_limit=pairs)
    # One of the field customers may go, though the inside customers leave four of their five moves: 12 and 4, 2 and 2.
    assert loads(given, solution.rep) == [12, 4, 2, 2]
    assert State(given, solution.rep).moves.tolist() == [1, 1]
    reached, bound = with_penalties(given, solution)
    assert reached == pytest.approx(best_by_trying_all(given)) == pytest.approx(10 * 8 / 16)
    assert bound <= reached
    # With as many moves for all of them together, two go and nothing is left to level.
    common = problem(
        [4, 4, 4, 4, 2, 2],
        [16, 16, 16, 16],
        given.current.tolist(),
        given.cost.tolist(),
        maximum_moves=6,
        group=given.group.tolist(),
    )
    assert loads(common, solve(common, exact_pair_limit=pairs).rep) == [8, 8, 2, 2]


def test_a_move_is_given_back_for_a_better_one_when_no_more_are_left() -> None:
    # The only move allowed is used for a small customer of the third rep: it goes back, and the first rep is relieved.
    given = problem([1, 6, 5, 4], [20, 20, 20], [2, 0, 0, 2], maximum_moves=1, load=[0, 4, 0])
    state = start(given, np.array([1, 0, 0, 2]))
    assert loads(given, state.rep) == [11, 5, 4]
    improve(state)
    assert loads(given, state.rep) in ([6, 9, 5], [5, 10, 5])
    assert (int(state.rep[0]), state.moves.tolist()) == (2, [1])


@given(problems())
@examples
def test_a_price_of_moves_in_one_channel_leaves_the_others_alone(given: Problem) -> None:
    free = dual(given, np.zeros(len(given.capacity)), np.zeros(len(given.maximum_moves)))
    for channel in range(len(given.maximum_moves)):
        # Nobody of a channel moves for this, whatever it saves, and everybody else chooses as before.
        price = np.zeros(len(given.maximum_moves))
        price[channel] = 1.0 + 2.0 * given.penalty
        dear = dual(given, np.zeros(len(given.capacity)), price)
        own = given.channel == channel
        stays = own & (given.current != UNASSIGNED)
        assert (dear.choice[stays] == given.current[stays]).all()
        assert dear.choice[~own].tolist() == free.choice[~own].tolist()


def skewed(customers: int, reps: int) -> Problem:
    """Customers with few reps near, some reps with three times the work of others."""
    draw = np.random.default_rng(7)
    minutes = np.rint(draw.lognormal(4, 0.8, customers)) + 1
    distance = draw.uniform(0, 100, (customers, reps))
    current = (distance * draw.uniform(0.5, 1, reps)).argmin(axis=1)
    cost = np.where(distance < 60, distance * 2 + 60, INFINITE)
    cost[np.arange(customers), current] = distance[np.arange(customers), current] * 2
    capacity = int(minutes.sum() / reps * 1.4)
    return problem(
        minutes.astype(int).tolist(),
        [capacity] * reps,
        current.tolist(),
        cost.tolist(),
        maximum_moves=customers // 5,
        weight=0.1 * capacity * reps,
    )


def test_the_gap_of_local_search_is_small_and_its_spread_less() -> None:
    given = skewed(1_500, 12)
    solution = solve(given, exact_pair_limit=0)
    assert not solution.is_exact or solution.nodes == 0
    assert (solution.rep != UNASSIGNED).all()
    assert (solution.objective - solution.bound) / solution.objective < 0.02
    before, after = (np.array(loads(given, rep)) for rep in (given.current, solution.rep))
    assert np.ptp(after) < np.ptp(before)


def test_climbing_raises_the_bound() -> None:
    given = skewed(400, 6)
    begin = dual(given, np.zeros(6), np.zeros(1))
    state = start(given, given.current)
    improve(state)
    climbed = climb(given, state.objective(), begin)
    assert begin.bound < climbed.bound <= state.objective()


CUSTOMER = {
    "quarter_start_date": DAY,
    "customer_id": "K",
    "rep_id": None,
    "channel": "FIELD",
    "territory_id": None,
    "latitude": None,
    "longitude": None,
    "workload_minutes": Decimal(0),
    "remote_minutes": Decimal(0),
    "visit_count": Decimal(0),
    "is_locked": False,
    "is_remote_possible": False,
}
REP = {
    "quarter_start_date": DAY,
    "rep_id": "R",
    "channel": "FIELD",
    "territory_id": None,
    "latitude": None,
    "longitude": None,
    "capacity_minutes": Decimal(7),
}
POLICY = {
    "quarter_start_date": DAY,
    "handover_minutes": Decimal(60),
    "balance_weight": Decimal("100"),
    "maximum_moved_ratio": Decimal(1),
    "maximum_distance_km": Decimal(100),
    "travel_minutes_per_km": Decimal("1.5"),
}
DECIMALS = {
    "workload_minutes": pa.decimal128(18, 4),
    "remote_minutes": pa.decimal128(18, 4),
    "visit_count": pa.decimal128(18, 4),
    "capacity_minutes": pa.decimal128(18, 4),
    "latitude": pa.decimal128(9, 6),
    "longitude": pa.decimal128(9, 6),
    "handover_minutes": pa.decimal128(18, 4),
    "balance_weight": pa.decimal128(9, 6),
    "maximum_moved_ratio": pa.decimal128(9, 6),
    "maximum_distance_km": pa.decimal128(18, 4),
    "travel_minutes_per_km": pa.decimal128(18, 4),
    "quarter_start_date": pa.date32(),
    "is_locked": pa.bool_(),
    "is_remote_possible": pa.bool_(),
}


def table(base: dict[str, Any], rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Rows with what they do not say as in the base."""
    schema = pa.schema([(name, DECIMALS.get(name, pa.string())) for name in base])
    return pa.Table.from_pylist([{**base, **row} for row in rows], schema=schema)


def assigned(
    customers: Sequence[dict[str, Any]], reps: Sequence[dict[str, Any]], **policy: Any
) -> dict[str, dict[str, Any]]:
    """What becomes of each customer."""
    found = assign(table(CUSTOMER, customers), table(REP, reps), table(POLICY, [policy]))
    assert found.schema == ASSIGNMENT
    return {row["customer_id"]: row for row in found.to_pylist()}


def customers_of(*minutes: int, **values: Any) -> list[dict[str, Any]]:
    return [{"customer_id": f"K{n}", "workload_minutes": Decimal(m), **values} for n, m in enumerate(minutes)]


TWO = [{"rep_id": "R1"}, {"rep_id": "R2"}]


def test_worked_example_as_a_table() -> None:
    found = assigned(customers_of(5, 4, 3, 2), TWO)
    by_rep = {rep: sum(row["to_minutes"] for row in found.values() if row["to_rep_id"] == rep) for rep in ("R1", "R2")}
    assert by_rep == {"R1": 7, "R2": 7}
    assert {row["reason"] for row in found.values()} == {"NO_REP_TODAY"}
    found = assigned(customers_of(5, 4, 4, 2), TWO)
    assert sorted(str(row["reason"]) for row in found.values()) == ["CAPACITY", *["NO_REP_TODAY"] * 3]
    assert [row["to_rep_id"] for row in found.values() if row["reason"] == "CAPACITY"] == [None]


def test_the_order_of_the_rows_changes_nothing_and_neither_does_another_run() -> None:
    draw = random.Random(3)
    reps = [
        {
            "rep_id": f"R{n:02}",
            "capacity_minutes": Decimal(900),
            "latitude": Decimal(48 + n % 3),
            "longitude": Decimal(9),
        }
        for n in range(6)
    ]
    customers = [
        {
            "customer_id": f"K{n:03}",
            "rep_id": draw.choice([f"R{draw.choice([0, 0, 1, 2, 3, 4, 5]):02}", None, "GONE"]),
            "workload_minutes": Decimal(draw.randint(0, 60)),
            "visit_count": Decimal(draw.randint(0, 6)),
            "latitude": Decimal(draw.randint(4790, 5010)) / 100,
            "longitude": Decimal(draw.randint(880, 920)) / 100,
            "is_locked": draw.random() < 0.2,
        }
        for n in range(160)
    ]
    policy = {"maximum_moved_ratio": Decimal("0.2"), "balance_weight": Decimal("0.5")}
    first = assigned(customers, reps, **policy)
    assert {row["reason"] for row in first.values()} > {None, "NO_REP_TODAY", "REP_LEFT"}
    assert assigned(customers, reps, **policy) == first
    draw.shuffle(customers)
    draw.shuffle(reps)
    assert assigned(customers, reps, **policy) == first


@st.composite
def companies(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Decimal]:
    """Customers, reps and the share of customers that may move; reps too few or too busy included."""
    rep_rows = st.fixed_dictionaries(
        {
            "channel": st.sampled_from(["FIELD", "INSIDE", "KAM", None]),
            "capacity_minutes": st.integers(5, 40).map(Decimal),
            "territory_id": st.sampled_from(["T1", "T2", None]),
        }
    )
    customer_rows = st.fixed_dictionaries(
        {
            "rep_id": st.sampled_from(["R0", "R1", "R2", None, "GONE"]),
            "channel": st.sampled_from(["FIELD", "INSIDE", "KAM", None]),
            "territory_id": st.sampled_from(["T1", "T2", None]),
            "workload_minutes": st.integers(0, 20).map(Decimal),
            "remote_minutes": st.integers(0, 5).map(Decimal),
            "is_locked": st.booleans(),
            "is_remote_possible": st.booleans(),
        }
    )
    reps = [{"rep_id": f"R{n}", **row} for n, row in enumerate(draw(st.lists(rep_rows, max_size=4)))]
    customers = [{"customer_id": f"K{n:02}", **row} for n, row in enumerate(draw(st.lists(customer_rows, max_size=12)))]
    return customers, reps, draw(st.sampled_from([Decimal(0), Decimal("0.25"), Decimal(1)]))


@given(companies(), st.randoms(use_true_random=False))
@examples
def test_each_customer_is_with_one_rep_or_unassigned_with_a_reason_and_no_rep_does_too_much(
    company: tuple[list[dict[str, Any]], list[dict[str, Any]], Decimal], order: random.Random
) -> None:
    customers, reps, ratio = company
    found = assigned(customers, reps, maximum_moved_ratio=ratio)
    assert set(found) == {customer["customer_id"] for customer in customers}
    capacity = {rep["rep_id"]: rep["capacity_minutes"] for rep in reps}
    for rep, minutes in capacity.items():
        assert sum(row["to_minutes"] for row in found.values() if row["to_rep_id"] == rep) <= minutes
    channel_of = {rep["rep_id"]: rep["channel"] for rep in reps}
    moved: Counter[str | None] = Counter()
    for row in found.values():
        stays = row["to_rep_id"] == row["from_rep_id"] is not None
        assert (row["reason"] is None) == stays
        assert (row["to_rep_id"] is None) == (row["reason"] in UNASSIGNED_REASONS)
        assert row["to_rep_id"] is None or row["to_rep_id"] in capacity
        assert not (row["is_locked"] and row["to_rep_id"] not in (None, row["from_rep_id"]))
        is_owned = row["from_rep_id"] in capacity
        assert (row["maximum_move_count"] is not None) == is_owned
        if is_owned and row["to_rep_id"] not in (None, row["from_rep_id"]):
            moved[channel_of[row["from_rep_id"]]] += 1
    owned = Counter(channel_of[customer["rep_id"]] for customer in customers if customer["rep_id"] in capacity)
    for channel, count in moved.items():
        assert count <= ratio * owned[channel]
    assert moved.total() <= ratio * owned.total()
    # What is published of the objective: a bound between nothing and what was reached.
    assert all(0 <= row["bound_minutes"] <= row["objective_minutes"] for row in found.values() if row["part_number"])
    # The same in another run, in whatever order the rows come.
    order.shuffle(customers)
    order.shuffle(reps)
    assert assigned(customers, reps, maximum_moved_ratio=ratio) == found


def test_locked_customers_stay_and_those_too_many_are_unassigned_by_name_of_the_lock() -> None:
    light = {"customer_id": "L", "rep_id": "R1", "workload_minutes": Decimal(3)}
    found = assigned([*customers_of(5, 2, rep_id="R1", is_locked=True), light], TWO)
    assert [found[key]["to_rep_id"] for key in ("K0", "K1", "L")] == ["R1", "R1", "R2"]
    assert found["L"]["reason"] == "OVERLOAD"
    found = assigned(customers_of(5, 4, rep_id="R1", is_locked=True), TWO)
    assert sorted(str(row["reason"]) for row in found.values()) == ["LOCKED", "None"]


def test_moves_without_need_stay_within_the_limit_and_the_limit_is_named() -> None:
    found = assigned(customers_of(3, 3, 3, 3, rep_id="R1"), TWO, maximum_moved_ratio=Decimal("0.25"))
    assert sum(row["reason"] == "OVERLOAD" for row in found.values()) == 1
    assert sum(row["reason"] == "MOVE_LIMIT" for row in found.values()) == 1
    # Whose rep has left is placed, limit or not.
    found = assigned(customers_of(3, 3, rep_id="GONE"), TWO, maximum_moved_ratio=Decimal(0))
    assert {row["reason"] for row in found.values()} == {"REP_LEFT"}


def test_each_channel_has_moves_of_its_own_and_who_goes_to_inside_sales_counts_in_the_field() -> None:
    inside_reps = [{"rep_id": "I1", "channel": "INSIDE"}, {"rep_id": "I2", "channel": "INSIDE"}]
    reps: list[dict[str, Any]] = [{**rep, "capacity_minutes": Decimal(1000)} for rep in [*TWO, *inside_reps]]
    # Ten field customers that inside sales should take over, thirty inside customers: one in ten of each.
    small = {"is_remote_possible": True, "remote_minutes": Decimal(1)}
    field = customers_of(*[30] * 10, rep_id="R1", visit_count=Decimal(4), **small)
    inside = customers_of(*[30] * 30, rep_id="I1", channel="INSIDE")
    inside = [{**row, "customer_id": f"I{row['customer_id']}"} for row in inside]
    found = assigned([*field, *inside], reps, maximum_moved_ratio=Decimal("0.1"))
    moved = Counter(row["from_rep_id"] for row in found.values() if row["to_rep_id"] != row["from_rep_id"])
    assert moved == {"R1": 1, "I1": 3}
    assert {(row["from_rep_id"], row["maximum_move_count"]) for row in found.values()} == {("R1", 1), ("I1", 3)}
    assert {row["part_number"] for row in found.values()} == {1}
    # A rep with too much work, a channel without moves, and moves left in the other: the channel's own limit is named.
    reps[0] = {**reps[0], "capacity_minutes": Decimal(240)}
    found = assigned([*field, *inside], reps, maximum_moved_ratio=Decimal("0.1"))
    reasons = Counter(row["reason"] for row in found.values() if row["to_rep_id"] is None)
    assert reasons == {"MOVE_LIMIT": 1}
    assert sum(row["from_rep_id"] == "R1" and row["to_rep_id"] not in (None, "R1") for row in found.values()) == 1


def test_field_reps_stay_in_their_region_and_key_account_managers_do_not() -> None:
    places = [
        {"rep_id": "NEAR", "latitude": Decimal(48), "longitude": Decimal(9), "capacity_minutes": Decimal(100)},
        {"rep_id": "FAR", "latitude": Decimal(54), "longitude": Decimal(9), "capacity_minutes": Decimal(100)},
    ]
    here = {"latitude": Decimal("48.5"), "longitude": Decimal(9)}
    found = assigned(customers_of(80, 80, **here), places)
    assert sorted(str(row["to_rep_id"]) for row in found.values()) == ["NEAR", "None"]
    assert {row["reason"] for row in found.values()} == {"NO_REP_TODAY", "CAPACITY"}
    managers = [{**place, "channel": "KAM"} for place in places]
    found = assigned(customers_of(80, 80, channel="KAM", **here), managers)
    assert {row["to_rep_id"] for row in found.values()} == {"NEAR", "FAR"}
    found = assigned(customers_of(80, **here), places[1:])
    assert [(row["reason"], row["to_rep_id"]) for row in found.values()] == [("REGION", None)]
    # Without places the territory decides.
    territories = [{**place, "latitude": None, "territory_id": place["rep_id"]} for place in places]
    found = assigned(customers_of(80, territory_id="FAR"), territories)
    assert found["K0"]["to_rep_id"] == "FAR"


def test_distance_is_a_great_circle_and_travel_is_paid_by_visit() -> None:
    north = {"rep_id": "N", "latitude": Decimal(49), "longitude": Decimal(9), "capacity_minutes": Decimal(1000)}
    found = assigned(
        [
            {
                "customer_id": "K",
                "rep_id": "N",
                "latitude": Decimal(48),
                "longitude": Decimal(9),
                "workload_minutes": Decimal(100),
                "visit_count": Decimal(4),
            }
        ],
        [north],
    )
    # One degree of latitude is 111.19 km; four visits at 1.5 minutes a kilometre.
    assert float(found["K"]["from_travel_minutes"]) == pytest.approx(111.1949 * 4 * 1.5, abs=0.01)
    assert found["K"]["to_travel_minutes"] == found["K"]["from_travel_minutes"]
    # To the last digit that of the distance shown: nothing is decided by digits that nobody sees.
    assert found["K"]["from_travel_minutes"] == found["K"]["from_distance_km"] * 6


def test_a_much_nearer_rep_takes_over_where_the_handover_pays() -> None:
    reps = [
        {"rep_id": "FAR", "latitude": Decimal(48), "longitude": Decimal(9), "capacity_minutes": Decimal(1000)},
        {"rep_id": "NEAR", "latitude": Decimal("48.8"), "longitude": Decimal(9), "capacity_minutes": Decimal(1000)},
    ]
    customer = {
        "customer_id": "K",
        "rep_id": "FAR",
        "latitude": Decimal("48.85"),
        "longitude": Decimal(9),
        "workload_minutes": Decimal(100),
    }
    saved_a_visit = 0.8 * 111.1949 * 1.5
    often, seldom = 60 / saved_a_visit * 1.01, 60 / saved_a_visit * 0.99
    for visits, reason in ((often, "TRAVEL"), (seldom, None)):
        row = assigned([{**customer, "visit_count": Decimal(f"{visits:.4f}")}], reps, balance_weight=Decimal(0))["K"]
        assert row["reason"] == reason


def test_a_rep_in_whose_region_there_is_no_work_does_not_keep_the_others_from_being_levelled() -> None:
    def rep(key: str, latitude: str) -> dict[str, Any]:
        place = {"latitude": Decimal(latitude), "longitude": Decimal(9)}
        return {"rep_id": key, **place, "capacity_minutes": Decimal(100)}

    def customer(key: str, owner: str, latitude: str, minutes: int) -> dict[str, Any]:
        place = {"latitude": Decimal(latitude), "longitude": Decimal(9)}
        return {"customer_id": key, "rep_id": owner, **place, "workload_minutes": Decimal(minutes)}

    # The fullest can hand over next to nothing, the emptiest can get next to nothing: each shares one small customer
    # with the two in the middle.
    reps = [rep("FULL", "46.7"), rep("BUSY", "48"), rep("IDLE", "48"), rep("FAR", "49.3")]
    customers = [customer(f"K{n}", "BUSY", "48", 10) for n in range(4)]
    customers += [customer("S", "FULL", "47.35", 1), customer("F", "FAR", "48.65", 1)]
    customers += [{**customer("L", "FULL", "46.7", 80), "is_locked": True}]
    found = assigned(customers, reps, handover_minutes=Decimal(1), balance_weight=Decimal("0.5"))
    assert {row["part_number"] for row in found.values()} == {1}
    assert sorted(str(found[f"K{n}"]["to_rep_id"]) for n in range(4)) == ["BUSY", "BUSY", "IDLE", "IDLE"]


def test_inside_sales_takes_over_small_field_customers_wherever_they_are() -> None:
    reps = [
        {"rep_id": "F", "latitude": Decimal(48), "longitude": Decimal(9), "capacity_minutes": Decimal(1000)},
        {
            "rep_id": "I",
            "channel": "INSIDE",
            "latitude": Decimal(54),
            "longitude": Decimal(10),
            "capacity_minutes": Decimal(1000),
        },
    ]
    customer = {
        "rep_id": "F",
        "latitude": Decimal("48.8"),
        "longitude": Decimal(9),
        "workload_minutes": Decimal(300),
        "remote_minutes": Decimal(80),
        "visit_count": Decimal(4),
    }
    found = assigned(
        [{**customer, "customer_id": "may", "is_remote_possible": True}, {**customer, "customer_id": "may not"}],
        reps,
        balance_weight=Decimal(0),
    )
    assert (found["may"]["to_rep_id"], found["may"]["reason"], found["may"]["is_remote"]) == (
        "I",
        "REMOTE_SERVICE",
        True,
    )
    assert (found["may"]["to_minutes"], found["may"]["to_travel_minutes"]) == (80, 0)
    assert found["may"]["to_distance_km"] is None
    assert float(found["may"]["from_distance_km"]) == pytest.approx(0.8 * 111.1949, abs=0.01)
    assert found["may not"]["reason"] is None


def test_without_reps_customers_or_a_policy_there_is_nothing_or_a_reason() -> None:
    found = assigned(customers_of(5, rep_id="GONE"), [])
    assert [(row["reason"], row["to_rep_id"], row["part_number"]) for row in found.values()] == [("NO_REP", None, None)]
    assert assigned([], TWO) == {}
    empty = assign(table(CUSTOMER, customers_of(5)), table(REP, TWO), table(POLICY, []))
    assert empty.num_rows == 0
    assert empty.schema == ASSIGNMENT


def test_parts_without_a_rep_in_common_are_solved_each_for_itself() -> None:
    reps = [
        {"rep_id": "F1"},
        {"rep_id": "F2"},
        {"rep_id": "I1", "channel": "INSIDE"},
        {"rep_id": "I2", "channel": "INSIDE"},
    ]
    customers = customers_of(5, 4, 3, 2) + [
        {"customer_id": f"I{n}", "channel": "INSIDE", "workload_minutes": Decimal(m)} for n, m in enumerate((6, 6, 6))
    ]
    found = assigned(customers, reps)
    assert {row["part_number"] for key, row in found.items() if key[0] == "K"} == {1}
    assert {row["part_number"] for key, row in found.items() if key[0] == "I"} == {2}
    assert all(row["is_exact"] for row in found.values())
    assert [row["reason"] for row in found.values()].count("CAPACITY") == 1
