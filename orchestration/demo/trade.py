"""What companies buy: orders, lines, deliveries, invoices, credit notes, bonuses, returns and receivables.

One call makes the trade of one part of the population. Order numbers are the company's position and the order's place
in that company's history, so that parts need to know nothing of each other.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.demo import calendar, columns
from orchestration.demo.calendar import (
    EFFECT_QUARTER,
    FIRST_DAY,
    LAST_DAY,
    MONTH_COUNT,
    QUARTER_COUNT,
    QUARTER_START,
    YEAR_START,
    BoolArray,
    FloatArray,
    IntArray,
    day_number,
)
from orchestration.demo.catalogue import CURRENCIES, GROUPS
from orchestration.demo.effort import Effort
from orchestration.demo.identifiers import debtor_keys, rep_keys
from orchestration.demo.market import PRICE_LEVEL, Products, Rates
from orchestration.demo.population import Population, Structure

SEASON: Final = np.array([1.06, 0.98, 1.01, 0.95])
ORDERS_PER_COMPANY: Final = 10_000
CHANNELS: Final = ("edi", "shop", "phone", "email", "fax", "field")
EDI, SHOP, PHONE, EMAIL, FAX, FIELD_ORDER = range(6)
RETURN_REASONS: Final = ("order_error", "wrong_delivery", "defect", "not_needed")
DOCUMENT_TYPES: Final = ("invoice", "credit_note", "bonus")
TIE_AT_THRESHOLD_CENTS: Final = 350_000
TIE_SMALL_CENTS: Final = 25_000
SURCHARGE_CENTS: Final = 1_500
SURCHARGE_BELOW_CENTS: Final = 25_000
NORMAL, TIE, EFFECT = range(3)
#: Month without a single return (stock-taking): the pool has costs but no driver.
RETURN_FREE_MONTH: Final = 10


@dataclass
class Orders:
    """The orders of one part: arrays aligned by order, ordered by company and day."""

    company: IntArray
    number: IntArray
    day: IntArray
    net: IntArray
    lines: IntArray
    is_invoiced: BoolArray
    returned: BoolArray


@dataclass
class Trade:
    """Everything one part of the population bought, and what is true about it."""

    tables: dict[str, pa.Table]
    orders: Orders
    effect_cents: IntArray
    first_posting_day: IntArray
    billed_cents: IntArray
    freight_by_month: IntArray
    net_by_currency: dict[str, int] = field(default_factory=dict)
    late_invoices: list[str] = field(default_factory=list)


def _order_counts(random: np.random.Generator, people: Population) -> npt.NDArray[np.int64]:
    """Orders by company and quarter: Poisson around rate, season and the days the company is a customer."""
    starts, ends = QUARTER_START[:QUARTER_COUNT], np.minimum(QUARTER_START[1:], LAST_DAY + 1)
    overlap = np.minimum(people.last_day[:, None] + 1, ends) - np.maximum(people.first_day[:, None], starts)
    overlap = np.maximum(overlap, 0)
    season = SEASON[np.arange(QUARTER_COUNT) % 4]
    expected = people.order_rate[:, None] * overlap / 365.25 * season
    counts: npt.NDArray[np.int64] = random.poisson(expected).astype(np.int64)
    buys = people.order_rate > 0
    rows = np.arange(people.count)
    newcomer = buys & (people.first_day > FIRST_DAY)
    entry = calendar.quarter_of(people.first_day)
    counts[rows[newcomer], entry[newcomer]] = np.maximum(counts[rows[newcomer], entry[newcomer]], 1)
    # Hardly anyone of the customers of a year buys nothing in it.
    for year, probability in ((0, 0.85), (1, 0.85), (2, 1.0)):
        window = slice(4 * year, 4 * year + 4)
        weight = overlap[:, window] * random.random((people.count, 4))
        silent = buys & (counts[:, window].sum(axis=1) == 0) & (weight.sum(axis=1) > 0)
        silent &= random.random(people.count) < probability
        counts[rows[silent], 4 * year + np.argmax(weight[silent], axis=1)] = 1
    in_campaign = people.arm > 0
    counts[in_campaign, EFFECT_QUARTER] = np.maximum(counts[in_campaign, EFFECT_QUARTER], 1)
    counts[people.structure == Structure.TIE_AT_THRESHOLD] = np.append(np.ones(QUARTER_COUNT - 1, int), 0)
    counts[people.structure == Structure.TIE_SMALL] = (np.arange(QUARTER_COUNT) % 4 == 1).astype(int)
    return counts


def _place_in_group(group: IntArray) -> npt.NDArray[np.int64]:
    """Position of each row within its run of equal, ascending group numbers."""
    count = len(group)
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    begins = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    return np.arange(count) - np.repeat(begins, np.diff(np.append(begins, count)))


def _lines(
    random: np.random.Generator,
    people: Population,
    goods: Products,
    rates: Rates,
    company: IntArray,
    day: IntArray,
    kind: IntArray,
    value: FloatArray,
    line_order: IntArray,
) -> dict[str, Any]:
    """Product, quantity and amounts (cents in the order's currency) of each line of each order."""
    count = len(line_order)
    line_company = company[line_order]
    cumulative = np.cumsum(people.group_revenue, axis=1)
    total = cumulative[:, -1:]
    cumulative = np.where(total > 0, cumulative / np.maximum(total, 1e-9), np.cumsum(people.mix, axis=1))
    draw = random.random(count, dtype=np.float32)
    group = np.zeros(count, dtype=np.int64)
    for position in range(len(GROUPS) - 1):
        group += draw > cumulative[line_company, position]

    weight = random.standard_gamma(1.5, count)
    weight_of_order = np.bincount(line_order, weights=weight, minlength=len(company))
    target = value[line_order] * weight / weight_of_order[line_order]
    level = PRICE_LEVEL[np.searchsorted(_YEAR_BEGINS, day, side="right")][line_order]

    group_discount = np.array([entry.discount for entry in GROUPS])
    cheapest = np.exp(goods.sort_key[goods.group_start[:-1]] - 100 * np.arange(len(GROUPS))) / 100
    too_small = target < cheapest[group]
    group = np.where(too_small, np.where(draw < 0.5, 7, 2), group)
    discount = group_discount[group] + people.discount[line_company] + random.normal(0, 0.03, count)
    basis_points = np.rint(np.clip(discount, 0, 0.6) * 10_000).astype(np.int64)
    list_target = target / (1 - basis_points / 10_000) / level

    cheap = np.array([entry.median_price < 30 for entry in GROUPS])[group]
    wished = np.where(
        cheap,
        np.array([1, 1, 2, 2, 3, 4, 5, 10, 10, 20])[random.integers(0, 10, count)],
        np.array([1, 1, 1, 1, 2, 2, 3, 5])[random.integers(0, 8, count)],
    )
    wanted_price = np.log(np.maximum(list_target / wished * 100, 1.0))
    product = np.searchsorted(goods.sort_key, group * 100.0 + wanted_price)
    product = product + random.integers(-2, 3, count)
    product = np.clip(product, goods.group_start[group], goods.group_start[group + 1] - 1)

    rate = rates.on(people.currency[line_company], day[line_order]) / 1_000_000
    price = np.maximum(np.rint(goods.list_price[product] * level / rate), 1).astype(np.int64)
    quantity = np.maximum(np.rint(list_target * level * 100 / rate / price), 1).astype(np.int64)
    listed = quantity * price
    net = (listed * (10_000 - basis_points) + 5_000) // 10_000
    tie = kind[line_order] == TIE
    fixed = np.where(
        people.structure[line_company] == Structure.TIE_AT_THRESHOLD, TIE_AT_THRESHOLD_CENTS, TIE_SMALL_CENTS
    )
    net = np.where(tie, fixed, net)
    listed = np.where(tie, fixed * 10 // 9, listed)
    cost = np.rint(quantity * goods.standard_cost[product] * random.normal(1.0, 0.02, count) / rate).astype(np.int64)
    cost = np.where(tie, fixed * 6 // 10, cost)
    quantity = np.where(tie, 1, quantity)
    no_cost = ~goods.has_cost[product] | (random.random(count) < 0.02)
    kilograms = np.array([entry.kilograms_per_euro for entry in GROUPS])[group]
    return {
        "company": line_company,
        "product": product,
        "quantity": quantity,
        "list": listed,
        "net": net,
        "cost": cost,
        "no_cost": no_cost,
        "weight": kilograms * net / 100 * rate,
    }


_YEAR_BEGINS: Final = np.array([day_number(dt.date(year, 1, 1)) for year in (2024, 2025, 2026)])


def trade(
    random: np.random.Generator, people: Population, first: int, goods: Products, rates: Rates, effort: Effort
) -> Trade:
    """Everything one part of the population buys.

    Args:
        random: the part's stream.
        people: the part of the population.
        first: position of its first company in the whole population.
        goods: the catalogue.
        rates: exchange rates.
        effort: takes the true minutes the company spends on it.
    """
    counts = _order_counts(random, people)
    per_company = counts.sum(axis=1)
    company = np.repeat(np.arange(people.count), per_company)
    quarter = np.repeat(np.tile(np.arange(QUARTER_COUNT), people.count), counts.ravel())
    kind = np.where(np.isin(people.structure, (Structure.TIE_AT_THRESHOLD, Structure.TIE_SMALL)), TIE, NORMAL)[company]
    quarter_last = np.minimum(QUARTER_START[1:], LAST_DAY + 1) - 1
    low = np.maximum(QUARTER_START[quarter], people.first_day[company])
    high = np.minimum(quarter_last[quarter], people.last_day[company])
    high = np.where(kind == TIE, QUARTER_START[quarter] + 40, high)
    day = calendar.random_working_day(random.random(len(company)), low, high)

    # The shop is open on Saturdays.
    saturday = day + (5 - (day + 3) % 7)
    at_weekend = (random.random(len(company)) < 0.03) & (saturday <= high) & (kind == NORMAL)
    day = np.where(at_weekend, saturday, day)

    # The campaign's true effect is extra orders, so that it can be told from everything else to the cent.
    winners = np.flatnonzero(people.effect > 0)
    extra = 1 + random.poisson(1.0, len(winners))
    extra_company = np.repeat(winners, extra)
    extra_day = calendar.random_working_day(
        random.random(len(extra_company)),
        np.full(len(extra_company), QUARTER_START[EFFECT_QUARTER]),
        np.full(len(extra_company), QUARTER_START[EFFECT_QUARTER] + 65),
    )
    extra_value = np.repeat(people.effect[winners] / extra, extra)

    year = np.searchsorted(YEAR_START, day, side="right") - 1
    weight = random.standard_gamma(2.0, len(company))
    cell = company * 4 + year
    weight_of_year = np.bincount(cell, weights=weight, minlength=people.count * 4)
    value = np.where(
        year < 3,
        people.year_revenue.ravel()[cell] * weight / weight_of_year[cell],
        people.revenue[company] * 1.02 * weight / 2 / np.maximum(people.order_rate[company], 1e-9),
    )
    company = np.concatenate([company, extra_company])
    day = np.concatenate([day, extra_day]).astype(np.int64)
    kind = np.concatenate([kind, np.full(len(extra_company), EFFECT)])
    value = np.maximum(np.concatenate([value, extra_value]), 8.0)
    order = np.argsort(company * 100_000 + day, kind="stable")
    company, day, kind, value = company[order], day[order], kind[order], value[order]
    count = len(company)
    number = (company + first) * ORDERS_PER_COMPANY + _place_in_group(company) + 1
    currency = people.currency[company]

    line_count = 1 + random.poisson(1.30 * np.clip(value / 100, 0.05, 400) ** 0.34)
    line_count[kind == TIE] = 1
    line_order = np.repeat(np.arange(count), line_count)
    lines = _lines(random, people, goods, rates, company, day, kind, value, line_order)
    net = np.bincount(line_order, weights=lines["net"], minlength=count).astype(np.int64)
    weight_kg = np.maximum(np.bincount(line_order, weights=lines["weight"], minlength=count), 0.1)
    weight_kg *= np.exp(random.normal(0, 0.2, count))
    net_eur = rates.to_reporting(net, currency, day)

    # How the order came in.
    large = np.log(np.maximum(people.revenue, 10.0)) > np.log(25_000.0)
    usual = np.where(
        large,
        np.array([EDI, EDI, SHOP, EMAIL, PHONE, FIELD_ORDER])[random.integers(0, 6, people.count)],
        np.array([SHOP, SHOP, SHOP, EMAIL, PHONE, PHONE, EMAIL, FAX])[random.integers(0, 8, people.count)],
    )
    other = np.array([SHOP, SHOP, PHONE, EMAIL, EMAIL, FIELD_ORDER])[random.integers(0, 6, count)]
    channel = np.where(random.random(count) < 0.7, usual[company], other)
    is_manual = (channel >= PHONE) & ~((channel == EMAIL) & (random.random(count) < 0.15))
    handling = people.handling[company]
    changes = random.poisson(np.where(is_manual, 0.22, 0.06) * handling**2)
    is_quote = (random.random(count) < np.where(net_eur > 150_000, 0.06, 0.015)) & (kind == NORMAL)
    quote_true = random.gamma(4.0, 12.0, count) * handling
    quote_recorded = np.maximum(np.rint(quote_true * np.exp(random.normal(0, 0.15, count)) / 5) * 5, 5).astype(int)
    quote_missing = ~is_quote | (random.random(count) < 0.15)
    small = (net_eur < SURCHARGE_BELOW_CENTS) & (kind == NORMAL)
    billed = random.random(count) < np.where(is_manual, 0.35, 0.75)
    surcharge = np.where(small & billed, SURCHARGE_CENTS, 0)
    owner = people.owner[company]
    by_rep = (channel == FIELD_ORDER) | ((channel == PHONE) & (random.random(count) < 0.7))
    rep = np.where(channel == FIELD_ORDER, owner, people.inside_rep[company])
    ship_to = (random.random(count) * np.minimum(people.sites[company], 4)).astype(int) + 1
    ordered_at = day * 86_400 + (7 * 3600 + random.integers(0, 10 * 3600, count))

    debtor = people.debtor[company].astype(np.int64)
    structure = people.structure[company]
    merged = (structure == Structure.MERGED) | (structure == Structure.MERGED_TWICE)
    second = random.random(count) < 0.4
    use_older = (merged & (day < people.switch_day[company])) | ((structure == Structure.TWO_DEBTORS) & second)
    debtor = np.where(use_older, people.older_debtor[company], debtor)
    use_oldest = (structure == Structure.MERGED_TWICE) & (day < people.first_switch_day[company])
    debtor = np.where(use_oldest, people.oldest_debtor[company], debtor)
    debtors, debtor = np.unique(debtor, return_inverse=True)
    debtor_values = debtor_keys(debtors)
    debtor_key = columns.coded(debtor_values, debtor)
    order_key = columns.keys("SO-", number, 12)
    currency_column = columns.choice(CURRENCIES, currency)

    tables: dict[str, pa.Table] = {}
    tables["sales_order"] = pa.table(
        {
            "order_id": order_key,
            "erp_customer_id": debtor_key,
            "ordered_at": columns.moments(ordered_at),
            "order_channel": columns.choice(CHANNELS, channel, random.random(count) < 0.01),
            "is_manual": columns.booleans(is_manual),
            "line_count": columns.integers(line_count),
            "change_count": columns.integers(changes),
            "is_special_quote": columns.booleans(is_quote),
            "quote_minutes": columns.decimals(quote_recorded * 10_000, 4, quote_missing),
            "ship_to_id": columns.keys("ST-", (company + first) * 10 + ship_to, 9),
            "net_amount": columns.money(net),
            "surcharge_amount": columns.money(surcharge),
            "rep_id": rep_keys(rep, ~by_rep),
            "currency_code": currency_column,
        }
    )

    # Delivery, in two parts now and then.
    delivered = calendar.next_working_day(day + 1 + random.geometric(0.6, count) - 1)
    split = (random.random(count) < 0.04) & (line_count > 1)
    parts = np.where(split, 2, 1)
    delivery_order = np.repeat(np.arange(count), parts)
    place = _place_in_group(delivery_order)
    delivered_day = calendar.next_working_day(
        delivered[delivery_order] + np.where(place > 0, 3 + random.integers(0, 8, len(place)), 0)
    )
    part_weight = np.maximum(weight_kg[delivery_order] / parts[delivery_order], 0.1)
    tenth_grams = np.rint(part_weight * 1_000).astype(np.int64) * 10
    parcels = np.minimum(1 + part_weight // 18, 14).astype(int)
    express = random.random(len(place)) < np.minimum(0.035 * handling[delivery_order] ** 2, 0.3)
    abroad = people.country[company][delivery_order]
    freight_eur = (490 + 34 * part_weight**0.85 + 1_350 * express) * np.array([1.0, 1.5, 2.1, 4.0])[abroad]
    own_tour = random.random(len(place)) < 0.06
    freight = np.rint(freight_eur / (rates.on(currency[delivery_order], delivered_day) / 1_000_000)).astype(np.int64)
    done = delivered_day <= LAST_DAY
    freight_reporting = np.where(
        done & ~own_tour, rates.to_reporting(freight, currency[delivery_order], delivered_day), 0
    )
    keep = np.flatnonzero(done)
    tables["delivery"] = pa.table(
        {
            "delivery_id": columns.keys("DL-", number[delivery_order[keep]] * 10 + place[keep] + 1, 13),
            "erp_customer_id": columns.coded(debtor_values, debtor[delivery_order[keep]]),
            "order_id": columns.coded(order_key, delivery_order[keep]),
            "delivered_date": columns.dates(delivered_day[keep]),
            "weight_kg": columns.decimals(tenth_grams[keep], 4),
            "parcel_count": columns.integers(parcels[keep]),
            "is_express": columns.booleans(express[keep]),
            "freight_amount": columns.money(freight[keep], own_tour[keep]),
            "currency_code": columns.choice(CURRENCIES, currency[delivery_order[keep]]),
        }
    )

    # Invoices: all lines of an order on one document, weeks late now and then.
    last_delivery = np.zeros(count, dtype=np.int64)
    np.maximum.at(last_delivery, delivery_order, delivered_day)
    is_late = (random.random(count) < 0.01) & (kind == NORMAL)
    delay = np.where(is_late, random.integers(20, 46, count), random.integers(0, 3, count))
    posting = last_delivery + np.where(kind == TIE, 0, delay)
    posting = calendar.next_working_day(posting).astype(np.int64)
    # Billing runs at the weekend find no exchange rate of the day.
    weekend_run = (random.random(count) < 0.02) & (kind == NORMAL)
    posting = np.where(weekend_run, posting + 6 - (posting + 3) % 7, posting)
    is_invoiced = posting <= LAST_DAY

    # Returns and the credit notes for them.
    has_return = (random.random(count) < np.minimum(0.02 * handling**2, 0.25)) & is_invoiced & (kind == NORMAL)
    returned = calendar.next_working_day(last_delivery + random.integers(3, 25, count)).astype(np.int64)
    in_pause = (returned >= calendar.MONTH_START[RETURN_FREE_MONTH]) & (
        returned < calendar.MONTH_START[RETURN_FREE_MONTH + 1]
    )
    returned = np.where(in_pause, calendar.MONTH_START[RETURN_FREE_MONTH + 1] + 1 + returned % 5, returned)
    returned = calendar.next_working_day(returned).astype(np.int64)
    has_return &= returned <= LAST_DAY
    back = np.flatnonzero(has_return)
    returned_lines = 1 + np.floor(random.random(count) ** 2 * line_count).astype(int)
    returned_lines = np.minimum(returned_lines, line_count)
    tables["return"] = pa.table(
        {
            "return_id": columns.keys("RT-", number[back], 12),
            "erp_customer_id": columns.coded(debtor_values, debtor[back]),
            "order_id": order_key.take(pa.array(back)),
            "returned_date": columns.dates(returned[back]),
            "line_count": columns.integers(returned_lines[back], random.random(len(back)) < 0.03),
            "return_reason": columns.choice(
                RETURN_REASONS, random.choice(4, len(back), p=[0.4, 0.2, 0.25, 0.15]), random.random(len(back)) < 0.08
            ),
        }
    )
    credit_day = calendar.next_working_day(np.maximum(returned, posting) + random.integers(2, 9, count)).astype(
        np.int64
    )
    is_credited = has_return & (random.random(count) < 0.9) & (credit_day <= LAST_DAY)

    invoice_lines = is_invoiced[line_order]
    line_place = _place_in_group(line_order)
    credited = (is_credited[line_order]) & (line_place < returned_lines[line_order])
    keys = _DocumentKeys(number, order_key, debtor_values, debtor, columns.keys("P", goods.number, 6))
    documents = [
        _document_lines(
            "INV-",
            0,
            keys,
            line_order[invoice_lines],
            line_place[invoice_lines],
            lines,
            invoice_lines,
            1,
            posting[line_order][invoice_lines],
            currency[line_order][invoice_lines],
        ),
        _document_lines(
            "CRN-",
            1,
            keys,
            line_order[credited],
            line_place[credited],
            lines,
            credited,
            -1,
            credit_day[line_order][credited],
            currency[line_order][credited],
        ),
    ]
    line_net = lines["net"]
    posted = [
        (line_order[invoice_lines], posting[line_order][invoice_lines], line_net[invoice_lines]),
        (line_order[credited], credit_day[line_order][credited], -line_net[credited]),
    ]
    billed_cents = np.zeros((people.count, QUARTER_COUNT), dtype=np.int64)
    effect_cents = np.zeros(people.count, dtype=np.int64)
    first_posting = np.full(people.count, np.iinfo(np.int32).max, dtype=np.int64)
    for rows, days, amounts in posted:
        reporting = rates.to_reporting(amounts, currency[rows], days)
        cells = company[rows] * QUARTER_COUNT + calendar.quarter_of(days)
        billed_cents += (
            np.bincount(cells, weights=reporting, minlength=billed_cents.size)
            .astype(np.int64)
            .reshape(billed_cents.shape)
        )
        won = kind[rows] == EFFECT
        effect_cents += np.bincount(company[rows][won], weights=reporting[won], minlength=people.count).astype(np.int64)
        np.minimum.at(first_posting, company[rows], days)

    receivables = []
    document_net = np.bincount(line_order[invoice_lines], weights=line_net[invoice_lines], minlength=count)
    invoiced = np.flatnonzero(is_invoiced)
    term = people.payment_term[company]
    due = posting + term
    paid = due + np.rint(people.payment_delay[company] + random.normal(0, 3, count)).astype(np.int64)
    paid = np.maximum(paid, posting)
    never = (random.random(count) < 0.004) | (people.is_blocked[company] & (day > LAST_DAY - 300))
    receivables.append(
        _receivables(
            "INV-",
            number[invoiced],
            columns.coded(debtor_values, debtor[invoiced]),
            document_net[invoiced],
            due[invoiced],
            paid[invoiced],
            never[invoiced],
            currency[invoiced],
        )
    )
    credit_net = -np.bincount(line_order[credited], weights=line_net[credited], minlength=count)
    credits = np.flatnonzero(is_credited)
    receivables.append(
        _receivables(
            "CRN-",
            number[credits],
            columns.coded(debtor_values, debtor[credits]),
            credit_net[credits],
            credit_day[credits],
            credit_day[credits] + 14,
            np.zeros(len(credits), bool),
            currency[credits],
        )
    )

    for extra_documents in (_bonuses, _credit_notes_without_invoice):
        made = extra_documents(random, people, first, rates, posted, company, currency, goods)
        if made is None:
            continue
        documents.append(made["lines"])
        receivables.append(made["receivables"])
        np.add.at(billed_cents, (made["company"], calendar.quarter_of(made["day"])), made["reporting"])
        np.minimum.at(first_posting, made["company"], made["day"])
        effort.add("invoicing", "accounting", made["company"], made["day"], np.full(len(made["day"]), 5.0))
    tables["invoice_line"] = pa.concat_tables(documents)
    tables["receivable"] = pa.concat_tables(receivables)

    # True minutes behind it.
    noise = np.exp(random.normal(0, 0.15, count))
    order_minutes = (4 + 1.5 * line_count + 6 * is_manual + 5 * changes) * handling * noise
    effort.add("order_entry", "order_desk", company, day, order_minutes)
    effort.add("order_line_handling", "warehouse", company, day, 4.0 * line_count * np.sqrt(handling))
    work = (3.0 * parcels + 0.06 * part_weight + 9.0 * express)[keep]
    delivery_company = company[delivery_order[keep]]
    effort.add("delivery", "logistics", delivery_company, delivered_day[keep], work)
    effort.add_direct("direct_freight", "logistics", delivery_company, delivered_day[keep], freight_reporting[keep])
    effort.add(
        "return_handling",
        "returns",
        company[back],
        returned[back],
        (15.0 + 5.0 * returned_lines[back]) * handling[back],
    )
    quoted = np.flatnonzero(is_quote)
    effort.add("special_quote", "quoting", company[quoted], day[quoted], quote_true[quoted])
    effort.add("invoicing", "accounting", company[invoiced], posting[invoiced], np.full(len(invoiced), 5.0))
    effort.add("invoicing", "accounting", company[credits], credit_day[credits], np.full(len(credits), 5.0))
    dunned = np.flatnonzero(is_invoiced & ((paid > due + 14) | never) & (due + 14 <= LAST_DAY))
    effort.add("dunning", "accounting", company[dunned], due[dunned] + 14, np.full(len(dunned), 8.0))

    month = calendar.month_of(delivered_day[keep])
    freight_by_month = np.bincount(month, weights=freight_reporting[keep], minlength=MONTH_COUNT).astype(np.int64)
    late = np.flatnonzero(is_late & is_invoiced)[:20]
    return Trade(
        tables=tables,
        orders=Orders(company, number, day, net, line_count, is_invoiced, has_return),
        effect_cents=effect_cents,
        first_posting_day=first_posting,
        billed_cents=billed_cents,
        freight_by_month=freight_by_month,
        late_invoices=columns.keys("INV-", number[late], 12).to_pylist(),
    )


@dataclass
class _DocumentKeys:
    """Keys of a part's orders and debtors, for documents that refer to them."""

    number: IntArray
    order: pa.Array
    debtor_values: pa.Array
    debtor: IntArray
    product: pa.Array


def _document_lines(
    prefix: str,
    kind: int,
    keys: _DocumentKeys,
    order: IntArray,
    place: IntArray,
    lines: dict[str, Any],
    chosen: BoolArray,
    sign: int,
    day: IntArray,
    currency: IntArray,
) -> pa.Table:
    """Invoice lines of one document type; amounts are those of the chosen order lines times the sign."""
    count = len(order)
    orders, document = np.unique(order, return_inverse=True)
    return pa.table(
        {
            "invoice_id": columns.coded(columns.keys(prefix, keys.number[orders], 12), document),
            "line_number": columns.integers(place + 1),
            "document_type": columns.choice(DOCUMENT_TYPES, np.full(count, kind)),
            "erp_customer_id": columns.coded(keys.debtor_values, keys.debtor[order]),
            "product_id": columns.coded(keys.product, lines["product"][chosen]),
            "order_id": columns.coded(keys.order, order),
            "posting_date": columns.dates(day),
            "quantity": columns.decimals(sign * lines["quantity"][chosen] * 10_000, 4),
            "list_amount": columns.money(sign * lines["list"][chosen]),
            "net_amount": columns.money(sign * lines["net"][chosen]),
            "cost_amount": columns.money(sign * lines["cost"][chosen], lines["no_cost"][chosen]),
            "currency_code": columns.choice(CURRENCIES, currency),
        }
    )


def _receivables(
    prefix: str,
    document: IntArray,
    debtor: pa.Array,
    amount: FloatArray | IntArray,
    due: IntArray,
    paid: IntArray,
    never: BoolArray,
    currency: IntArray,
) -> pa.Table:
    """One item a document; what is not paid by the last day stays open."""
    return pa.table(
        {
            "document_id": columns.keys(prefix, document, 12),
            "erp_customer_id": debtor,
            "amount": columns.money(amount.astype(np.int64)),
            "due_date": columns.dates(due),
            "paid_date": columns.dates(np.where(never, 0, paid), never | (paid > LAST_DAY)),
            "currency_code": columns.choice(CURRENCIES, currency),
        }
    )


def _single_lines(
    prefix: str,
    kind: int,
    document: IntArray,
    people: Population,
    company: IntArray,
    day: IntArray,
    net: IntArray,
    rates: Rates,
) -> dict[str, Any]:
    """Documents of one line without a product: amounts in cents, negative."""
    count = len(document)
    currency = people.currency[company]
    debtors, place = np.unique(people.debtor[company], return_inverse=True)
    debtor = columns.coded(debtor_keys(debtors), place)
    missing = np.ones(count, dtype=bool)
    zero = np.zeros(count, dtype=np.int64)
    no_text = columns.coded(pa.array([], pa.string()), zero, missing)
    lines = pa.table(
        {
            "invoice_id": columns.coded(columns.keys(prefix, document, 12), np.arange(count)),
            "line_number": columns.integers(zero + 1),
            "document_type": columns.choice(DOCUMENT_TYPES, zero + kind),
            "erp_customer_id": debtor,
            "product_id": no_text,
            "order_id": no_text,
            "posting_date": columns.dates(day),
            "quantity": columns.decimals(zero, 4, missing),
            "list_amount": columns.money(zero),
            "net_amount": columns.money(net),
            "cost_amount": columns.money(zero),
            "currency_code": columns.choice(CURRENCIES, currency),
        }
    )
    return {
        "lines": lines,
        "company": company,
        "day": day,
        "reporting": rates.to_reporting(net, currency, day),
        "receivables": _receivables(prefix, document, debtor, net, day, day + 14, np.zeros(count, bool), currency),
    }


def _bonuses(
    random: np.random.Generator,
    people: Population,
    first: int,
    rates: Rates,
    posted: list[Any],
    company: IntArray,
    currency: IntArray,
    goods: Products,
) -> dict[str, Any] | None:
    """Yearly bonus of 2 % to about half of the customers above 20,000 EUR, posted in the January after."""
    made_company, made_day, made_net, made_document = [], [], [], []
    agreed = (random.random(people.count) < 0.5) & (people.structure == Structure.PLAIN)
    for position, year in enumerate((2024, 2025)):
        begin, end = day_number(dt.date(year, 1, 1)), day_number(dt.date(year + 1, 1, 1))
        total = np.zeros(people.count)
        for rows, days, amounts in posted:
            inside = (days >= begin) & (days < end)
            total += np.bincount(company[rows][inside], weights=amounts[inside], minlength=people.count)
        entitled = np.flatnonzero(agreed & (total > 2_000_000))
        made_company.append(entitled)
        made_day.append(np.full(len(entitled), day_number(dt.date(year + 1, 1, 20 + position))))
        made_net.append(-(total[entitled].astype(np.int64) * 2 // 100))
        made_document.append((entitled + first) * ORDERS_PER_COMPANY + year)
    all_company = np.concatenate(made_company)
    if len(all_company) == 0:
        return None
    return _single_lines(
        "BON-",
        2,
        np.concatenate(made_document),
        people,
        all_company,
        np.concatenate(made_day),
        np.concatenate(made_net),
        rates,
    )


def _credit_notes_without_invoice(
    random: np.random.Generator,
    people: Population,
    first: int,
    rates: Rates,
    posted: list[Any],
    company: IntArray,
    currency: IntArray,
    goods: Products,
) -> dict[str, Any] | None:
    """Customers of whom the history knows nothing but a credit note."""
    credited = np.flatnonzero(people.structure == Structure.CREDIT_NOTE_ONLY)
    if len(credited) == 0:
        return None
    days = calendar.random_working_day(
        random.random(len(credited)), np.full(len(credited), QUARTER_START[8]), np.full(len(credited), LAST_DAY - 60)
    )
    net = -random.integers(2_000, 40_000, len(credited))
    document = (credited + first) * ORDERS_PER_COMPANY + 1
    return _single_lines("CRN-", 1, document, people, credited, days, net, rates)
