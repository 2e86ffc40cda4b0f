"""What is the same for every customer: products with their prices, and the daily exchange rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from orchestration.demo.calendar import FIRST_DAY, LAST_DAY, FloatArray, IntArray
from orchestration.demo.catalogue import CURRENCIES, GROUPS
from orchestration.demo.population import stream

#: List prices of earlier calendar years relative to 2026 (2023, 2024, 2025, 2026).
PRICE_LEVEL: Final = np.array([0.94, 0.96, 0.98, 1.0])
RATE_DIGITS: Final = 1_000_000
#: Days of rates before the first trading day, so that the first posting finds one.
RATE_LEAD_DAYS: Final = 10


@dataclass
class Products:
    """The catalogue, ordered by product group and list price (cents, 2026)."""

    number: IntArray
    group: IntArray
    list_price: IntArray
    standard_cost: IntArray
    has_cost: npt.NDArray[np.bool_]
    minimum_order_quantity: IntArray
    is_standard: npt.NDArray[np.bool_]
    is_service_intensive: npt.NDArray[np.bool_]
    noun: IntArray
    sort_key: FloatArray
    group_start: IntArray

    @property
    def count(self) -> int:
        """Number of products."""
        return len(self.number)


def products(seed: int, customers: int) -> Products:
    """The catalogue for a number of customers: 240 to 6,000 products, log-normal prices in each group."""
    random = stream(seed, "products")
    total = int(np.clip(customers // 10, 240, 6_000))
    weight = np.array([group.weight for group in GROUPS])
    sizes = np.maximum(np.rint(total * weight / weight.sum()).astype(int), 8)
    group = np.repeat(np.arange(len(GROUPS)), sizes)
    median = np.array([entry.median_price for entry in GROUPS])[group]
    spread = np.array([entry.price_spread for entry in GROUPS])[group]
    price = np.maximum(np.rint(median * np.exp(spread * random.standard_normal(len(group))) * 100), 90).astype(np.int64)
    order = np.lexsort((price, group))
    group, price = group[order], price[order]
    margin = np.array([entry.list_margin for entry in GROUPS])[group] + random.normal(0, 0.03, len(group))
    cost = np.rint(price * (1 - margin)).astype(np.int64)
    has_cost = random.random(len(group)) >= 0.01
    has_cost[len(group) // 3] = False
    cheap = price < 1_500
    quantity = np.where(
        cheap & (random.random(len(group)) < 0.45), np.array([5, 10, 10, 20])[random.integers(0, 4, len(group))], 1
    )
    return Products(
        number=random.permutation(len(group)).astype(np.int64) + 1,
        group=group,
        list_price=price,
        standard_cost=cost,
        has_cost=has_cost,
        minimum_order_quantity=quantity,
        is_standard=random.random(len(group)) < np.array([entry.standard_ratio for entry in GROUPS])[group],
        is_service_intensive=random.random(len(group)) < np.array([entry.service_ratio for entry in GROUPS])[group],
        noun=random.integers(0, 1 << 30, len(group)),
        sort_key=group * 100.0 + np.log(price),
        group_start=np.searchsorted(group, np.arange(len(GROUPS) + 1)),
    )


@dataclass
class Rates:
    """EUR for one unit of a currency in millionths, by currency and day; weekends repeat the Friday before."""

    first_day: int
    by_day: IntArray
    is_quoted: npt.NDArray[np.bool_]

    def on(self, currency: IntArray, days: IntArray) -> npt.NDArray[np.int64]:
        """Rates in millionths of EUR on days."""
        rates: npt.NDArray[np.int64] = self.by_day[currency, np.minimum(days, LAST_DAY) - self.first_day]
        return rates

    def to_reporting(self, cents: IntArray, currency: IntArray, days: IntArray) -> npt.NDArray[np.int64]:
        """Cents in EUR, each amount rounded half away from zero on its own."""
        product = cents.astype(np.int64) * self.on(currency, days)
        half = RATE_DIGITS // 2
        return np.where(product >= 0, (product + half) // RATE_DIGITS, -((-product + half) // RATE_DIGITS))


def exchange_rates(seed: int) -> Rates:
    """Random walks for CHF and USD against EUR, quoted from Monday to Friday only."""
    random = stream(seed, "rates")
    first = FIRST_DAY - RATE_LEAD_DAYS
    days = np.arange(first, LAST_DAY + 1)
    is_quoted = (days + 3) % 7 < 5  # 1970-01-01 was a Thursday
    by_day = np.full((len(CURRENCIES), len(days)), RATE_DIGITS, dtype=np.int64)
    for currency, (start, volatility) in enumerate(((1.04, 0.0022), (0.92, 0.0032)), start=1):
        steps = random.normal(0.0, volatility, len(days))
        walk = np.zeros(len(days))
        level = 0.0
        for position in range(len(days)):
            level = level * 0.995 + steps[position]
            walk[position] = level
        quoted = np.rint(start * np.exp(walk) * RATE_DIGITS).astype(np.int64)
        last_quote = np.maximum.accumulate(np.where(is_quoted, np.arange(len(days)), 0))
        by_day[currency] = quoted[last_quote]
    return Rates(first_day=first, by_day=by_day, is_quoted=is_quoted)
