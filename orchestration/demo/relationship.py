"""What passes between the company and its customers: contacts made, inquiries, opportunities, ratings, plans, services.

True minutes go to the effort book as they happened; what the CRM recorded of them is rounded, noisy, missing or
impossible.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.demo import calendar, columns
from orchestration.demo.calendar import FIRST_DAY, LAST_DAY, QUARTER_START, FloatArray, IntArray, day_number
from orchestration.demo.catalogue import COMPETITORS, CURRENCIES, PRODUCT_GROUPS
from orchestration.demo.effort import REP_ACTIVITIES, Effort
from orchestration.demo.identifiers import account_keys, contact_keys, debtor_keys, rep_keys
from orchestration.demo.population import (
    FIELD,
    INSIDE,
    KEY_ACCOUNT,
    REP_POOLS,
    SERVICE,
    Arm,
    Population,
    Reps,
    Structure,
)
from orchestration.demo.trade import Orders

ACTIVITY_TYPES: Final = (*REP_ACTIVITIES, "event", "quote")
VISIT, CALL, EMAIL, VIDEO, SOCIAL, EVENT, QUOTE = range(7)
DIRECTIONS: Final = ("outbound", "inbound")
CAMPAIGN_ID: Final = "SOW-2026Q2"
PER_COMPANY: Final = 10_000

#: Contacts a year of an average account by the role that looks after it: visit, call, email, video, social.
HABIT: Final = np.array(
    [
        [9.0, 14.0, 12.0, 4.0, 0.3],
        [3.5, 3.0, 3.0, 0.3, 0.1],
        [0.012, 1.3, 0.9, 0.06, 0.05],
    ]
)
#: Contacts one full-time rep makes in a year: visits of key-account and field reps, all contacts of inside reps.
CONTACTS_PER_YEAR: Final = (190.0, 366.0, 2_640.0)
TRUE_MINUTES: Final = np.array([55.0, 11.0, 6.0, 28.0, 4.0])

FAIRS: Final = np.array(
    [
        day_number(dt.date.fromisoformat(day))
        for day in (
            "2023-11-15",
            "2024-03-13",
            "2024-05-15",
            "2024-09-18",
            "2024-11-13",
            "2025-03-12",
            "2025-05-14",
            "2025-09-17",
            "2025-11-12",
            "2026-03-18",
            "2026-05-13",
            "2026-09-16",
            "2026-11-11",
        )
    ]
)

INQUIRY_TYPES: Final = ("quote_request", "order", "service", "complaint", "legal_safety")
QUOTE_REQUEST, ORDER_INQUIRY, SERVICE_INQUIRY, COMPLAINT, LEGAL = range(5)
STATUSES: Final = ("open", "answered", "won", "lost", "closed")
STAGES: Final = ("qualification", "proposal", "negotiation", "won", "lost")
CRITERIA: Final = (
    "future_demand",
    "supply_share",
    "growth",
    "decision_maker_access",
    "process_fit",
    "relationship",
    "strategy_fit",
)
REASONS: Final = ("production_stop", "key_customer_escalation", "contract_deadline", "management_request", "tender")
REQUEST_STATUSES: Final = ("pending", "approved", "rejected", "expired")
PLAN_SECTIONS: Final = (
    "customer_goals",
    "purchasing_strategy",
    "buying_center",
    "competitor_analysis",
    "sales_goals",
    "sales_strategy",
)
ACTIONS: Final = (
    "Visit with application engineer",
    "Tool trial on site",
    "Quotation for annual demand",
    "Stock cabinet proposal",
    "Meeting with head of purchasing",
)
SERVICE_TYPES: Final = ("regrinding", "calibration", "engraving", "cutting_to_length", "tool_presetting")
SERVICE_FEES: Final = np.array([38.0, 55.0, 18.0, 12.0, 45.0])


@dataclass
class Relationship:
    """The tables of one part of the population and the minutes spent on nobody known."""

    tables: dict[str, pa.Table]
    minutes_without_customer: npt.NDArray[np.float64]
    planted: dict[str, list[str]]


def contact_rates(population: Population, reps: Reps) -> npt.NDArray[np.float32]:
    """Contacts a year by company and type, scaled so that reps are as busy as reps are.

    Effort follows habit and past revenue, not potential: customers whom somebody likes get more of it.
    """
    value = np.where(population.revenue > 0, population.revenue, population.wallet * 0.1)
    size = np.clip(value / 300.0, 0.05, 400.0)
    role = population.owner_role
    rates = HABIT[role] * population.care[:, None]
    rates[role == INSIDE] *= (size[role == INSIDE] ** 0.25)[:, None]
    rates[role == FIELD] *= ((size[role == FIELD] / 60) ** 0.2)[:, None]
    is_prospect = np.arange(population.count) >= population.buyer_count
    rates[is_prospect] *= 0.7
    rates[population.owner < 0] *= 0.3
    rates[~population.has_account] = 0.0
    rates[population.is_do_not_contact] *= 0.2
    rates[population.structure == Structure.INTERCOMPANY] = 0.0
    busy = [reps.full_time_equivalent[reps.role == role_code].sum() for role_code in (KEY_ACCOUNT, FIELD, INSIDE)]
    # Half of the written and telephone contacts of field customers are made by inside sales.
    for role_code in (KEY_ACCOUNT, FIELD):
        visits = rates[role == role_code, VISIT].sum()
        if visits > 0:
            rates[role == role_code] *= CONTACTS_PER_YEAR[role_code] * busy[role_code] / visits
    by_inside = rates[role == INSIDE].sum() + 0.55 * rates[role == FIELD, CALL:].sum()
    if by_inside > 0:
        rates[role == INSIDE] *= CONTACTS_PER_YEAR[INSIDE] * busy[INSIDE] / by_inside
    return np.minimum(rates, 60.0).astype(np.float32)


def _account_keys(
    people: Population, first: int, company: IntArray, draw: FloatArray, missing: npt.NDArray[np.bool_] | None = None
) -> pa.Array:
    """The account an entry was made on: a duplicate gets three in ten."""
    twins = np.flatnonzero(people.duplicate_account >= 0)
    values = account_keys(np.concatenate([np.arange(people.count) + first, people.duplicate_account[twins]]))
    place_of_twin = np.full(people.count, -1)
    place_of_twin[twins] = people.count + np.arange(len(twins))
    on_twin = (place_of_twin[company] >= 0) & (draw < 0.3)
    return columns.coded(values, np.where(on_twin, place_of_twin[company], company), missing)


def _moments_on(random: np.random.Generator, day: IntArray) -> npt.NDArray[np.int64]:
    return day.astype(np.int64) * 86_400 + 28_800 + random.integers(0, 4 * 9, len(day)) * 900


def relate(
    random: np.random.Generator,
    people: Population,
    first: int,
    reps: Reps,
    rates: FloatArray,
    orders: Orders,
    contact_count: IntArray,
    effort: Effort,
) -> Relationship:
    """Everything of one part of the population that is neither bought nor billed."""
    planted: dict[str, list[str]] = {}
    tables = {"activity": _activities(random, people, first, reps, rates, contact_count, effort, planted)}
    inquiry, requests, nobody = _inquiries(random, people, first, reps, orders, effort)
    tables["inquiry"], tables["priority_request"] = inquiry, requests
    tables["opportunity"] = _opportunities(random, people, first)
    tables["wallet_declaration"] = _declarations(random, people, first)
    tables["criterion_rating"] = _ratings(random, people, first, reps)
    tables["account_plan_item"] = _plans(random, people, first)
    tables["service_job"] = _services(random, people, first)
    return Relationship(tables, nobody, planted)


def _activities(
    random: np.random.Generator,
    people: Population,
    first: int,
    reps: Reps,
    rates: FloatArray,
    contact_count: IntArray,
    effort: Effort,
    planted: dict[str, list[str]],
) -> pa.Table:
    begin = np.maximum(people.created_day, FIRST_DAY)
    end = np.minimum(people.last_day.astype(np.int64) + 120, LAST_DAY)
    years = np.maximum(end - begin, 0) / 365.25
    counts = np.minimum(random.poisson(rates * years[:, None]), 900)
    company = np.repeat(np.tile(np.arange(people.count)[:, None], 5).ravel(), counts.ravel())
    kind = np.repeat(np.tile(np.arange(5), people.count), counts.ravel())
    day = calendar.random_working_day(random.random(len(company)), begin[company], end[company]).astype(np.int64)
    campaign = np.zeros(len(company), dtype=bool)

    # Trade fairs, quotations that came to nothing, and the campaign's own contacts.
    attends = (random.random((people.count, len(FAIRS))) < 0.016) & people.has_account[:, None]
    attends &= (begin[:, None] < FAIRS) & (people.structure != Structure.INTERCOMPANY)[:, None]
    event_company, fair = np.nonzero(attends)
    active = people.has_account & (people.structure != Structure.INTERCOMPANY)
    quote_rate = np.where(active, 0.05 * np.clip(people.wallet / 2_000, 0.1, 40) ** 0.4, 0.0)
    quotes = random.poisson(quote_rate * years)
    quote_company = np.repeat(np.arange(people.count), quotes)
    quote_day = calendar.random_working_day(random.random(len(quote_company)), begin[quote_company], end[quote_company])
    touched = np.where(
        people.arm == Arm.TREATMENT,
        1 + random.poisson(1.2, people.count),
        (people.arm == Arm.CONTROL) & (random.random(people.count) < 0.04),
    )
    campaign_company = np.repeat(np.arange(people.count), touched)
    campaign_day = calendar.random_working_day(
        random.random(len(campaign_company)),
        np.full(len(campaign_company), QUARTER_START[10] + 5),
        np.full(len(campaign_company), QUARTER_START[11] - 1),
    )
    campaign_kind = np.where(
        people.owner_role[campaign_company] == INSIDE,
        np.array([CALL, EMAIL, VIDEO])[random.integers(0, 3, len(campaign_company))],
        np.array([VISIT, VISIT, CALL])[random.integers(0, 3, len(campaign_company))],
    )
    company = np.concatenate([company, event_company, quote_company, campaign_company])
    day = np.concatenate([day, FAIRS[fair], quote_day, campaign_day]).astype(np.int64)
    kind = np.concatenate([kind, np.full(len(event_company), EVENT), np.full(len(quote_company), QUOTE), campaign_kind])
    campaign = np.concatenate(
        [campaign, np.zeros(len(event_company) + len(quote_company), bool), np.ones(len(campaign_company), bool)]
    )
    order = np.argsort((company * 100_000 + day) * 8 + kind, kind="stable")
    company, day, kind, campaign = company[order], day[order], kind[order], campaign[order]
    count = len(company)
    starts = np.searchsorted(company, np.arange(people.count))
    number = (company + first) * PER_COMPANY + np.arange(count) - starts[company] + 1

    role = people.owner_role[company]
    helped = (role == FIELD) & (kind != VISIT) & (kind != EVENT) & (random.random(count) < 0.55)
    by_inside = helped | (role == INSIDE) | (people.owner[company] < 0) | (kind == QUOTE)
    rep = np.where(by_inside, people.inside_rep[company], people.owner[company])
    # Trainings and commissioning at the customer's are visits of service technicians.
    by_service = (kind == VISIT) & (random.random(count) < 0.02)
    rep = np.where(by_service, reps.first_of_role[SERVICE] + company % reps.count_of_role[SERVICE], rep)
    # Nobody works before being hired or after leaving: the first colleague of the role steps in.
    absent = (reps.active_from[rep] > day) | (reps.active_to[rep] < day)
    rep = np.where(absent, np.asarray(reps.first_of_role)[reps.role[rep]], rep)

    # What it took and what was written down.
    timed = kind < EVENT
    base = np.where(timed, TRUE_MINUTES[np.minimum(kind, 4)], np.where(kind == QUOTE, 42.0, 240.0))
    base = np.where((kind == VISIT) & (role == KEY_ACCOUNT), 88.0, base)
    true_minutes = base * random.gamma(5.0, 0.2, count) * np.sqrt(people.handling[company])
    true_minutes = np.clip(true_minutes, np.where(kind == VISIT, 12.0, 1.0), 470.0)
    far = np.where(role == KEY_ACCOUNT, 72.0, 52.0) * np.where(people.country[company] == 3, 2.5, 1.0)
    true_travel = np.where(kind == VISIT, far * random.gamma(3.0, 1 / 3.0, count), 0.0)
    step = np.where((kind == VISIT) | (kind == EVENT) | (kind == QUOTE), 5, 1)
    recorded = np.maximum(np.rint(true_minutes * np.exp(random.normal(0, 0.15, count)) / step) * step, step)
    recorded = np.where(kind == VISIT, np.clip(recorded, 10, 480), recorded).astype(np.int64)
    travel = (np.rint(true_travel * np.exp(random.normal(0, 0.1, count)) / 5) * 5).astype(np.int64)
    recorded = np.where(kind == EVENT, 240, recorded)
    luck = random.random(count)
    minutes_missing = (luck < 0.12) & (kind != EVENT)
    too_short = (kind == VISIT) & (luck > 0.9988)
    too_long = (kind == VISIT) & (luck > 0.9980) & ~too_short
    if count:
        visits = np.flatnonzero(kind == VISIT)
        if len(visits) > 4:
            too_short[visits[1]] = too_long[visits[3]] = True
            minutes_missing[visits[[1, 3]]] = False
    recorded = np.where(too_short, 3, np.where(too_long, 1_200, recorded))
    travel_missing = (kind != VISIT) | (random.random(count) < 0.2)

    # Visits that served two customers of one rep.
    owned = np.where(people.has_account & ~people.is_do_not_contact, people.owner, -1)
    neighbours = np.argsort(owned, kind="stable")
    following = np.empty(people.count, dtype=np.int64)
    following[neighbours] = np.roll(neighbours, -1)
    partner = following[company]
    shared = (kind == VISIT) & ~by_service & ~campaign & (owned[partner] == people.owner[company])
    shared &= (partner != company) & (people.owner[company] >= 0) & (random.random(count) < 0.02)
    shared &= people.created_day[partner] < day
    pair = np.flatnonzero(shared)
    weight = np.full(count, 10_000)
    weight[pair] = np.where(random.random(len(pair)) < 0.5, 5_000, 7_000)
    own = np.arange(count)
    row = np.concatenate([own, pair])
    row_company = np.concatenate([company, partner[pair]])
    row_weight = np.concatenate([weight, 10_000 - weight[pair]])
    tidy = np.argsort(number[row], kind="stable")
    row, row_company, row_weight = row[tidy], row_company[tidy], row_weight[tidy]

    spent = (true_minutes + true_travel)[row] * row_weight / 10_000
    pool_of_row = reps.role[rep[row]]
    for position, name in enumerate(REP_ACTIVITIES):
        for role_code, pool in enumerate(REP_POOLS):
            chosen = (kind[row] == position) & (pool_of_row == role_code)
            effort.add(name, pool, row_company[chosen], day[row][chosen], spent[chosen])
    for position, name, pool, amount in (
        (EVENT, "event", "marketing", np.ones(len(row))),
        (QUOTE, "quote", "quoting", spent),
    ):
        chosen = kind[row] == position
        effort.add(name, pool, row_company[chosen], day[row][chosen], amount[chosen])

    inbound = random.random(count) < np.where((kind == CALL) | (kind == EMAIL), 0.36, 0.04)
    inbound = (inbound | people.is_do_not_contact[company]) & ~campaign
    contact = random.integers(0, 1 << 20, count) % np.maximum(contact_count[company], 1)
    contact_missing = (random.random(count) < 0.4) | (contact_count[company] == 0)
    rep_missing = (random.random(count) < 0.008) & ~campaign
    activity_key = columns.keys("ACT-", number, 12)
    for name, chosen in (
        ("impossible_duration", too_short | too_long),
        ("missing_duration", minutes_missing),
        ("shared_visit", shared),
    ):
        planted[name] = activity_key.take(pa.array(np.flatnonzero(chosen)[:10])).to_pylist()
    on_duplicate = random.random(count)
    taken = pa.array(row)
    return pa.table(
        {
            "activity_id": activity_key.take(taken),
            "account_id": _account_keys(people, first, row_company, on_duplicate[row]),
            "rep_id": rep_keys(rep, rep_missing).take(taken),
            "activity_type": columns.choice(ACTIVITY_TYPES, kind[row]),
            "direction": columns.choice(DIRECTIONS, inbound[row].astype(int), random.random(count)[row] < 0.03),
            "started_at": columns.moments(_moments_on(random, day)[row]),
            "duration_minutes": columns.decimals(recorded[row] * 10_000, 4, minutes_missing[row]),
            "travel_minutes": columns.decimals(travel[row] * 10_000, 4, travel_missing[row]),
            "share_weight": columns.decimals(row_weight * 100, 6, precision=9),
            "contact_id": contact_keys(company + first, contact, contact_missing).take(taken),
            "campaign_id": columns.choice((CAMPAIGN_ID,), np.zeros(len(row), int), ~campaign[row]),
        }
    )


def _inquiries(
    random: np.random.Generator, people: Population, first: int, reps: Reps, orders: Orders, effort: Effort
) -> tuple[pa.Table, pa.Table, npt.NDArray[np.float64]]:
    """Inquiries with and without an order, requests to change their priority, and minutes spent on the unknown."""
    # From orders: quotations won, orders asked for, complaints.
    known = people.has_account[orders.company] & (people.structure != Structure.INTERCOMPANY)[orders.company]
    draw = random.random(len(orders.company))
    complaint_chance = np.minimum(0.010 * people.handling[orders.company] ** 2, 0.1) + 0.15 * orders.returned
    from_order = np.select(
        [draw < 0.02, draw < 0.09, draw > 1 - complaint_chance], [QUOTE_REQUEST, ORDER_INQUIRY, COMPLAINT], -1
    )
    from_order = np.where(known, from_order, -1)
    rows = np.flatnonzero(from_order >= 0)
    order_kind, order_company = from_order[rows], orders.company[rows]
    lead = np.where(order_kind == COMPLAINT, random.integers(3, 15, len(rows)), -random.integers(0, 6, len(rows)))
    order_day = np.clip(orders.day[rows] + lead, FIRST_DAY, LAST_DAY)

    begin = np.maximum(people.created_day, FIRST_DAY)
    end = np.minimum(people.last_day.astype(np.int64) + 60, LAST_DAY)
    years = np.maximum(end - begin, 0) / 365.25
    active = people.has_account & (people.structure != Structure.INTERCOMPANY)
    size = np.clip(people.wallet / 2_000, 0.1, 60) ** 0.4
    other_rates = np.stack([0.16 * size, 0.14 * size * people.handling, 0.0012 * size], axis=1) * active[:, None]
    other = random.poisson(other_rates * years[:, None])
    other_company = np.repeat(np.tile(np.arange(people.count)[:, None], 3).ravel(), other.ravel())
    other_kind = np.repeat(np.tile(np.array([QUOTE_REQUEST, SERVICE_INQUIRY, LEGAL]), people.count), other.ravel())
    other_day = calendar.random_working_day(random.random(len(other_company)), begin[other_company], end[other_company])

    company = np.concatenate([order_company, other_company])
    kind = np.concatenate([order_kind, other_kind])
    day = np.concatenate([order_day, other_day]).astype(np.int64)
    order = np.concatenate([rows, np.full(len(other_company), -1)])
    tidy = np.argsort(company * 100_000 + day, kind="stable")
    company, kind, day, order = company[tidy], kind[tidy], day[tidy], order[tidy]
    count = len(company)
    number = (
        (company + first) * PER_COMPANY
        + np.arange(count)
        - np.searchsorted(company, np.arange(people.count))[company]
        + 1
    )
    received = day * 86_400 + 25_200 + random.integers(0, 36_000, count)
    hours = random.gamma(1.2, np.array([9.0, 3.0, 7.0, 12.0, 4.0])[kind])
    responded = received + (hours * 3_600).astype(np.int64)
    is_open = (random.random(count) < np.where(day > LAST_DAY - 9, 0.6, 0.004)) & (order < 0)
    last_second = (LAST_DAY + 1) * 86_400 - 1
    no_response = (responded > last_second) | (is_open & (random.random(count) < 0.7))
    closed = responded + (random.gamma(1.5, np.array([6.0, 0.6, 2.0, 5.0, 8.0])[kind]) * 86_400).astype(np.int64)
    not_closed = is_open | (closed > last_second) | no_response
    lost = (kind == QUOTE_REQUEST) & (order < 0)
    status = np.select([no_response, not_closed, (order >= 0) & (kind != COMPLAINT), lost], [0, 1, 2, 3], 4)
    order_net = orders.net[np.maximum(order, 0)] if len(orders.net) else np.zeros(count, np.int64)
    guess = (people.wallet[company] * random.gamma(1.2, 0.02, count) * 100).astype(np.int64) + 2_000
    amount = np.where(order >= 0, np.maximum(order_net, 0), guess)
    amount_missing = np.isin(kind, (SERVICE_INQUIRY, COMPLAINT, LEGAL)) | (random.random(count) < 0.1)
    complete = random.random(count) < np.clip(0.97 - 0.14 * people.handling[company], 0.3, 0.97)
    unknown = (random.random(count) < 0.015) & (order < 0)
    by_service = np.isin(kind, (SERVICE_INQUIRY, COMPLAINT, LEGAL))
    rep = np.where(
        by_service,
        reps.first_of_role[SERVICE] + (company + first) % reps.count_of_role[SERVICE],
        people.inside_rep[company],
    )

    base = np.select([kind == COMPLAINT, kind == SERVICE_INQUIRY, kind == LEGAL], [45.0, 20.0, 60.0], 0.0)
    has_return = orders.returned[np.maximum(order, 0)] if len(orders.net) else np.zeros(count, bool)
    minutes = (base + 30.0 * ((kind == COMPLAINT) & has_return)) * random.gamma(6.0, 1 / 6.0, count)
    nobody = np.bincount(
        calendar.month_of(day[unknown]), weights=minutes[unknown], minlength=calendar.MONTH_COUNT
    ).astype(np.float64)
    for position, name in ((COMPLAINT, "complaint"), (SERVICE_INQUIRY, "service_inquiry"), (LEGAL, "complaint")):
        chosen = (kind == position) & ~unknown
        effort.add(name, "service", company[chosen], day[chosen], minutes[chosen])

    order_number = orders.number[np.maximum(order, 0)] if len(orders.net) else np.zeros(count, np.int64)
    inquiry_key = columns.keys("INQ-", number, 12)
    account_key = _account_keys(people, first, company, random.random(count), unknown)
    table = pa.table(
        {
            "inquiry_id": inquiry_key,
            "account_id": account_key,
            "received_at": columns.moments(received),
            "inquiry_type": columns.choice(INQUIRY_TYPES, kind),
            "amount": columns.money(amount, amount_missing),
            "status": columns.choice(STATUSES, status),
            "first_response_at": columns.moments(responded, no_response),
            "closed_at": columns.moments(closed, not_closed),
            "is_complete": columns.booleans(complete, random.random(count) < 0.02),
            "rep_id": rep_keys(rep, random.random(count) < 0.03),
            "order_id": columns.keys("SO-", order_number, 12, order < 0),
        }
    )
    requests = _requests(
        random, reps, people, number, company, kind, received, amount, inquiry_key, account_key, unknown
    )
    return table, requests, nobody


def _requests(
    random: np.random.Generator,
    reps: Reps,
    people: Population,
    number: IntArray,
    company: IntArray,
    kind: IntArray,
    received: IntArray,
    amount: IntArray,
    inquiry_key: pa.Array,
    account_key: pa.Array,
    unknown: npt.NDArray[np.bool_],
) -> pa.Table:
    """Requests to treat an inquiry sooner; a few were approved by the one who asked."""
    chosen = np.flatnonzero((kind == QUOTE_REQUEST) & (random.random(len(kind)) < 0.012) & ~unknown)
    count = len(chosen)
    day = received // 86_400
    from_priority = random.integers(2, 5, count)
    to_priority = np.maximum(from_priority - random.integers(1, 3, count), 1)
    status = random.choice(4, count, p=[0.08, 0.58, 0.26, 0.08])
    status = np.where((status == 0) & (day[chosen] < LAST_DAY - 30), 3, status)
    requester = people.inside_rep[company[chosen]]
    approver = np.where(random.random(count) < 0.04, requester, reps.first_of_role[KEY_ACCOUNT])
    undecided = (status == 0) | (status == 3)
    last_second = (LAST_DAY + 1) * 86_400 - 1
    requested = np.minimum(received[chosen] + random.integers(600, 18_000, count), last_second)
    decided = requested + random.integers(1_800, 80_000, count)
    undecided_now = undecided | (decided > last_second)
    status = np.where(undecided_now & ~undecided, 0, status)
    priorities = ("P1", "P2", "P3", "P4")
    taken = pa.array(chosen)
    return pa.table(
        {
            "request_id": columns.keys("REQ-", number[chosen], 12),
            "inquiry_id": inquiry_key.take(taken),
            "account_id": account_key.take(taken),
            "from_priority": columns.choice(priorities, from_priority - 1, random.random(count) < 0.05),
            "to_priority": columns.choice(priorities, to_priority - 1),
            "reason_code": columns.choice(REASONS, random.integers(0, len(REASONS), count)),
            "requester_id": rep_keys(requester),
            "approver_id": rep_keys(approver, undecided_now),
            "status": columns.choice(REQUEST_STATUSES, status),
            "requested_at": columns.moments(requested),
            "decided_at": columns.moments(decided, undecided_now),
            "valid_until": columns.dates(day[chosen] + random.integers(7, 60, count)),
            "expected_result_amount": columns.money(
                np.rint(amount[chosen] * random.gamma(4.0, 0.25, count) / 1_000).astype(np.int64) * 1_000 + 5_000,
                random.random(count) < 0.06,
            ),
        }
    )


def _opportunities(random: np.random.Generator, people: Population, first: int) -> pa.Table:
    begin = np.maximum(people.created_day, FIRST_DAY)
    end = np.minimum(people.last_day.astype(np.int64), LAST_DAY)
    years = np.maximum(end - begin, 0) / 365.25
    is_prospect = people.debtor < 0
    base = np.array([1.3, 0.5, 0.05])[people.owner_role] + 0.2 * is_prospect
    active = people.has_account & (people.structure != Structure.INTERCOMPANY)
    counts = random.poisson(base * active * years)
    company = np.repeat(np.arange(people.count), counts)
    count = len(company)
    place = np.arange(count) - np.searchsorted(company, np.arange(people.count))[company]
    created = calendar.random_working_day(random.random(count), begin[company], end[company]).astype(np.int64)
    draw = random.random(count)
    group = (draw[:, None] > np.cumsum(people.mix[company], axis=1)[:, :-1]).sum(axis=1)
    wallet = people.wallet[company] * people.mix[company, group]
    amount = np.maximum(np.rint(wallet * random.gamma(2.0, 0.15, count) / 10) * 1_000, 5_000).astype(np.int64)
    closed = created + np.rint(random.gamma(2.0, 35.0, count)).astype(np.int64) + 3
    is_closed = closed <= LAST_DAY
    won = random.random(count) < np.where(is_prospect[company], 0.15, 0.38)
    stage = np.where(is_closed, np.where(won, 3, 4), random.integers(0, 3, count))
    return pa.table(
        {
            "opportunity_id": columns.keys("OPP-", (company + first) * PER_COMPANY + place + 1, 12),
            "account_id": account_keys(company + first),
            "product_group": columns.choice(PRODUCT_GROUPS, group, random.random(count) < 0.05),
            "amount": columns.money(amount, random.random(count) < 0.04),
            "stage": columns.choice(STAGES, stage),
            "is_closed": columns.booleans(is_closed),
            "is_won": columns.booleans(won & is_closed, ~is_closed),
            "created_at": columns.moments(_moments_on(random, created)),
            "expected_close_date": columns.dates(created + 75, random.random(count) < 0.1),
            "closed_at": columns.moments(closed * 86_400 + 50_000, ~is_closed),
            "competitor_name": columns.choice(
                COMPETITORS, random.integers(0, len(COMPETITORS), count), random.random(count) < 0.6
            ),
            "rep_id": rep_keys(people.owner[company]),
        }
    )


def _declarations(random: np.random.Generator, people: Population, first: int) -> pa.Table:
    """What customers or reps said about the whole wallet or some groups of it, with error and sometimes long ago."""
    is_prospect = people.debtor < 0
    reliable = people.has_account & ~np.isin(people.structure, (Structure.INTERCOMPANY, Structure.CREDIT_NOTE_ONLY))
    likely = np.array([0.35, 0.22, 0.065])[people.owner_role] * np.where(is_prospect, 0.5, 1.0)
    said = np.flatnonzero(reliable & (random.random(people.count) < likely))
    by_group = random.random(len(said)) < 0.4
    again = random.random(len(said)) < 0.15
    largest = np.argsort(-people.mix[said], axis=1)[:, :3]
    company = np.concatenate([said[~by_group], np.repeat(said[by_group], 3), said[~by_group & again]])
    group = np.concatenate(
        [np.full(int((~by_group).sum()), -1), largest[by_group].ravel(), np.full(int((~by_group & again).sum()), -1)]
    )
    age = random.gamma(1.6, 170.0, len(said))
    age_of_row = np.concatenate([age[~by_group], np.repeat(age[by_group], 3), age[~by_group & again] + 300]).astype(
        np.int64
    )
    count = len(company)
    wallet = people.wallet[company] * np.where(group >= 0, people.mix[company, np.maximum(group, 0)], 1.0)
    told = wallet * np.exp(random.normal(-0.05, 0.28, count))
    step = np.where(told > 20_000, 1_000, np.where(told > 2_000, 100, 10))
    cents = (np.maximum(np.rint(told / step), 1) * step * 100).astype(np.int64)
    declared = np.clip(LAST_DAY - 2 - age_of_row, FIRST_DAY, LAST_DAY)
    confidence = np.rint(np.clip(random.beta(5, 2.2, count), 0.1, 0.98) * 100).astype(np.int64) * 10_000
    order = np.lexsort((group, -declared, company))
    # Statements from before the history all carry its first day; a company states a wallet once a day.
    key = np.stack([company, group, declared])[:, order]
    order = order[np.append(True, (key[:, 1:] != key[:, :-1]).any(axis=0))]
    return pa.table(
        {
            "account_id": account_keys(company + first),
            "product_group": columns.choice(PRODUCT_GROUPS, np.maximum(group, 0), group < 0),
            "wallet_amount": columns.money(cents),
            "declared_date": columns.dates(declared),
            "declared_by": columns.choice(("customer", "rep"), (random.random(count) < 0.45).astype(int)),
            "confidence_ratio": columns.decimals(confidence, 6, random.random(count) < 0.12, precision=9),
        }
    ).take(pa.array(order))


def _ratings(random: np.random.Generator, people: Population, first: int, reps: Reps) -> pa.Table:
    """Scores from 1 to 5 on seven criteria, by one or two raters, some long ago, some incomplete."""
    rated_chance = np.array([0.95, 0.75, 0.02])[people.owner_role]
    active = people.has_account & (people.owner >= 0) & (people.structure != Structure.INTERCOMPANY)
    rated = np.flatnonzero(active & (random.random(people.count) < rated_chance))
    # Somebody else is the second rater: one person rates a criterion once a day.
    second = rated[(random.random(len(rated)) < 0.2) & (people.inside_rep[rated] != people.owner[rated])]
    company = np.concatenate([rated, second])
    is_second = np.concatenate([np.zeros(len(rated), int), np.ones(len(second), int)])
    standing = np.argsort(np.argsort(people.wallet[company])) / max(len(company), 1)
    share = np.clip(people.revenue[company] / np.maximum(people.wallet[company], 1), 0, 1)
    latent = np.stack(
        [
            1 + 4 * standing,
            1 + 4 * np.sqrt(share),
            3 + random.normal(0, 0.9, len(company)),
            2.6 + 0.7 * people.share_score[company],
            3.4 - 3.0 * np.log(people.handling[company]),
            3.0 + 0.8 * people.share_score[company],
            3 + random.normal(0, 0.8, len(company)),
        ],
        axis=1,
    )
    bias = reps.bias[people.owner[company]][:, None] * 0.5
    score = np.clip(np.rint(latent + bias + random.normal(0, 0.55, latent.shape)), 1, 5).astype(np.int64)
    age = np.rint(random.gamma(1.8, 120.0, len(company))).astype(np.int64)
    kept = random.random(score.shape) > 0.06
    row, criterion = np.nonzero(kept)
    rater = np.where(is_second[row] == 1, people.inside_rep[company[row]], people.owner[company[row]])
    return pa.table(
        {
            "account_id": account_keys(company[row] + first),
            "criterion_id": columns.choice(CRITERIA, criterion),
            "score": columns.decimals(score[row, criterion] * 10_000, 4),
            "rated_date": columns.dates(np.clip(LAST_DAY - 3 - age[row], FIRST_DAY, LAST_DAY)),
            "rater_id": rep_keys(rater),
        }
    )


def _plans(random: np.random.Generator, people: Population, first: int) -> pa.Table:
    """Account plans of key accounts (six sections) and action plans of some field customers (dated actions)."""
    has_owner = people.has_account & (people.owner >= 0) & (people.structure != Structure.INTERCOMPANY)
    key = np.flatnonzero(has_owner & (people.owner_role == KEY_ACCOUNT) & (random.random(people.count) < 0.8))
    field = np.flatnonzero(has_owner & (people.owner_role == FIELD) & (random.random(people.count) < 0.25))
    written = random.random((len(key), len(PLAN_SECTIONS))) < 0.82
    plan_row, section = np.nonzero(written)
    goals = section == PLAN_SECTIONS.index("sales_goals")
    repeat = np.where(goals, random.integers(1, 4, len(section)), 1)
    plan_company, plan_section = np.repeat(key[plan_row], repeat), np.repeat(section, repeat)
    action_count = random.integers(2, 7, len(field))
    action_company = np.repeat(field, action_count)
    company = np.concatenate([plan_company, action_company])
    is_action = np.concatenate([np.zeros(len(plan_company), bool), np.ones(len(action_company), bool)])
    count = len(company)
    due = LAST_DAY - 200 + random.integers(0, 560, count)
    done = due + np.rint(random.normal(4, 12, count)).astype(np.int64)
    not_done = (done > LAST_DAY) | (random.random(count) < 0.15)
    section_code = np.concatenate([plan_section, np.zeros(len(action_company), int)])
    order = np.argsort(company, kind="stable")
    company = company[order]
    place = np.arange(count) - np.searchsorted(company, np.arange(people.count))[company]
    sections = columns.choice(PLAN_SECTIONS, section_code[order], is_action[order])
    words = columns.take_text(ACTIONS, random.integers(0, len(ACTIONS), count))
    return pa.table(
        {
            "item_id": columns.keys("PL-", (company + first) * 100 + place + 1, 10),
            "account_id": account_keys(company + first),
            "plan_type": columns.choice(("account_plan", "action_plan"), is_action[order].astype(int)),
            "section": sections,
            "goal": columns.where_missing(words, random.random(count) < 0.1),
            "due_date": columns.dates(due[order], random.random(count) < 0.08),
            "done_date": columns.dates(done[order], not_done[order]),
        }
    )


def _services(random: np.random.Generator, people: Population, first: int) -> pa.Table:
    """Ancillary services: small customers are billed for them less often than the price list says."""
    buys = (people.debtor >= 0) & (people.order_rate > 0) & (people.structure != Structure.INTERCOMPANY)
    rate = np.where(buys, 0.09 * np.clip(people.revenue / 1_000, 0.05, 300) ** 0.5, 0.0)
    begin = np.maximum(people.first_day, FIRST_DAY)
    years = np.maximum(people.last_day.astype(np.int64) - begin, 0) / 365.25
    counts = random.poisson(rate * years)
    company = np.repeat(np.arange(people.count), counts)
    count = len(company)
    place = np.arange(count) - np.searchsorted(company, np.arange(people.count))[company]
    day = calendar.random_working_day(random.random(count), begin[company], people.last_day[company]).astype(np.int64)
    kind = random.integers(0, len(SERVICE_TYPES), count)
    fee = np.rint(SERVICE_FEES[kind] * random.gamma(6.0, 1 / 6.0, count) * 2).astype(np.int64) * 50
    luck = random.random(count)
    billed = np.where(luck < 0.55, fee, np.where(luck < 0.65, fee // 200 * 100, 0))
    debtor = people.debtor[company].astype(np.int64)
    older = (people.structure[company] == Structure.MERGED) & (day < people.switch_day[company])
    debtor = np.where(older, people.older_debtor[company], debtor)
    return pa.table(
        {
            "job_id": columns.keys("JOB-", (company + first) * PER_COMPANY + place + 1, 12),
            "erp_customer_id": debtor_keys(debtor),
            "performed_date": columns.dates(day),
            "service_type": columns.choice(SERVICE_TYPES, kind),
            "list_fee_amount": columns.money(fee),
            "billed_amount": columns.money(billed),
            "currency_code": columns.choice(CURRENCIES, people.currency[company]),
        }
    )
