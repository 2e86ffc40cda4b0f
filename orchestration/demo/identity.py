"""What CRM and ERP know of each company: accounts, contacts, debtors, firmographics, and who is who in truth."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.demo import columns
from orchestration.demo.calendar import FIRST_DAY, LAST_DAY, BoolArray, IntArray, day_number
from orchestration.demo.catalogue import (
    CITIES,
    COMPETITORS,
    COUNTRIES,
    FILLERS,
    GIVEN_NAMES,
    INDUSTRIES,
    LEGAL_FORMS,
    PRODUCT_GROUPS,
    SIGNALS,
    SURNAMES,
)
from orchestration.demo.identifiers import account_keys, contact_keys, debtor_keys, rep_keys
from orchestration.demo.population import INSIDE, Link, Population, Reps, Structure

ACCOUNT_STATUSES: Final = ("prospect", "customer", "former", "blocked")
PREFERRED_CHANNELS: Final = ("phone", "email", "video", "social", "visit")
CLASSES: Final = ("A", "B", "C")
CONTACT_ROLES: Final = ("decider", "influencer", "user", "buyer", "gatekeeper", "other")
CUSTOMER_GROUPS: Final = ("industry", "craft", "public", "reseller", "intercompany")
TERRITORY_DIGITS: Final = 4
LINK_METHODS: Final = ("crm_account_id", "vat_id", "duns_number", "survivor", "duplicate_account", "none")
_TRADE_WORDS: Final = tuple(word for industry in INDUSTRIES for word in industry.trade_words)
_TRADE_START: Final = np.cumsum([0] + [len(industry.trade_words) for industry in INDUSTRIES])
_INTRODUCTIONS: Final = tuple(text + " " for industry in INDUSTRIES for text in industry.introductions)
_PHRASES: Final = ("", *(phrase for signal in SIGNALS for phrase in signal.phrases))
_PHRASE_START: Final = np.cumsum([1] + [len(signal.phrases) for signal in SIGNALS])
_SITES: Final = ("", *(f"We work at {count} locations. " for count in range(2, 40)))
_TEAM_SIZES: Final = (5, 10, 15, 20, 30, 40, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 2000, 5000)
_TEAMS: Final = ("", *(f"A team of about {size} people. " for size in _TEAM_SIZES))


@dataclass
class Identity:
    """Tables of one part of the population, and how many contacts each company has."""

    tables: dict[str, pa.Table]
    links: pa.Table
    wallets: pa.Table
    contact_count: IntArray


def _websites(random: np.random.Generator, people: Population) -> tuple[pa.Array, BoolArray]:
    """Text of each company's website, and who has none. Small firms often have none, or one that says little."""
    count = people.count
    industry = people.industry.astype(np.int64)
    pieces = [columns.take_text(_INTRODUCTIONS, industry * 3 + random.integers(0, 3, count))]
    for position, signal in enumerate(SIGNALS):
        present = (people.signals >> position) & 1
        mentioned = (present == 1) & (random.random(count) < 0.88)
        phrase = np.where(mentioned, _PHRASE_START[position] + random.integers(0, len(signal.phrases), count), 0)
        pieces.append(columns.take_text(_PHRASES, phrase))
    told_sites = (people.sites > 1) & (random.random(count) < 0.8)
    pieces.append(columns.take_text(_SITES, np.where(told_sites, np.minimum(people.sites, 39) - 1, 0)))
    team = np.searchsorted(_TEAM_SIZES, people.employees * np.exp(random.normal(0, 0.1, count)))
    told_team = random.random(count) < 0.25
    pieces.append(columns.take_text(_TEAMS, np.where(told_team, np.minimum(team, len(_TEAM_SIZES) - 1) + 1, 0)))
    pieces.append(columns.take_text(FILLERS, random.integers(0, len(FILLERS), count)))
    pieces.append(columns.take_text(("", *FILLERS), random.integers(0, len(FILLERS) + 1, count)))
    text = pc.utf8_rtrim_whitespace(columns.joined(*pieces))
    has_none = random.random(count) > np.clip(0.45 + 0.13 * np.log(people.employees + 1), 0, 0.97)
    return text, has_none


def _check_digits(numbers: IntArray, low: int, width: int) -> IntArray:
    """Spreads positions over a range of numbers without two falling together."""
    return low + (numbers.astype(np.int64) * 7_919) % width


def vat_ids(country: IntArray, positions: IntArray) -> pa.Array:
    """VAT ids in the form of each country; companies in countries without one get NULL."""
    german = columns.keys("DE", _check_digits(positions, 100_000_000, 799_999_993), 9)
    austrian = columns.keys("ATU", _check_digits(positions, 10_000_000, 79_999_987), 8)
    swiss = columns.keys("CHE", _check_digits(positions, 100_000_000, 399_999_959), 9)
    text = pc.if_else(pa.array(country == 0), german, pc.if_else(pa.array(country == 1), austrian, swiss))
    return columns.where_missing(text, country == 3)


def identify(
    random: np.random.Generator, people: Population, first: int, reps: Reps, first_posting_day: IntArray
) -> Identity:
    """Accounts, contacts, debtors and firmographics of one part of the population."""
    count = people.count
    position = np.arange(count) + first
    is_prospect = people.debtor < 0
    industry = people.industry.astype(np.int64)
    surname = random.integers(0, len(SURNAMES), count)
    word_count = np.array([len(entry.trade_words) for entry in INDUSTRIES])[industry]
    word = _TRADE_START[industry] + random.integers(0, 1 << 20, count) % word_count
    legal = random.choice(len(LEGAL_FORMS), count, p=[0.52, 0.2, 0.02, 0.06, 0.14, 0.06])
    legal = np.where(people.employees > 400, np.where(legal == 4, 2, legal), legal)
    surname_text = columns.take_text(SURNAMES, surname)
    name = columns.joined(
        surname_text, columns.take_text(_TRADE_WORDS, word), columns.take_text(LEGAL_FORMS, legal), separator=" "
    )
    group_word = pa.array(people.structure == Structure.INTERCOMPANY)
    name = pc.if_else(group_word, columns.joined("Kundenwert Gruppe ", columns.keys("Werk ", position % 100, 2)), name)
    website_text, has_no_website = _websites(random, people)
    domain = columns.joined("www.example-", columns.keys("", position + 1, 7), ".de")
    website = columns.where_missing(domain, has_no_website)

    vat = columns.where_missing(vat_ids(people.country, position), ~people.has_vat)
    duns = columns.keys("", _check_digits(position, 300_000_000, 599_999_983), 9, ~people.has_duns)
    postal_width = np.where((people.country == 0) | (people.country == 3), 5, 4)
    postal = pc.if_else(
        pa.array(postal_width == 5),
        columns.keys("", people.postal_code, 5),
        columns.keys("", people.postal_code % 10_000, 4),
    )
    city = columns.choice([place.name for place in CITIES], people.city)
    country = columns.choice(COUNTRIES, people.country)

    # The CRM's own idea of size and class.
    industry_missing = random.random(count) < 0.07
    crm_employees = np.maximum(np.rint(people.employees * np.exp(random.normal(0, 0.25, count))), 1).astype(np.int64)
    employees_missing = random.random(count) < 0.35
    turnover = people.employees * np.exp(random.normal(np.log(145_000), 0.35, count))
    turnover_cents = (np.rint(turnover / 10_000) * 1_000_000).astype(np.int64)
    bias = np.where(people.owner >= 0, reps.bias[np.maximum(people.owner, 0)], 0.0)
    believed = np.log(np.maximum(people.year_revenue[:, 1], 20.0)) + bias + random.normal(0, 0.6, count)
    typed = np.select([believed > np.log(12_000), believed > np.log(2_500)], [0, 1], 2)
    typed_missing = (random.random(count) < 0.13) | is_prospect
    status = np.select([is_prospect, people.is_blocked, people.last_day < LAST_DAY - 500], [0, 3, 2], 1)
    channel_missing = random.random(count) < np.array([0.25, 0.35, 0.5])[people.owner_role]
    channel = np.where(
        people.owner_role == INSIDE,
        random.choice(5, count, p=[0.44, 0.44, 0.05, 0.05, 0.02]),
        random.choice(5, count, p=[0.3, 0.2, 0.15, 0.01, 0.34]),
    )
    competitor_missing = random.random(count) > np.where(is_prospect, 0.5, 0.12)
    parent_key = account_keys(np.maximum(people.parent, 0), people.parent < 0)
    created_at = people.created_day.astype(np.int64) * 86_400 + 36_000
    has_text = ~has_no_website & (random.random(count) < 0.15)
    vat_in_crm = people.has_vat & (
        (random.random(count) < 0.75) | (people.link == Link.VAT_ID) | (people.duplicate_account >= 0)
    )
    duns_in_crm = people.has_duns & ((random.random(count) < 0.6) | (people.link == Link.DUNS_NUMBER))
    # Two systems that share nothing must not share a number by accident.
    vat_in_crm &= people.link != Link.DUNS_NUMBER
    crm_vat = columns.where_missing(vat, ~vat_in_crm)
    spaced = pc.utf8_lower(pc.utf8_replace_slice(crm_vat, start=2, stop=2, replacement=" "))
    crm_vat = pc.if_else(pa.array(people.vat_formatted), spaced, crm_vat)
    no_place = random.random(count) < 0.05
    territory = columns.keys("T", people.territory + 1, TERRITORY_DIGITS)
    account = pa.table(
        {
            "account_id": account_keys(position),
            "account_name": name,
            "account_status": columns.choice(ACCOUNT_STATUSES, status),
            "parent_account_id": parent_key,
            "industry_code": columns.choice([entry.code for entry in INDUSTRIES], industry, industry_missing),
            "industry": columns.choice([entry.name for entry in INDUSTRIES], industry, industry_missing),
            "employee_count": columns.integers(crm_employees, employees_missing),
            "annual_revenue_amount": columns.money(turnover_cents, random.random(count) < 0.55),
            "website": website,
            "website_text": columns.where_missing(website_text, ~has_text),
            "country_code": country,
            "postal_code": postal,
            "city": city,
            "latitude": columns.degrees(people.latitude, no_place),
            "longitude": columns.degrees(people.longitude, no_place),
            "owner_rep_id": rep_keys(people.owner),
            "territory_id": territory,
            "preferred_channel": columns.choice(PREFERRED_CHANNELS, channel, channel_missing),
            "competitor_name": columns.choice(
                COMPETITORS, random.integers(0, len(COMPETITORS), count), competitor_missing
            ),
            "assigned_class": columns.choice(CLASSES, typed, typed_missing),
            "is_do_not_contact": columns.booleans(people.is_do_not_contact),
            "is_named_account": columns.booleans(people.is_named),
            "vat_id": crm_vat,
            "duns_number": columns.where_missing(duns, ~duns_in_crm),
            "created_at": columns.moments(created_at),
        }
    )
    twins = np.flatnonzero(people.duplicate_account >= 0)
    twin = account.take(pa.array(twins))
    twin = _with(twin, "account_id", account_keys(people.duplicate_account[twins]))
    twin_name = columns.joined(
        surname_text.take(pa.array(twins)), columns.take_text(_TRADE_WORDS, word[twins]), separator=" "
    )
    twin = _with(twin, "account_name", twin_name)
    twin = _with(twin, "created_at", columns.moments(np.full(len(twins), (LAST_DAY - 500) * 86_400 + 40_000)))
    twin = _with(twin, "parent_account_id", columns.nothing(len(twins), pa.string()))
    twin = _with(twin, "is_named_account", columns.booleans(np.zeros(len(twins), bool)))
    tables = {"account": pa.concat_tables([account.take(pa.array(np.flatnonzero(people.has_account))), twin])}

    contact_count, tables["contact"] = _contacts(random, people, position)
    tables["customer"] = _debtors(random, people, position, name, vat, duns, country, postal, city)
    tables["firmographic"] = _firmographics(random, people, position, website_text, has_no_website, turnover_cents)
    links = _links(people, position)
    return Identity(tables, links, _true_wallets(people, position), contact_count)


def _with(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(column), column, values)


def _contacts(random: np.random.Generator, people: Population, position: IntArray) -> tuple[IntArray, pa.Table]:
    """People at the customer's: more and closer ones where the relationship is good."""
    base = np.array([4.0, 1.6, 0.35])[people.owner_role]
    counts = np.minimum(random.poisson(base), 7) + (random.random(people.count) < 0.85)
    counts = np.where(people.has_account, counts, 0).astype(np.int64)
    company = np.repeat(np.arange(people.count), counts)
    count = len(company)
    place = np.arange(count) - np.repeat(np.cumsum(counts) - counts, counts)
    given = random.integers(0, len(GIVEN_NAMES), count)
    family = random.integers(0, len(SURNAMES), count)
    role = random.choice(6, count, p=[0.24, 0.14, 0.22, 0.26, 0.08, 0.06])
    closeness = people.share_score[company] + random.normal(0.6, 1.0, count)
    access = np.clip(np.rint(closeness), 0, 3).astype(np.int64)
    email = columns.joined(
        columns.keys("person", random.integers(0, 10**6, count), 6),
        "@example-",
        columns.keys("", position[company] + 1, 7),
        ".de",
    )
    phone = columns.keys("+49 555 ", random.integers(0, 10**7, count), 7)
    table = pa.table(
        {
            "contact_id": contact_keys(position[company], place),
            "account_id": account_keys(position[company]),
            "contact_name": columns.joined(
                columns.take_text(GIVEN_NAMES, given), columns.take_text(SURNAMES, family), separator=" "
            ),
            "contact_role": columns.choice(CONTACT_ROLES, role, random.random(count) < 0.08),
            "access_level": columns.integers(access, random.random(count) < 0.1),
            "email": columns.where_missing(email, random.random(count) < 0.15),
            "phone": columns.where_missing(phone, random.random(count) < 0.2),
            "is_opted_out": columns.booleans(random.random(count) < 0.06),
        }
    )
    return counts, table


def _debtors(
    random: np.random.Generator,
    people: Population,
    position: IntArray,
    name: pa.Array,
    vat: pa.Array,
    duns: pa.Array,
    country: pa.Array,
    postal: pa.Array,
    city: pa.Array,
) -> pa.Table:
    """The ERP's debtors, older ones after a merger or entered twice included."""
    linked_account = np.where(people.debtor_links_duplicate, people.duplicate_account, position)
    no_account_id = people.link != Link.ACCOUNT_ID
    vat_in_erp = people.has_vat & (
        (people.link == Link.VAT_ID) | ((people.link == Link.ACCOUNT_ID) & (random.random(people.count) < 0.9))
    )
    vat_in_erp |= people.has_vat & (people.link == Link.ERP_ONLY)
    duns_in_erp = people.has_duns & (
        (people.link == Link.DUNS_NUMBER) | ((people.link == Link.ACCOUNT_ID) & (random.random(people.count) < 0.5))
    )
    duns_in_erp |= people.has_duns & (people.link == Link.ERP_ONLY)
    group = np.where(
        people.structure == Structure.INTERCOMPANY,
        4,
        np.where(people.industry < 9, 0, np.where(people.industry == 16, 2, 1)),
    )
    group_missing = random.random(people.count) < 0.05

    def debtors(rows: IntArray, number: IntArray, survivor: IntArray, with_account: BoolArray, age: int) -> pa.Table:
        taken = pa.array(rows)
        return pa.table(
            {
                "erp_customer_id": debtor_keys(number),
                "customer_name": pc.utf8_upper(name.take(taken)),
                "crm_account_id": account_keys(linked_account[rows], no_account_id[rows] | ~with_account),
                "vat_id": columns.where_missing(vat, ~vat_in_erp).take(taken),
                "duns_number": columns.where_missing(duns, ~duns_in_erp).take(taken),
                "country_code": country.take(taken),
                "postal_code": postal.take(taken),
                "city": city.take(taken),
                "customer_group": columns.choice(CUSTOMER_GROUPS, group[rows], group_missing[rows]),
                "payment_term_days": columns.integers(people.payment_term[rows]),
                "is_blocked": columns.booleans(people.is_blocked[rows]),
                "is_intercompany": columns.booleans(people.structure[rows] == Structure.INTERCOMPANY),
                "survivor_erp_customer_id": debtor_keys(np.maximum(survivor, 0), survivor < 0),
                "created_at": columns.moments(
                    (np.minimum(people.created_day[rows], people.first_day[rows]) - age).astype(np.int64) * 86_400
                    + 30_000
                ),
            }
        )

    buyers = np.flatnonzero(people.debtor >= 0)
    tables = [debtors(buyers, people.debtor[buyers], np.full(len(buyers), -1), np.ones(len(buyers), bool), 0)]
    older = np.flatnonzero(people.older_debtor >= 0)
    twice_entered = people.structure[older] == Structure.TWO_DEBTORS
    survivor = np.where(twice_entered, -1, people.debtor[older])
    tables.append(debtors(older, people.older_debtor[older], survivor, twice_entered, 900))
    oldest = np.flatnonzero(people.oldest_debtor >= 0)
    tables.append(
        debtors(oldest, people.oldest_debtor[oldest], people.older_debtor[oldest], np.zeros(len(oldest), bool), 2_000)
    )
    return pa.concat_tables(tables)


def _firmographics(
    random: np.random.Generator,
    people: Population,
    position: IntArray,
    text: pa.Array,
    has_no_website: BoolArray,
    turnover_cents: IntArray,
) -> pa.Table:
    """Two outside sources: a register of companies (size, turnover by year) and a reader of websites (text)."""
    industry = people.industry.astype(np.int64)
    codes = [entry.code for entry in INDUSTRIES]
    tables = []
    for day, chance in ((dt.date(2023, 9, 30), 0.75), (dt.date(2024, 12, 31), 0.78), (dt.date(2025, 12, 31), 0.8)):
        known = people.has_account & (
            random.random(people.count) < chance * np.clip(0.75 + 0.08 * np.log(people.employees), 0, 1)
        )
        rows = np.flatnonzero(known)
        count = len(rows)
        drift = 1 + 0.02 * (day.year - 2025)
        seen = np.maximum(np.rint(people.employees[rows] * drift * np.exp(random.normal(0, 0.08, count))), 1)
        tables.append(
            pa.table(
                {
                    "account_id": account_keys(position[rows]),
                    "source": columns.choice(("register",), np.zeros(count, int)),
                    "as_of_date": columns.dates(np.full(count, day_number(day))),
                    "industry_code": columns.choice(codes, industry[rows], random.random(count) < 0.02),
                    "employee_count": columns.integers(seen.astype(np.int64), random.random(count) < 0.05),
                    "annual_revenue_amount": columns.money(turnover_cents[rows], random.random(count) < 0.4),
                    "website_text": columns.nothing(count, pa.string()),
                }
            )
        )
    for low, high, chance in ((FIRST_DAY - 60, FIRST_DAY - 1, 0.8), (FIRST_DAY + 700, LAST_DAY - 100, 0.35)):
        rows = np.flatnonzero(people.has_account & ~has_no_website & (random.random(people.count) < chance))
        count = len(rows)
        tables.append(
            pa.table(
                {
                    "account_id": account_keys(position[rows]),
                    "source": columns.choice(("website",), np.zeros(count, int)),
                    "as_of_date": columns.dates(random.integers(low, high + 1, count)),
                    "industry_code": columns.nothing(count, pa.string()),
                    "employee_count": columns.nothing(count, pa.int32()),
                    "annual_revenue_amount": columns.nothing(count, pa.decimal128(18, 2)),
                    "website_text": text.take(pa.array(rows)),
                }
            )
        )
    return pa.concat_tables([_plain_text(table) for table in tables])


def _plain_text(table: pa.Table) -> pa.Table:
    """Dictionary columns as text, so that tables with and without values can be put together."""
    for index, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(index, field.name, table.column(index).cast(pa.string()))
    return table


def _links(people: Population, position: IntArray) -> pa.Table:
    """Which company each account and each debtor belongs to, and by what they can be brought together."""
    buyers = people.debtor >= 0
    by_link = np.array([0, 1, 2, 5, 5])[people.link]
    parts: list[tuple[str, pa.Array, IntArray, IntArray]] = []
    with_account = np.flatnonzero(people.has_account)
    method = np.where(buyers[with_account], by_link[with_account], 5)
    parts.append(("crm", account_keys(position[with_account]), with_account, method))
    twins = np.flatnonzero(people.duplicate_account >= 0)
    parts.append(("crm", account_keys(people.duplicate_account[twins]), twins, np.full(len(twins), 4)))
    rows = np.flatnonzero(buyers)
    parts.append(("erp", debtor_keys(people.debtor[rows]), rows, by_link[rows]))
    older = np.flatnonzero(people.older_debtor >= 0)
    method = np.where(people.structure[older] == Structure.TWO_DEBTORS, 0, 3)
    parts.append(("erp", debtor_keys(people.older_debtor[older]), older, method))
    oldest = np.flatnonzero(people.oldest_debtor >= 0)
    parts.append(("erp", debtor_keys(people.oldest_debtor[oldest]), oldest, np.full(len(oldest), 3)))
    tables = []
    for source, ids, rows_of_part, method_of_part in parts:
        tables.append(
            pa.table(
                {
                    **truth_keys(people, position, rows_of_part),
                    "source_type": columns.choice((source,), np.zeros(len(rows_of_part), int)),
                    "source_id": ids,
                    "link_method": columns.choice(LINK_METHODS, method_of_part),
                }
            )
        )
    return pa.concat_tables(tables)


def truth_keys(people: Population, position: IntArray, rows: IntArray) -> dict[str, pa.Array]:
    """The key columns every truth file begins with."""
    number = people.debtor
    has_debtor = np.flatnonzero(number >= 0)
    place = np.zeros(people.count, dtype=np.int64)
    place[has_debtor] = np.arange(len(has_debtor))
    return {
        "company_id": columns.coded(columns.keys("CO-", position + 1, 7), rows),
        "account_id": columns.coded(account_keys(position), rows, ~people.has_account[rows]),
        "erp_customer_id": columns.coded(debtor_keys(number[has_debtor]), place[rows], number[rows] < 0),
    }


def _true_wallets(people: Population, position: IntArray) -> pa.Table:
    """Yearly wallet and intended yearly revenue, in total (product_group NULL) and by product group."""
    count, groups = people.count, len(PRODUCT_GROUPS)
    cents = np.rint(people.wallet * 100).astype(np.int64)
    by_group = np.floor(people.mix.astype(np.float64) * cents[:, None]).astype(np.int64)
    by_group[np.arange(count), np.argmax(people.mix, axis=1)] += cents - by_group.sum(axis=1)
    revenue_by_group = np.rint(people.group_revenue.astype(np.float64) * 100).astype(np.int64)
    wallet = np.concatenate([cents[:, None], by_group], axis=1).ravel()
    revenue = np.concatenate(
        [np.rint(people.revenue * 100).astype(np.int64)[:, None], revenue_by_group], axis=1
    ).ravel()
    rows = np.repeat(np.arange(count), groups + 1)
    group = np.tile(np.arange(-1, groups), count)
    return pa.table(
        {
            **truth_keys(people, position, rows),
            "product_group": columns.choice(PRODUCT_GROUPS, np.maximum(group, 0), group < 0),
            "wallet_amount": columns.money(wallet),
            "yearly_revenue_amount": columns.money(revenue),
        }
    )
