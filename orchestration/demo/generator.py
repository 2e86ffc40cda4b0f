"""Generates the demo company: a tool trader with CRM, ERP, ledger and the truth behind them.

``generate`` is a pure function of the number of customers and the seed: same parameters, same bytes (on one kind of
processor; floating point of another may round a value differently). Companies are made in parts of 10,000; each part
draws from streams of its own, so neither the number of threads nor their order matters.

Truth (``truth/``, Parquet). Files by company carry ``company_id``, ``account_id`` (the company's first CRM account,
NULL where the CRM does not know it) and ``erp_customer_id`` (the surviving debtor, NULL for prospects).

* ``wallet``: yearly wallet in EUR in total (``product_group`` NULL) and by product group, and the yearly revenue the
  company is good for in a full year.
* ``cost_to_serve``: true cost in EUR by company, activity, resource pool and quarter. True cost is the true minutes of
  an event - before the CRM rounded, mistyped or forgot them - times the true rate of its pool in that month. Pools of
  reps (key_account, field_sales, inside_sales, service): the month's cost / (full-time equivalents x 8,800 x 0.8).
  All other pools are consumed by their drivers entirely, so that the ledger of such a month is the sum of its true
  costs to the cent: order_desk by minutes of 4 + 1.5 x lines + 6 x manual + 5 x changes, warehouse by 4 minutes a line,
  logistics by 3 x parcels + 0.06 x kilograms + 9 x express beside direct freight (an activity of its own), returns by
  15 + 5 x lines, quoting by minutes, accounting by 5 minutes a document and 8 a reminder (14 days after the due
  date), marketing by attendees. Most
  of them take longer at customers that are harder to handle. Each company, activity and month is rounded to cents;
  ``acquisition_amount`` is the part in months before that of the first posted document.
* ``pool``: by pool and month of service, where the ledger's amount went; cost posted late stands in the month it
  belongs to, the ledger has it in the month of posting.
* ``campaign_effect``: the list of the share-of-wallet campaign of 2026Q2 (arm, rank, the gap the company believed in as
  score, stratum, rep) and the revenue of 2026Q3 that it brought, in EUR: the net amount of orders that would not exist
  without it.
* ``link``: the company behind every CRM account and every debtor, and how the two can be brought together.
* ``dirt``: every kind of planted dirt, with keys and what should become of it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.demo import calendar, columns
from orchestration.demo.calendar import LAST_DAY, MONTH_COUNT, QUARTER_COUNT, IntArray, day_number
from orchestration.demo.catalogue import CITIES, CURRENCIES, GIVEN_NAMES, GROUPS, INDUSTRIES, SURNAMES
from orchestration.demo.dirt import DirtBook
from orchestration.demo.effort import Effort, Lane
from orchestration.demo.files import (
    ParquetStream,
    check_schema,
    spread_positions,
    swap_in,
    write_german_csv,
    write_parquet,
)
from orchestration.demo.identifiers import rep_keys
from orchestration.demo.identity import identify, truth_keys
from orchestration.demo.ledger import (
    CostRates,
    PoolTotals,
    cost_entries,
    cost_rates,
    true_costs,
    true_pools,
)
from orchestration.demo.market import RATE_DIGITS, Products, Rates, exchange_rates, products
from orchestration.demo.population import (
    FIELD,
    INSIDE,
    KEY_ACCOUNT,
    REP_POOLS,
    REP_ROLES,
    SERVICE,
    SPEND_LEVEL,
    Population,
    Reps,
    Structure,
    hire,
    populate,
    stream,
)
from orchestration.demo.relationship import CAMPAIGN_ID, contact_rates, relate
from orchestration.demo.schema import ENTITIES, GERMAN_CSV
from orchestration.demo.trade import Trade, trade

DEFAULT_CUSTOMERS: Final = 55_000
DEFAULT_SEED: Final = 20_261_113
FEWEST_CUSTOMERS: Final = 100
PART_COMPANIES: Final = 10_000
MARKER: Final = "generated.json"
LANDING: Final = Path("landing") / "canonical"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class DemoSummary:
    """What lies in the folder after ``generate``.

    ``trailing_revenue_cents`` is the net revenue in EUR of the four closed quarters up to 2026Q3 without intercompany
    customers; ``row_counts`` the rows by entity; ``is_fresh`` tells whether this call generated them.
    """

    landing: Path
    truth: Path
    customers: int
    seed: int
    row_counts: dict[str, int]
    trailing_revenue_cents: int
    is_fresh: bool


@dataclass
class _Part:
    """What one part of the population gives to the whole."""

    rows: dict[str, int]
    declarations: pa.Table
    links: pa.Table
    wallets: pa.Table
    costs: pa.Table
    effects: pa.Table
    totals: PoolTotals
    billed_cents: npt.NDArray[np.int64]
    dirt: DirtBook


def generator_version() -> str:
    """Identity of this generator: its sources and the libraries whose numbers and bytes it relies on."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    digest.update(f"numpy {np.__version__} pyarrow {pa.__version__}".encode())
    return digest.hexdigest()[:16]


def generate(
    home_demo_dir: Path,
    customers: int = DEFAULT_CUSTOMERS,
    seed: int = DEFAULT_SEED,
    *,
    progress: Progress | None = None,
    threads: int = 2,
) -> DemoSummary:
    """Generates the demo company into ``home_demo_dir`` unless it is there already.

    Args:
        home_demo_dir: receives ``landing/canonical``, ``truth`` and the marker ``generated.json``.
        customers: number of buying companies, at least 100; prospects come on top.
        seed: of all random streams.
        progress: called with a stage, the steps done and the steps to do.
        threads: parts in work at a time; changes nothing in the result.

    Raises:
        ValueError: if there are too few customers.
    """
    if customers < FEWEST_CUSTOMERS:
        raise ValueError(f"The demo company needs at least {FEWEST_CUSTOMERS} customers, not {customers}.")
    marker = home_demo_dir / MARKER
    identity = {"customers": customers, "seed": seed, "generator": generator_version()}
    there = _already_there(home_demo_dir, identity)
    if there is not None:
        return there

    work = home_demo_dir / ".in_work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    counts, trailing = _make(work, customers, seed, progress or (lambda stage, done, total: None), threads)
    marker.unlink(missing_ok=True)
    swap_in(work / "landing", home_demo_dir / "landing")
    swap_in(work / "truth", home_demo_dir / "truth")
    shutil.rmtree(work)
    content = {**identity, "trailing_revenue_cents": trailing, "row_counts": counts, "files": _sizes(home_demo_dir)}
    aside = marker.with_suffix(".aside")
    aside.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    aside.rename(marker)
    return DemoSummary(
        home_demo_dir / LANDING, home_demo_dir / "truth", customers, seed, counts, trailing, is_fresh=True
    )


def _sizes(home_demo_dir: Path) -> dict[str, int]:
    files = [path for folder in ("landing", "truth") for path in sorted((home_demo_dir / folder).rglob("*"))]
    return {path.relative_to(home_demo_dir).as_posix(): path.stat().st_size for path in files if path.is_file()}


def _already_there(home_demo_dir: Path, identity: dict[str, object]) -> DemoSummary | None:
    """The summary of an earlier, finished generation of the same thing whose files are all still there."""
    try:
        content = json.loads((home_demo_dir / MARKER).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    if any(content.get(name) != value for name, value in identity.items()):
        return None
    sizes = _sizes(home_demo_dir)
    if any(sizes.get(name) != size for name, size in content["files"].items()):
        return None
    return DemoSummary(
        home_demo_dir / LANDING,
        home_demo_dir / "truth",
        content["customers"],
        content["seed"],
        content["row_counts"],
        content["trailing_revenue_cents"],
        is_fresh=False,
    )


def _make(work: Path, customers: int, seed: int, progress: Progress, threads: int) -> tuple[dict[str, int], int]:
    landing, truth = work / LANDING, work / "truth"
    reps = hire(seed, customers)
    population = populate(seed, customers, reps)
    goods, rates = products(seed, customers), exchange_rates(seed)
    costs = cost_rates(seed, customers, reps)
    contacts = contact_rates(population, reps)

    starts = range(0, population.count, PART_COMPANIES)
    counts = dict.fromkeys(ENTITIES, 0)
    totals = PoolTotals.empty()
    dirt = DirtBook()
    streams = {
        name: ParquetStream(truth / f"{name}.parquet")
        for name in ("wallet", "cost_to_serve", "campaign_effect", "link")
    }
    declarations: list[pa.Table] = []
    trailing = 0

    def part(number: int) -> _Part:
        return _make_part(landing, seed, number, starts[number], population, reps, goods, rates, costs, contacts)

    for number, made in enumerate(_in_order(part, len(starts), threads)):
        for entity, rows in made.rows.items():
            counts[entity] += rows
        declarations.append(made.declarations)
        streams["wallet"].write(made.wallets)
        streams["cost_to_serve"].write(made.costs)
        streams["campaign_effect"].write(made.effects)
        streams["link"].write(made.links)
        totals.take_in(made.totals)
        dirt.take_in(made.dirt)
        trailing += int(made.billed_cents[:, 8:12].sum())
        progress("customers", min((number + 1) * PART_COMPANIES, population.count), population.count)
    for writer in streams.values():
        writer.close()

    entries, planted = cost_entries(seed, totals, costs)
    dirt.add_ledger(planted)
    dirt.add_calendar()
    dirt.add("product_without_cost", columns.keys("P", np.sort(goods.number[~goods.has_cost]), 6).to_pylist())
    single = {
        "product": _product_table(goods),
        "exchange_rate": _rate_table(rates),
        "cost_entry": entries,
        "rep": _rep_table(seed, reps, population),
        "market_norm": _norm_table(seed, population),
        "wallet_declaration": pa.concat_tables(declarations),
    }
    for entity, table in single.items():
        check_schema(entity, table, ENTITIES[entity])
        counts[entity] = table.num_rows
        if entity not in GERMAN_CSV:
            write_parquet(table, landing / f"{entity}.parquet")
    write_german_csv(single["rep"], landing / "rep.csv")
    write_german_csv(single["market_norm"], landing / "market_norm.csv")
    unreadable = _unreadable_rows(single["wallet_declaration"])
    write_german_csv(single["wallet_declaration"], landing / "wallet_declaration.csv", unreadable)
    dirt.add_unreadable("wallet_declaration", unreadable)
    write_parquet(true_pools(totals, costs), truth / "pool.parquet")
    write_parquet(dirt.table(), truth / "dirt.parquet")
    progress("ledger and truth", 1, 1)
    return counts, trailing


def _in_order(part: Callable[[int], _Part], count: int, threads: int) -> Iterator[_Part]:
    """Parts in their order, a few of them in work ahead of the one that is taken."""
    if threads <= 1 or count == 1:
        for number in range(count):
            yield part(number)
        return
    with ThreadPoolExecutor(threads) as pool:
        ahead: list[Future[_Part]] = [pool.submit(part, number) for number in range(min(threads + 1, count))]
        for number in range(count):
            made = ahead.pop(0).result()
            if number + threads + 1 < count:
                ahead.append(pool.submit(part, number + threads + 1))
            yield made


def _make_part(
    landing: Path,
    seed: int,
    number: int,
    first: int,
    population: Population,
    reps: Reps,
    goods: Products,
    rates: Rates,
    costs: CostRates,
    contacts: npt.NDArray[np.float32],
) -> _Part:
    """Makes and writes one part of the population."""
    last = min(first + PART_COMPANIES, population.count)
    people = population.part(first, last)
    effort = Effort(people.count)
    bought = trade(stream(seed, "trade", number), people, first, goods, rates, effort)
    known = identify(stream(seed, "identity", number), people, first, reps, bought.first_posting_day)
    done = relate(
        stream(seed, "relationship", number),
        people,
        first,
        reps,
        contacts[first:last],
        bought.orders,
        known.contact_count,
        effort,
    )
    tables = {**bought.tables, **known.tables, **done.tables}
    rows = {}
    for entity, table in tables.items():
        check_schema(entity, table, ENTITIES[entity])
        rows[entity] = table.num_rows
        if entity not in GERMAN_CSV:
            write_parquet(table, landing / entity / f"part-{number:05d}.parquet")

    cost_table, totals = _costs(people, first, bought, effort, costs, done.minutes_without_customer)
    in_campaign = np.flatnonzero(people.arm > 0)
    effects = pa.table(
        {
            **truth_keys(people, np.arange(people.count) + first, in_campaign),
            "campaign_id": columns.choice((CAMPAIGN_ID,), np.zeros(len(in_campaign), int)),
            "arm": columns.choice(("NONE", "TREATMENT", "CONTROL"), people.arm[in_campaign]),
            "rank": columns.integers(people.list_rank[in_campaign]),
            "score": columns.money(np.rint(people.believed_gap[in_campaign] * 100).astype(np.int64)),
            "stratum": columns.choice(REP_ROLES, people.owner_role[in_campaign]),
            "owner_rep_id": rep_keys(people.owner[in_campaign]),
            "effect_quarter_start_date": columns.dates(
                np.full(len(in_campaign), calendar.QUARTER_START[calendar.EFFECT_QUARTER])
            ),
            "effect_amount": columns.money(bought.effect_cents[in_campaign]),
        }
    )
    dirt = DirtBook()
    dirt.add_people(people, first)
    dirt.add_planted(done.planted, bought.late_invoices)
    outside = people.structure != Structure.INTERCOMPANY
    return _Part(
        rows,
        tables["wallet_declaration"],
        known.links,
        known.wallets,
        cost_table,
        effects,
        totals,
        bought.billed_cents * outside[:, None],
        dirt,
    )


def _costs(
    people: Population,
    first: int,
    bought: Trade,
    effort: Effort,
    costs: CostRates,
    without_customer: npt.NDArray[np.float64],
) -> tuple[pa.Table, PoolTotals]:
    """The true cost to serve of one part by activity, pool and quarter, and its sums by pool and month."""
    position = np.arange(people.count) + first
    totals = PoolTotals.empty()
    posted = np.minimum(bought.first_posting_day, LAST_DAY)
    first_month = np.where(bought.first_posting_day > LAST_DAY, MONTH_COUNT, calendar.month_of(posted))
    companies: list[IntArray] = []
    quarters: list[IntArray] = []
    lane_codes: list[IntArray] = []
    amounts: list[IntArray] = []
    early_amounts: list[IntArray] = []
    lanes = true_costs(effort, costs)
    for code, cost in enumerate(lanes):
        pool = cost.lane[1]
        early = np.where(cost.month < first_month[cost.company], cost.cents, 0)
        early_by_month = _by_month(cost.month, early)
        totals.acquisition[pool] += early_by_month
        totals.customers[pool] += _by_month(cost.month, cost.cents) - early_by_month
        totals.minutes[pool] += np.bincount(cost.month, weights=cost.minutes, minlength=MONTH_COUNT)
        quarter_key = cost.company * QUARTER_COUNT + cost.month // 3
        begins = np.flatnonzero(np.diff(quarter_key, prepend=-1))
        companies.append(cost.company[begins])
        quarters.append(cost.month[begins] // 3)
        lane_codes.append(np.full(len(begins), code))
        amounts.append(np.add.reduceat(cost.cents, begins) if len(begins) else cost.cents)
        early_amounts.append(np.add.reduceat(early, begins) if len(begins) else early)
    totals.minutes["service"] += without_customer
    totals.without_customer["service"] += np.rint(without_customer * costs.rate["service"] * 100).astype(np.int64)
    totals.freight += bought.freight_by_month
    company_column = np.concatenate(companies)
    names = [cost.lane for cost in lanes]
    code_column = np.concatenate(lane_codes)
    starts = np.array([calendar.QUARTER_START[quarter] for quarter in range(QUARTER_COUNT)])
    table = pa.table(
        {
            **truth_keys(people, position, company_column),
            "activity": _lane_part(names, 0, code_column),
            "resource_pool": _lane_part(names, 1, code_column),
            "quarter_start_date": columns.dates(starts[np.concatenate(quarters)]),
            "cost_amount": columns.money(np.concatenate(amounts)),
            "acquisition_amount": columns.money(np.concatenate(early_amounts)),
        }
    )
    return table, totals


def _lane_part(lanes: list[Lane], position: int, codes: IntArray) -> pa.Array:
    """The activity (0) or the pool (1) of lanes by their codes."""
    values = sorted({lane[position] for lane in lanes})
    return columns.choice(values, np.array([values.index(lane[position]) for lane in lanes])[codes])


def _by_month(month: IntArray, cents: IntArray) -> npt.NDArray[np.int64]:
    """Sums of cents by month; exact, as sums stay far below 2**53."""
    return np.bincount(month, weights=cents, minlength=MONTH_COUNT).astype(np.int64)


def _product_table(goods: Products) -> pa.Table:
    nouns = [noun for group in GROUPS for noun in group.nouns]
    noun_start = np.cumsum([0] + [len(group.nouns) for group in GROUPS])
    noun_count = np.array([len(group.nouns) for group in GROUPS])[goods.group]
    name = columns.joined(
        columns.take_text(nouns, noun_start[goods.group] + goods.noun % noun_count),
        columns.keys("", goods.noun % 9_000 + 1_000, 4),
        separator=" ",
    )
    table = pa.table(
        {
            "product_id": columns.keys("P", goods.number, 6),
            "product_name": name,
            "product_group": columns.choice([group.name for group in GROUPS], goods.group),
            "is_standard": columns.booleans(goods.is_standard),
            "is_service_intensive": columns.booleans(goods.is_service_intensive),
            "list_price_amount": columns.decimals(goods.list_price * 100, 4),
            "standard_cost_amount": columns.decimals(goods.standard_cost * 100, 4, ~goods.has_cost),
            "minimum_order_quantity": columns.decimals(goods.minimum_order_quantity * 10_000, 4),
        }
    )
    return table.take(pa.array(np.argsort(goods.number)))


def _rate_table(rates: Rates) -> pa.Table:
    """Rates of trading days only: who posts on a Sunday has to take Friday's."""
    currency, day = np.nonzero(np.broadcast_to(rates.is_quoted, rates.by_day.shape))
    foreign = currency > 0
    currency, day = currency[foreign], day[foreign]
    scale = 10**8 // RATE_DIGITS
    return pa.table(
        {
            "currency_code": columns.choice(CURRENCIES, currency),
            "rate_date": columns.dates(day + rates.first_day),
            "rate_to_reporting": columns.decimals(rates.by_day[currency, day] * scale, 8),
        }
    )


def _rep_table(seed: int, reps: Reps, population: Population) -> pa.Table:
    random = stream(seed, "rep names")
    count = reps.count
    latitude = np.array([place.latitude for place in CITIES])
    longitude = np.array([place.longitude for place in CITIES])
    # Reps live in the middle of their customers.
    territory = population.territory
    weight = np.bincount(territory, minlength=reps.territory_count)
    home_latitude = np.bincount(territory, population.latitude, reps.territory_count) / np.maximum(weight, 1)
    home_longitude = np.bincount(territory, population.longitude, reps.territory_count) / np.maximum(weight, 1)
    at_home = reps.territory >= 0
    office = 38
    rep_latitude = np.where(at_home, home_latitude[np.maximum(reps.territory, 0)], latitude[office])
    rep_longitude = np.where(at_home, home_longitude[np.maximum(reps.territory, 0)], longitude[office])
    quarter_of_country = np.minimum(np.maximum(reps.territory, 0) * 4 // reps.territory_count, 3)
    regions = ("North", "East", "West", "South")
    teams = [
        {
            KEY_ACCOUNT: "Key Account",
            FIELD: f"Field {regions[quarter_of_country[row]]}",
            INSIDE: f"Inside {regions[quarter_of_country[row]]}",
            SERVICE: "Service",
        }[int(reps.role[row])]
        for row in range(count)
    ]
    given, family = random.integers(0, len(GIVEN_NAMES), count), random.integers(0, len(SURNAMES), count)
    left = reps.active_to <= LAST_DAY
    return pa.table(
        {
            "rep_id": columns.keys("R", np.arange(1, count + 1), 5),
            "rep_name": columns.joined(
                columns.take_text(GIVEN_NAMES, given), columns.take_text(SURNAMES, family), separator=" "
            ),
            "rep_role": columns.choice(REP_ROLES, reps.role),
            "team": pa.array(teams),
            "territory_id": columns.keys("T", np.maximum(reps.territory, 0) + 1, 4, ~at_home),
            "full_time_equivalent": columns.decimals(np.rint(reps.full_time_equivalent * 10_000).astype(int), 4),
            "cost_center": columns.choice(REP_POOLS, reps.role),
            "latitude": columns.degrees(rep_latitude),
            "longitude": columns.degrees(rep_longitude),
            "active_from": columns.dates(reps.active_from),
            "active_to": columns.dates(np.where(left, reps.active_to, 0), ~left),
        }
    )


def _norm_table(seed: int, population: Population) -> pa.Table:
    """Published norms: true spend per employee of every third industry with error, in two editions."""
    random = stream(seed, "norms")
    rows: list[tuple[str, int, int, int]] = []
    for industry, entry in enumerate(INDUSTRIES):
        if industry % 3 != 0:
            continue
        base = entry.spend_per_employee * SPEND_LEVEL * population.scale * float(np.exp(random.normal(0.1, 0.18)))
        mix = np.array(entry.mix) / sum(entry.mix)
        for edition, (day, level) in enumerate((("2023-01-01", 0.95), ("2026-01-01", 1.0))):
            valid_from = day_number(dt.date.fromisoformat(day))
            rows.append((entry.code, -1, round(base * level) * 100, valid_from))
            if edition == 1 and industry % 2 == 0:
                rows.extend(
                    (entry.code, group, round(base * level * mix[group] * 10) * 10, valid_from)
                    for group in range(len(GROUPS))
                    if mix[group] > 0.02
                )
    group = np.array([row[1] for row in rows])
    return pa.table(
        {
            "industry_code": pa.array([row[0] for row in rows]),
            "product_group": columns.choice([entry.name for entry in GROUPS], np.maximum(group, 0), group < 0),
            "spend_per_employee_amount": columns.decimals(np.array([row[2] for row in rows]) * 100, 4),
            "valid_from": columns.dates(np.array([row[3] for row in rows])),
        }
    )


def _unreadable_rows(table: pa.Table) -> dict[int, str]:
    """Lines of the declarations that no reader can take, by the data row before which they stand."""
    lines = (
        "A0000001;;12.OOO,50;15.03.2026;rep;0,800000",
        ";;4800,00;02.04.2026;customer;0,700000",
        "A0000002;hand_tools;900,00;31.02.2026;rep;0,600000",
        "A0000003;;2500,00;11.05.2026;rep;0,750000;checked;twice",
        "A0000004;;;20.06.2026;customer;0,900000",
        "A0000005;abrasives;unknown;01.07.2026;customer;",
    )
    # Few enough that a normal company's limit on rejected rows is not touched.
    wanted = min(len(lines), table.num_rows * 3 // 100)
    return dict(zip(spread_positions(table.num_rows, wanted), lines[:wanted], strict=True))
