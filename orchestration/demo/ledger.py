"""The cost ledger of the demo company and the true cost rates behind it.

Pools of reps cost what their people cost; practical capacity is full-time equivalents x 8,800 x 0.8 minutes a month,
so part of the cost pays for unused capacity. The other pools are consumed entirely by their drivers: what the ledger
holds of them is the sum of the true costs of customers, cent by cent, plus what has no driver in its month. Freight is
part of the ledger of logistics and known delivery by delivery.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.demo import calendar, columns
from orchestration.demo.calendar import LAST_DAY, MONTH_COUNT, MONTH_START, month_label
from orchestration.demo.effort import Effort, Lane
from orchestration.demo.population import REP_POOLS, Reps, stream

THEORETICAL_MINUTES: Final = 8_800
PRACTICAL_RATIO: Final = 0.8

#: Base rates in EUR for a unit of the driver: minutes, for marketing an attendee.
BASE_RATES: Final = {
    "order_desk": 0.95,
    "warehouse": 0.75,
    "logistics": 0.33,
    "returns": 0.80,
    "quoting": 1.05,
    "accounting": 0.70,
    "marketing": 185.0,
}
POOLS: Final = (*REP_POOLS, *BASE_RATES)

#: Credit of a supplier's advertising allowance that exceeds the month's cost: 2026-03, a month with a trade fair.
NEGATIVE_POOL: Final = "marketing"
NEGATIVE_MONTH: Final = 29
#: Month of stock-taking without a return: 2024-08.
POOL_WITHOUT_DRIVER: Final = "returns"
MONTH_WITHOUT_DRIVER: Final = 10
#: Cost without a driver in its month, EUR at 55,000 customers.
FIXED_WITHOUT_DRIVER: Final = {"returns": 14_000.0, "marketing": 21_000.0}
#: Bills of carriers that arrive weeks late: the service month, 2025-05, and the days after its end.
LATE_POOL: Final = "logistics"
LATE_MONTH: Final = 19
LATE_DAYS: Final = 25
LATE_RATIO: Final = 0.06

ACCOUNTS: Final = {
    "key_account": (("4120", 0.70), ("4130", 0.14), ("4530", 0.11), ("4900", 0.05)),
    "field_sales": (("4120", 0.64), ("4130", 0.13), ("4530", 0.18), ("4900", 0.05)),
    "inside_sales": (("4120", 0.74), ("4130", 0.15), ("4920", 0.06), ("4900", 0.05)),
    "service": (("4120", 0.73), ("4130", 0.15), ("4920", 0.07), ("4900", 0.05)),
    "order_desk": (("4120", 0.75), ("4130", 0.15), ("4964", 0.10)),
    "warehouse": (("4120", 0.55), ("4130", 0.12), ("4210", 0.25), ("4800", 0.08)),
    "logistics": (("4120", 0.50), ("4130", 0.10), ("4710", 0.40)),
    "returns": (("4120", 0.70), ("4130", 0.14), ("4710", 0.16)),
    "quoting": (("4120", 0.82), ("4130", 0.18)),
    "accounting": (("4120", 0.68), ("4130", 0.14), ("4957", 0.18)),
    "marketing": (("4600", 0.80), ("4120", 0.20)),
}
FREIGHT_ACCOUNT: Final = "4730"


@dataclass
class CostRates:
    """True rates in EUR a minute (or attendee) by pool and month, and what the pools of reps cost in cents."""

    rate: dict[str, npt.NDArray[np.float64]]
    rep_pool_cents: dict[str, npt.NDArray[np.int64]]
    capacity_minutes: dict[str, npt.NDArray[np.float64]]
    fixed_cents: dict[str, int]


def cost_rates(seed: int, customers: int, reps: Reps) -> CostRates:
    """The rates of every month, before a single event has happened."""
    random = stream(seed, "cost rates")
    rate: dict[str, npt.NDArray[np.float64]] = {}
    cents: dict[str, npt.NDArray[np.int64]] = {}
    capacity: dict[str, npt.NDArray[np.float64]] = {}
    inflation = 1 + 0.002 * (np.arange(MONTH_COUNT) - MONTH_COUNT + 1)
    for role, pool in enumerate(REP_POOLS):
        presence = np.array([reps.presence(role, month) for month in range(MONTH_COUNT)])
        full_cost = np.divide(
            reps.monthly_cost,
            reps.full_time_equivalent,
            where=reps.full_time_equivalent > 0,
            out=np.zeros(reps.count),
        )
        month_cost = presence @ full_cost * inflation * random.normal(1.0, 0.02, MONTH_COUNT)
        cents[pool] = np.rint(month_cost * 100).astype(np.int64)
        capacity[pool] = presence.sum(axis=1) * THEORETICAL_MINUTES * PRACTICAL_RATIO
        rate[pool] = np.divide(cents[pool] / 100, capacity[pool], where=capacity[pool] > 0, out=np.zeros(MONTH_COUNT))
    for pool, base in BASE_RATES.items():
        rate[pool] = base * inflation * random.normal(1.0, 0.05, MONTH_COUNT)
    rate[NEGATIVE_POOL][NEGATIVE_MONTH] = -40.0
    fixed = {pool: round(amount * 100 * customers / 55_000) for pool, amount in FIXED_WITHOUT_DRIVER.items()}
    return CostRates(rate=rate, rep_pool_cents=cents, capacity_minutes=capacity, fixed_cents=fixed)


@dataclass
class LaneCost:
    """True cost of one activity in one pool: the company-months that have any, in ascending order, in cents."""

    lane: Lane
    company: npt.NDArray[np.int64]
    month: npt.NDArray[np.int64]
    cents: npt.NDArray[np.int64]
    minutes: npt.NDArray[np.float64]


def true_costs(effort: Effort, rates: CostRates) -> list[LaneCost]:
    """True cost by lane; each company-month is rounded on its own, so that sums are exact."""
    costs = []
    for lane in effort.lanes():
        cells, minutes, direct = effort.by_company_month(lane)
        company, month = cells // MONTH_COUNT, cells % MONTH_COUNT
        cents = np.rint(minutes * rates.rate[lane[1]][month] * 100).astype(np.int64) + direct
        costs.append(LaneCost(lane, company, month, cents, minutes))
    return costs


@dataclass
class PoolTotals:
    """What all customers together cost, in cents by pool and month; part of it before a customer's first invoice."""

    customers: dict[str, npt.NDArray[np.int64]]
    acquisition: dict[str, npt.NDArray[np.int64]]
    minutes: dict[str, npt.NDArray[np.float64]]
    freight: npt.NDArray[np.int64]
    without_customer: dict[str, npt.NDArray[np.int64]]

    @classmethod
    def empty(cls) -> PoolTotals:
        """All zero."""
        return cls(
            {pool: np.zeros(MONTH_COUNT, np.int64) for pool in POOLS},
            {pool: np.zeros(MONTH_COUNT, np.int64) for pool in POOLS},
            {pool: np.zeros(MONTH_COUNT) for pool in POOLS},
            np.zeros(MONTH_COUNT, np.int64),
            {pool: np.zeros(MONTH_COUNT, np.int64) for pool in POOLS},
        )

    def take_in(self, other: PoolTotals) -> None:
        """Adds another part's totals."""
        for pool in POOLS:
            self.customers[pool] += other.customers[pool]
            self.acquisition[pool] += other.acquisition[pool]
            self.minutes[pool] += other.minutes[pool]
            self.without_customer[pool] += other.without_customer[pool]
        self.freight += other.freight


def pool_cents(totals: PoolTotals, rates: CostRates) -> dict[str, npt.NDArray[np.int64]]:
    """The ledger of each pool by service month, in cents."""
    ledger = {}
    for pool in POOLS:
        used = totals.customers[pool] + totals.acquisition[pool] + totals.without_customer[pool]
        if pool in rates.rep_pool_cents:
            ledger[pool] = rates.rep_pool_cents[pool].copy()
        else:
            idle = totals.minutes[pool] == 0
            ledger[pool] = used + np.where(idle, rates.fixed_cents.get(pool, 0), 0)
    return ledger


def cost_entries(seed: int, totals: PoolTotals, rates: CostRates) -> tuple[pa.Table, dict[str, list[str]]]:
    """Postings whose sums are the pools' costs, and the entry ids of what was posted late, negative or twice.

    Salaries and cars are posted in the first days of a month, volume-driven cost in its course. A few postings are
    cancelled and posted again.
    """
    random = stream(seed, "postings")
    ledger = pool_cents(totals, rates)
    rows: list[tuple[int, str, str, int]] = []
    planted: dict[str, list[int]] = {"late_posting": [], "negative_pool_month": [], "reversed_posting": []}
    for pool in POOLS:
        accounts = ACCOUNTS[pool]
        early = pool in rates.rep_pool_cents
        for month in range(MONTH_COUNT):
            amount = int(ledger[pool][month])
            if amount == 0:
                continue
            start = int(MONTH_START[month])
            end = min(int(MONTH_START[month + 1]) - 1, LAST_DAY)
            freight = int(totals.freight[month]) if pool == "logistics" else 0
            if freight:
                half = freight // 2
                rows.append((min(start + 14, end), pool, FREIGHT_ACCOUNT, half))
                rows.append((end, pool, FREIGHT_ACCOUNT, freight - half))
            rest = amount - freight
            late = round(rest * LATE_RATIO) if (pool, month) == (LATE_POOL, LATE_MONTH) else 0
            if late:
                planted["late_posting"].append(len(rows))
                rows.append((int(MONTH_START[month + 1]) + LATE_DAYS, pool, "4710", late))
                rest -= late
            left = rest
            for position, (account, ratio) in enumerate(accounts):
                part = left if position == len(accounts) - 1 else round(rest * ratio)
                left -= part
                if part == 0:
                    continue
                day = start + (1 + position if early else int(random.integers(0, end - start + 1)))
                if (pool, month) == (NEGATIVE_POOL, NEGATIVE_MONTH):
                    planted["negative_pool_month"].append(len(rows))
                rows.append((min(day, end), pool, account, part))
    for position in random.choice(len(rows), min(6, len(rows)), replace=False):
        day, pool, account, part = rows[int(position)]
        planted["reversed_posting"].append(len(rows))
        rows.append((day, pool, account, -part))
        rows.append((day, pool, account, part))
    table = pa.table(
        {
            "entry_id": columns.keys("GL-", np.arange(1, len(rows) + 1), 7),
            "posting_date": columns.dates(np.array([row[0] for row in rows])),
            "cost_center": pa.array([row[1] for row in rows]),
            "gl_account": pa.array([row[2] for row in rows]),
            "amount": columns.money(np.array([row[3] for row in rows])),
            "currency_code": pa.array(["EUR"] * len(rows)),
        }
    )
    return table, {kind: [f"GL-{position + 1:07d}" for position in positions] for kind, positions in planted.items()}


def true_pools(totals: PoolTotals, rates: CostRates) -> pa.Table:
    """Truth by pool and service month: where its cost went."""
    ledger = pool_cents(totals, rates)
    data: dict[str, list[object]] = {
        name: []
        for name in (
            "resource_pool",
            "month",
            "pool_amount",
            "customer_amount",
            "acquisition_amount",
            "unused_amount",
            "unassigned_amount",
            "freight_amount",
            "driver_quantity",
            "rate_amount",
        )
    }
    for pool in POOLS:
        for month in range(MONTH_COUNT):
            used = int(totals.customers[pool][month]), int(totals.acquisition[pool][month])
            without_customer = int(totals.without_customer[pool][month])
            rest = int(ledger[pool][month]) - sum(used) - without_customer
            unused = rest if pool in rates.rep_pool_cents else 0
            values = (
                pool,
                month_label(month),
                int(ledger[pool][month]),
                *used,
                unused,
                rest - unused + without_customer,
                int(totals.freight[month]) if pool == "logistics" else 0,
                float(totals.minutes[pool][month]),
                float(rates.rate[pool][month]),
            )
            for name, value in zip(data, values, strict=True):
                data[name].append(value)
    table: dict[str, pa.Array] = {}
    for name, values_of in data.items():
        if name.endswith("_amount") and name != "rate_amount":
            table[name] = columns.money(np.array(values_of, dtype=np.int64))
        else:
            table[name] = pa.array(values_of)
    return pa.table(table)


def quarter_start_dates() -> pa.Array:
    """First days of the quarters by position."""
    return pa.array([calendar.quarter_start_date(quarter) for quarter in range(calendar.QUARTER_COUNT)])
