"""Who the demo company sells to and who sells: companies with their true wallet, reps, territories, identities.

A *company* is the true commercial entity. The CRM may know it under no, one or two accounts and the ERP under no, one
or several debtors; that is where most of the dirt lives. All arrays are aligned by company position: first the buyers
(one debtor each, in random order of everything else), then the prospects.
"""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from orchestration.demo import calendar
from orchestration.demo.calendar import FIRST_DAY, LAST_DAY, BoolArray, FloatArray, IntArray, day_number
from orchestration.demo.catalogue import CITIES, COUNTRIES, GROUPS, INDUSTRIES, MIX, SIGNALS

#: Trailing net revenue of an average customer in EUR: 112 million over 55,000 customers.
REVENUE_PER_CUSTOMER: Final = 112_000_000 / 55_000
#: Orders of an average customer in a year beyond the base of 0.7.
ORDERS_PER_CUSTOMER: Final = 1.16
#: Spend per employee in the catalogue becomes roughly that of the company's market; the rest is scaled exactly.
SPEND_LEVEL: Final = 0.42
PROSPECTS_PER_CUSTOMER: Final = 0.09
#: Planned revenue by net billed revenue: credit notes and bonuses take away more than extra orders of the campaign,
#: whole pieces and smallest orders add.
PLANNED_PER_BILLED: Final = 0.996

KEY_ACCOUNT, FIELD, INSIDE, SERVICE = range(4)
REP_ROLES: Final = ("key_account", "field", "inside", "service")
REP_POOLS: Final = ("key_account", "field_sales", "inside_sales", "service")
#: Reps of each role at 55,000 customers, and the fewest there can be.
REPS_AT_55000: Final = (8, 52, 52, 8)
FEWEST_REPS: Final = (1, 2, 2, 1)
#: Full cost of one full-time rep in a month, EUR: salary, car, equipment.
MONTHLY_COST: Final = (14_500, 10_700, 5_833, 5_200)


class Structure(IntEnum):
    """How the ERP knows a company."""

    PLAIN = 0
    TIE_AT_THRESHOLD = 1
    TIE_SMALL = 2
    CREDIT_NOTE_ONLY = 3
    INTERCOMPANY = 4
    MERGED = 5
    MERGED_TWICE = 6
    TWO_DEBTORS = 7


class Link(IntEnum):
    """What connects a debtor with its CRM account."""

    ACCOUNT_ID = 0
    VAT_ID = 1
    DUNS_NUMBER = 2
    ERP_ONLY = 3
    NOTHING_IN_COMMON = 4


class Arm(IntEnum):
    """Place in the planted share-of-wallet campaign of 2026Q2."""

    NONE = 0
    TREATMENT = 1
    CONTROL = 2


def stream(seed: int, name: str, part: int = 0) -> np.random.Generator:
    """A random stream of its own for one purpose and one part, independent of all others."""
    sequence = np.random.SeedSequence([seed, zlib.crc32(name.encode("ascii")), part])
    return np.random.Generator(np.random.PCG64(sequence))


@dataclass
class Reps:
    """The sales force; arrays aligned by rep position, ordered by role."""

    role: IntArray
    territory: IntArray
    full_time_equivalent: FloatArray
    active_from: IntArray
    active_to: IntArray
    monthly_cost: FloatArray
    bias: FloatArray
    first_of_role: tuple[int, int, int, int]
    count_of_role: tuple[int, int, int, int]
    territory_count: int

    @property
    def count(self) -> int:
        """Number of reps."""
        return len(self.role)

    def presence(self, role: int, month: int) -> npt.NDArray[np.float64]:
        """Full-time equivalents of each rep of a role in a month, 0 where not employed on its first day."""
        start, end = calendar.MONTH_START[month], calendar.MONTH_START[month + 1]
        employed = (self.role == role) & (self.active_from < end) & (self.active_to >= start)
        return np.where(employed, self.full_time_equivalent, 0.0)


@dataclass
class Population:
    """All companies; see the module's docstring for the order of the rows."""

    industry: IntArray
    employees: IntArray
    sites: IntArray
    signals: IntArray
    wallet: FloatArray
    mix: FloatArray
    share: FloatArray
    share_score: FloatArray
    group_revenue: FloatArray
    revenue: FloatArray
    year_revenue: FloatArray
    order_rate: FloatArray
    discount: FloatArray
    handling: FloatArray
    care: FloatArray
    payment_delay: FloatArray
    payment_term: IntArray
    city: IntArray
    postal_code: IntArray
    latitude: FloatArray
    longitude: FloatArray
    country: IntArray
    currency: IntArray
    territory: IntArray
    owner_role: IntArray
    owner: IntArray
    inside_rep: IntArray
    first_day: IntArray
    last_day: IntArray
    created_day: IntArray
    structure: IntArray
    link: IntArray
    has_account: BoolArray
    duplicate_account: IntArray
    debtor: IntArray
    older_debtor: IntArray
    oldest_debtor: IntArray
    switch_day: IntArray
    first_switch_day: IntArray
    debtor_links_duplicate: BoolArray
    vat_formatted: BoolArray
    has_vat: BoolArray
    has_duns: BoolArray
    parent: IntArray
    is_blocked: BoolArray
    is_do_not_contact: BoolArray
    is_named: BoolArray
    arm: IntArray
    list_rank: IntArray
    believed_gap: FloatArray
    effect: FloatArray
    buyer_count: int
    account_count: int
    scale: float

    @property
    def count(self) -> int:
        """Number of companies."""
        return len(self.industry)

    def part(self, first: int, last: int) -> Population:
        """The companies from ``first`` to ``last`` (exclusive) as views."""
        values: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            values[field.name] = value[first:last] if isinstance(value, np.ndarray) else value
        return Population(**values)


def scaled_count(customers: int, ratio: float, fewest: int) -> int:
    """How many of a kind there are at this size."""
    return max(fewest, round(customers * ratio))


def hire(seed: int, customers: int) -> Reps:
    """The sales force for a number of customers: one field rep a territory, inside reps over several."""
    random = stream(seed, "reps")
    counts = [
        scaled_count(customers, at_55000 / 55_000, fewest)
        for at_55000, fewest in zip(REPS_AT_55000, FEWEST_REPS, strict=True)
    ]
    territories = counts[FIELD]
    role = np.repeat(np.arange(4), counts)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    position = np.arange(len(role)) - starts[role]
    territory = np.where(
        role == FIELD, position, np.where(role == INSIDE, position * territories // np.maximum(counts[INSIDE], 1), -1)
    )
    part_time = random.random(len(role))
    full_time_equivalent = np.where(part_time < 0.80, 1.0, np.where(part_time < 0.92, 0.8, 0.5))
    full_time_equivalent[role == FIELD] = 1.0
    active_from = random.integers(day_number(dt.date(2008, 1, 1)), FIRST_DAY, len(role))
    active_to = np.full(len(role), np.iinfo(np.int32).max, dtype=np.int64)
    if counts[INSIDE] > 4:
        # One inside rep left, one started within the history.
        active_to[starts[INSIDE] + 1] = day_number(dt.date(2026, 6, 30))
        active_from[starts[INSIDE] + 2] = day_number(dt.date(2024, 7, 1))
    cost = np.asarray(MONTHLY_COST, dtype=np.float64)[role] * random.normal(1.0, 0.06, len(role))
    return Reps(
        role=role,
        territory=territory,
        full_time_equivalent=full_time_equivalent,
        active_from=active_from,
        active_to=active_to,
        monthly_cost=cost * full_time_equivalent,
        bias=random.normal(0.0, 0.5, len(role)),
        first_of_role=tuple(int(start) for start in starts),  # type: ignore[arg-type]
        count_of_role=tuple(counts),  # type: ignore[arg-type]
        territory_count=territories,
    )


def _structures(random: np.random.Generator, customers: int) -> npt.NDArray[np.int8]:
    structure = np.zeros(customers, dtype=np.int8)
    wanted = (
        (Structure.TIE_AT_THRESHOLD, scaled_count(customers, 0.0001, 3)),
        (Structure.TIE_SMALL, scaled_count(customers, 0.0005, 4)),
        (Structure.CREDIT_NOTE_ONLY, scaled_count(customers, 0.001, 2)),
        (Structure.INTERCOMPANY, scaled_count(min(customers, 60_000), 0.0001, 2)),
        (Structure.MERGED, scaled_count(customers, 0.004, 3)),
        (Structure.MERGED_TWICE, scaled_count(customers, 0.0001, 1)),
        (Structure.TWO_DEBTORS, scaled_count(customers, 0.008, 2)),
    )
    order = random.permutation(customers)
    start = 0
    for kind, count in wanted:
        structure[order[start : start + count]] = kind
        start += count
    return structure


def populate(seed: int, customers: int, reps: Reps) -> Population:
    """All companies of the demo, calibrated so that trailing net revenue is 2,036.36 EUR a customer.

    Args:
        seed: of the whole demo company.
        customers: number of buying companies; prospects come on top.
        reps: the sales force, for owners and territories.
    """
    random = stream(seed, "population")
    prospects = max(5, round(customers * PROSPECTS_PER_CUSTOMER))
    count = customers + prospects
    is_buyer = np.arange(count) < customers
    structure = np.zeros(count, dtype=np.int8)
    structure[:customers] = _structures(random, customers)
    fixed_tie = (structure == Structure.TIE_AT_THRESHOLD) | (structure == Structure.TIE_SMALL)

    # Where they are.
    city_weight = np.array([city.weight for city in CITIES])
    cumulative = np.cumsum(city_weight) / city_weight.sum()
    along = random.random(count)
    city = np.searchsorted(cumulative, along, side="right").astype(np.int16)
    country_of_city = np.array([COUNTRIES.index(place.country) for place in CITIES], dtype=np.int8)
    country = country_of_city[city]
    moved = fixed_tie & (country != 0)
    city[moved], country[moved] = 4, 0
    spread = np.array([place.postal_codes for place in CITIES])
    postal_code = np.array([place.postal_code for place in CITIES])[city] + (
        random.random(count) * spread[city]
    ).astype(np.int64)
    latitude = np.array([place.latitude for place in CITIES])[city] + random.normal(0, 0.12, count)
    longitude = np.array([place.longitude for place in CITIES])[city] + random.normal(0, 0.18, count)
    currency = np.select([country == 2, country == 3], [1, 2], 0).astype(np.int8)
    # A few Swiss customers are billed in EUR.
    currency[(country == 2) & (random.random(count) < 0.15)] = 0
    territory = np.minimum((along**1.25 * reps.territory_count).astype(np.int32), reps.territory_count - 1)
    in_poor_territory = (territory == reps.territory_count // 3) & (reps.territory_count >= 10)

    # What they need: industry, size and what the website tells drive the true wallet.
    weight = np.array([industry.weight for industry in INDUSTRIES])
    industry = np.searchsorted(np.cumsum(weight) / weight.sum(), random.random(count), side="right").astype(np.int8)
    median = np.array([entry.median_employees for entry in INDUSTRIES])[industry]
    deviation = np.array([entry.employee_spread for entry in INDUSTRIES])[industry]
    size_score = random.standard_normal(count)
    employees = np.clip(np.rint(median * np.exp(0.80 * deviation * size_score)), 1, 9_000).astype(np.int32)
    employees[in_poor_territory] = np.minimum(employees[in_poor_territory], 6)
    several_sites = random.random(count) < 1 / (1 + np.exp(3.2 - 0.9 * np.log(np.maximum(employees / 30, 0.05))))
    sites = np.where(several_sites, 1 + random.geometric(0.5, count), 1).astype(np.int16)
    families = [entry.family for entry in INDUSTRIES]
    signals = np.zeros(count, dtype=np.int16)
    log_wallet = np.log(np.array([entry.spend_per_employee for entry in INDUSTRIES])[industry] * employees)
    for position, signal in enumerate(SIGNALS):
        chance = np.array([signal.probability.get(family, 0.0) for family in families])[industry]
        present = random.random(count) < chance
        signals |= (present.astype(np.int16) << position).astype(np.int16)
        log_wallet += np.where(present, signal.effect, 0.0)
    log_wallet += 0.30 * np.log(sites) + random.normal(0, 0.30, count)
    log_wallet[in_poor_territory] -= 1.2
    wallet = np.exp(log_wallet) * SPEND_LEVEL

    mix = (MIX[industry] * random.standard_gamma(4.0, (count, len(GROUPS)))).astype(np.float32)
    mix /= mix.sum(axis=1, keepdims=True)

    # How much of it they give us.
    share_score = random.standard_normal(count)
    shift = np.array([entry.share_shift for entry in INDUSTRIES])[industry]
    share = 1 / (1 + np.exp(1.30 - shift - 0.90 * share_score))
    share = np.clip(share, 0.01, 0.92)
    group_wallet = mix * wallet[:, None].astype(np.float32)
    buys = random.random((count, len(GROUPS)), dtype=np.float32) < np.clip(
        0.42 + 0.10 * np.log(np.maximum(group_wallet, 1.0) / 400) + 0.13 * share_score[:, None], 0.04, 0.97
    )
    largest = np.argmax(mix, axis=1)
    buys[np.arange(count), largest] = True
    group_share = np.minimum(share[:, None] * np.exp(random.normal(0, 0.3, (count, len(GROUPS)))), 0.95)
    group_revenue = np.where(buys, group_wallet * group_share, 0).astype(np.float32)
    group_revenue[~is_buyer] = 0
    raw_revenue = group_revenue.sum(axis=1, dtype=np.float64)

    # When they buy.
    first_day = np.full(count, FIRST_DAY, dtype=np.int32)
    newcomer = is_buyer & (random.random(count) < 0.20) & (structure == Structure.PLAIN)
    latest_start = day_number(dt.date(2026, 10, 20))
    first_day[newcomer] = random.integers(FIRST_DAY + 20, latest_start, int(newcomer.sum()))
    last_day = np.full(count, LAST_DAY, dtype=np.int32)
    lapsed = is_buyer & ~newcomer & (random.random(count) < 0.05) & (structure == Structure.PLAIN)
    last_day[lapsed] = random.integers(
        day_number(dt.date(2024, 3, 1)), day_number(dt.date(2025, 9, 15)), int(lapsed.sum())
    )
    created_day = np.where(
        newcomer | ~is_buyer,
        first_day - random.integers(0, 200, count),
        random.integers(day_number(dt.date(2005, 1, 1)), FIRST_DAY - 30, count),
    ).astype(np.int32)
    created_day[~is_buyer] = random.integers(day_number(dt.date(2021, 1, 1)), LAST_DAY - 40, prospects)

    year_end = np.append(calendar.YEAR_START[1:], LAST_DAY + 1)
    overlap = np.minimum(last_day[:, None] + 1, year_end) - np.maximum(first_day[:, None], calendar.YEAR_START[:4])
    active_ratio = np.maximum(overlap, 0) / 365.25
    trend = random.normal(0.0, 0.10, count)
    growth = np.array([0.93, 0.965, 1.0, 1.02]) * np.exp(
        trend[:, None] * np.array([-2, -1, 0, 0.6]) + random.normal(0, 0.12, (count, 4))
    )
    growth[:, 2] = 1.0
    counted = is_buyer & ~np.isin(structure, (Structure.INTERCOMPANY, Structure.CREDIT_NOTE_ONLY)) & ~fixed_tie
    # A single company must not carry the whole demo at small sizes.
    ceiling = np.sort(raw_revenue[counted])[-max(2, customers // 500)] * 8
    capped = np.minimum(1.0, ceiling / np.maximum(raw_revenue, 1e-9))
    wallet = wallet * np.where(is_buyer, capped, 1.0)
    group_revenue *= np.where(is_buyer, capped, 1.0)[:, None].astype(np.float32)
    raw_revenue = raw_revenue * capped
    expected = (raw_revenue * active_ratio[:, 2])[counted].sum()
    scale = REVENUE_PER_CUSTOMER * customers * PLANNED_PER_BILLED / expected
    wallet *= scale
    group_revenue *= np.float32(scale)
    revenue = raw_revenue * scale
    intercompany = structure == Structure.INTERCOMPANY
    revenue[intercompany] = 240_000.0
    wallet[intercompany] = 260_000.0
    employees[intercompany] = 60
    for tie, amount in ((Structure.TIE_AT_THRESHOLD, 14_000.0), (Structure.TIE_SMALL, 250.0)):
        tied = structure == tie
        wallet[tied], revenue[tied] = amount * 2.5, amount
        group_revenue[tied] *= (amount / np.maximum(group_revenue[tied].sum(axis=1), 1e-9))[:, None]
    revenue[structure == Structure.CREDIT_NOTE_ONLY] = 0.0
    group_revenue[structure == Structure.CREDIT_NOTE_ONLY] = 0.0
    year_revenue = (revenue[:, None] * active_ratio * growth).astype(np.float64)

    reference = np.maximum(revenue, 1.0) ** 0.55
    # Whoever buys more of the need from us buys in smaller orders; habits differ.
    order_rate = 0.7 + ORDERS_PER_CUSTOMER * reference / reference[counted].mean()
    habit = 0.38 * share_score + random.normal(0.0, 0.5, count)
    order_rate *= np.exp(habit) / np.exp((0.38**2 + 0.5**2) / 2)
    order_rate = np.minimum(order_rate, 260.0)
    order_rate[(structure == Structure.CREDIT_NOTE_ONLY) | fixed_tie | ~is_buyer] = 0.0

    size_effect = np.clip(0.018 * (np.log(np.maximum(revenue, 50.0)) - np.log(300.0)), -0.03, 0.15)
    discount = np.clip(size_effect + random.normal(0.0, 0.05, count), -0.08, 0.22)
    handling = np.exp(random.normal(0.0, 0.2, count) - 0.05 * share_score)
    care = np.exp(random.normal(0.0, 0.55, count) + 0.45 * share_score)
    payment_delay = np.where(random.random(count) < 0.25, random.gamma(2.0, 9.0, count), random.normal(-2, 4, count))

    payment_term = np.array([14, 30, 30, 30, 30, 45, 60])[random.integers(0, 7, count)]

    # Who looks after them: by habit and past revenue, not by potential.
    score = np.log(np.maximum(np.where(is_buyer, revenue, wallet * 0.25), 20.0)) + random.normal(0, 0.5, count)
    eligible = counted
    key_cut, field_cut = np.quantile(score[eligible], [1 - 0.005, 1 - 0.095])
    owner_role = np.select([score >= key_cut, score >= field_cut], [KEY_ACCOUNT, FIELD], INSIDE).astype(np.int8)
    owner_role[country == 3] = np.where(owner_role[country == 3] == FIELD, INSIDE, owner_role[country == 3])
    inside_rep = reps.first_of_role[INSIDE] + np.minimum(
        territory * reps.count_of_role[INSIDE] // reps.territory_count, reps.count_of_role[INSIDE] - 1
    )
    key_rep = reps.first_of_role[KEY_ACCOUNT] + random.integers(0, reps.count_of_role[KEY_ACCOUNT], count)
    owner = np.select(
        [owner_role == KEY_ACCOUNT, owner_role == FIELD], [key_rep, reps.first_of_role[FIELD] + territory], inside_rep
    ).astype(np.int32)
    owner[(owner_role == INSIDE) & (random.random(count) < 0.04)] = -1

    # What the two systems know of each other.
    link = np.zeros(count, dtype=np.int8)
    small = is_buyer & (revenue < np.quantile(revenue[counted], 0.7)) & (structure == Structure.PLAIN)
    draw = random.random(count)
    plain = is_buyer & (structure == Structure.PLAIN)
    has_vat_law = country != COUNTRIES.index("US")
    link[plain & has_vat_law & (draw < 0.05)] = Link.VAT_ID
    link[plain & (draw >= 0.05) & (draw < 0.07)] = Link.DUNS_NUMBER
    link[small & (draw >= 0.07) & (draw < 0.10)] = Link.ERP_ONLY
    link[small & (draw >= 0.10) & (draw < 0.118)] = Link.NOTHING_IN_COMMON
    order_of_small = np.flatnonzero(small & has_vat_law)
    for position, kind in enumerate((Link.VAT_ID, Link.DUNS_NUMBER, Link.ERP_ONLY, Link.NOTHING_IN_COMMON)):
        link[order_of_small[position::4][:2]] = kind
    has_account = link != Link.ERP_ONLY
    vat_formatted = (link == Link.VAT_ID) & (random.random(count) < 0.05)
    vat_formatted[np.flatnonzero(link == Link.VAT_ID)[:1]] = True
    has_vat = (random.random(count) < 0.85) & has_vat_law
    has_vat |= link == Link.VAT_ID
    has_duns = (random.random(count) < 0.55) | (link == Link.DUNS_NUMBER)

    # A VAT id is what tells a duplicate, so only companies that can have one are entered twice.
    by_account_id = plain & has_vat_law & (link == Link.ACCOUNT_ID)
    duplicated = by_account_id & (random.random(count) < 0.012)
    duplicated[np.flatnonzero(by_account_id)[:2]] = True
    has_vat |= duplicated
    duplicate_account = np.full(count, -1, dtype=np.int32)
    duplicate_account[duplicated] = count + np.arange(int(duplicated.sum()))
    account_count = count + int(duplicated.sum())
    debtor_links_duplicate = duplicated & (random.random(count) < 0.3)

    debtor = np.full(count, -1, dtype=np.int32)
    debtor[:customers] = random.permutation(customers)
    older_debtor = np.full(count, -1, dtype=np.int32)
    oldest_debtor = np.full(count, -1, dtype=np.int32)
    merged = np.isin(structure, (Structure.MERGED, Structure.MERGED_TWICE, Structure.TWO_DEBTORS))
    older_debtor[merged] = customers + np.arange(int(merged.sum()))
    twice = structure == Structure.MERGED_TWICE
    oldest_debtor[twice] = customers + int(merged.sum()) + np.arange(int(twice.sum()))
    switch_day = random.integers(day_number(dt.date(2024, 8, 1)), day_number(dt.date(2026, 6, 1)), count)
    first_switch_day = random.integers(day_number(dt.date(2023, 12, 1)), day_number(dt.date(2024, 6, 1)), count)

    parent = np.full(count, -1, dtype=np.int32)
    candidates = np.flatnonzero(has_account & is_buyer & (structure == Structure.PLAIN) & ~duplicated)
    members = random.permutation(candidates)[: scaled_count(customers, 0.016, 8)]
    for_group = np.arange(len(members)) // 4
    parent[members] = members[for_group * 4]
    parent[members[::4]] = -1

    is_blocked = plain & (random.random(count) < 0.006)
    is_blocked[np.flatnonzero(plain)[3]] = True
    is_do_not_contact = has_account & (random.random(count) < 0.02)
    is_named = has_account & (owner_role == KEY_ACCOUNT) & (random.random(count) < 0.5)

    arm, list_rank, believed_gap, effect = _campaign(
        stream(seed, "campaign"),
        customers,
        wallet,
        revenue,
        owner,
        owner_role,
        plain
        & has_account
        & ~is_blocked
        & ~is_do_not_contact
        & ~newcomer
        & ~lapsed
        & ~duplicated
        & (link != Link.NOTHING_IN_COMMON)
        & (country != 3),
    )

    return Population(
        industry=industry,
        employees=employees,
        sites=sites,
        signals=signals,
        wallet=wallet,
        mix=mix,
        share=np.where(is_buyer, revenue / np.maximum(wallet, 1e-9), 0.0),
        share_score=share_score,
        group_revenue=group_revenue,
        revenue=revenue,
        year_revenue=year_revenue,
        order_rate=order_rate,
        discount=discount,
        handling=handling,
        care=care,
        payment_delay=payment_delay,
        payment_term=payment_term,
        city=city,
        postal_code=postal_code,
        latitude=latitude,
        longitude=longitude,
        country=country,
        currency=currency,
        territory=territory,
        owner_role=owner_role,
        owner=owner,
        inside_rep=inside_rep.astype(np.int32),
        first_day=first_day,
        last_day=last_day,
        created_day=created_day,
        structure=structure,
        link=link,
        has_account=has_account,
        duplicate_account=duplicate_account,
        debtor=debtor,
        older_debtor=older_debtor,
        oldest_debtor=oldest_debtor,
        switch_day=switch_day,
        first_switch_day=first_switch_day,
        debtor_links_duplicate=debtor_links_duplicate,
        vat_formatted=vat_formatted,
        has_vat=has_vat,
        has_duns=has_duns,
        parent=parent,
        is_blocked=is_blocked,
        is_do_not_contact=is_do_not_contact,
        is_named=is_named,
        arm=arm,
        list_rank=list_rank,
        believed_gap=believed_gap,
        effect=effect,
        buyer_count=customers,
        account_count=account_count,
        scale=scale,
    )


def _campaign(
    random: np.random.Generator,
    customers: int,
    wallet: FloatArray,
    revenue: FloatArray,
    owner: IntArray,
    owner_role: IntArray,
    eligible: BoolArray,
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int32], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The share-of-wallet campaign of 2026Q2: arms, places on the list, believed gaps, true effects.

    Effects are EUR in the quarter after the campaign.

    The company looked at the gap it believed in, took the top of the list, held a fifth back at random within the
    role that looks after them, and won a part of the gap from about three quarters of those it worked on.
    """
    arm = np.zeros(len(wallet), dtype=np.int8)
    effect = np.zeros(len(wallet), dtype=np.float64)
    capacity = scaled_count(customers, 400 / 55_000, 16)
    listed = round(capacity / 0.8)
    believed_gap = np.maximum(wallet - revenue, 0) * np.exp(random.normal(0, 0.5, len(wallet)))
    believed_gap[~eligible | (owner < 0)] = -1
    chosen = np.argsort(-believed_gap, kind="stable")[:listed]
    chosen = chosen[believed_gap[chosen] > 0]
    list_rank = np.zeros(len(wallet), dtype=np.int32)
    list_rank[chosen] = np.arange(1, len(chosen) + 1)
    for role in (KEY_ACCOUNT, FIELD, INSIDE):
        stratum = random.permutation(chosen[owner_role[chosen] == role])
        control = round(len(stratum) * 0.2)
        arm[stratum[:control]] = Arm.CONTROL
        arm[stratum[control:]] = Arm.TREATMENT
    treated = arm == Arm.TREATMENT
    responds = random.random(len(wallet)) < 0.75
    gap = np.maximum(wallet - revenue, 0) / 4
    won = gap * np.minimum(random.gamma(2.0, 0.05, len(wallet)), 0.6)
    effect[treated & responds] = won[treated & responds]
    return arm, list_rank, np.maximum(believed_gap, 0.0), effect
