"""The register of planted dirt: what it is, where it is, and what should become of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa

from orchestration.demo.calendar import IntArray, month_label
from orchestration.demo.identifiers import account_keys, debtor_keys
from orchestration.demo.ledger import (
    LATE_MONTH,
    LATE_POOL,
    MONTH_WITHOUT_DRIVER,
    NEGATIVE_MONTH,
    NEGATIVE_POOL,
)
from orchestration.demo.ledger import POOL_WITHOUT_DRIVER as IDLE_POOL
from orchestration.demo.population import Link, Population, Structure

#: Kind: entity, what should become of it.
EXPECTED: Final = {
    "duplicate_account": ("account", "both accounts become one customer by their VAT id"),
    "linked_by_vat_id": ("customer", "debtor and account become one customer by VAT id"),
    "linked_by_duns_number": ("customer", "debtor and account become one customer by DUNS number"),
    "vat_id_format": ("account", "spaces and lower case in the VAT id do not prevent the link"),
    "debtor_without_account": ("customer", "kept as a customer without CRM data (erp_only)"),
    "nothing_in_common": ("customer", "kept as erp_only; the account of the same company stays crm_only"),
    "account_without_debtor": ("account", "kept as crm_only"),
    "credit_note_only": ("customer", "negative revenue, class N, not in the denominator"),
    "tie_at_threshold": ("customer", "equal revenue of exactly 14,000.00 EUR, equal class, NOT_C"),
    "tie_small": ("customer", "equal revenue of exactly 250.00 EUR, equal class"),
    "merged_debtor": ("customer", "history restated under the surviving debtor, old id kept"),
    "merged_twice": ("customer", "history restated under the last survivor of the chain"),
    "entered_twice": ("customer", "two debtors of one account are one customer"),
    "intercompany": ("customer", "outside of all classes and denominators"),
    "blocked": ("customer", "lifecycle status blocked, no campaign"),
    "do_not_contact": ("account", "excluded from campaigns, no contact"),
    "parent_account": ("account", "rolled up to its group"),
    "missing_duration": ("activity", "standard time, source quality standard"),
    "impossible_duration": ("activity", "3 minutes replaced by the standard time, 1,200 minutes cut"),
    "shared_visit": ("activity", "minutes divided by weight"),
    "late_invoice": ("invoice_line", "posted weeks after delivery; belongs to the quarter of its posting date"),
    "late_posting": ("cost_entry", "belongs to the month it was posted in"),
    "reversed_posting": ("cost_entry", "posting and its reversal cancel out"),
    "negative_pool_month": ("cost_entry", "the credit is allocated with its sign"),
    "pool_without_driver": ("cost_entry", "the month's cost is unassigned"),
    "unreadable_row": ("wallet_declaration", "quarantined with file, row, column and reason"),
    "product_without_cost": ("product", "cost from the product group's margin, flagged as estimated"),
    "rate_gap_at_weekend": ("exchange_rate", "the last rate on or before the posting date"),
}


@dataclass
class DirtBook:
    """Rows of the register."""

    kinds: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    details: list[str | None] = field(default_factory=list)

    def add(self, kind: str, keys: list[str], detail: str | None = None) -> None:
        """Registers keys of one kind."""
        self.kinds.extend([kind] * len(keys))
        self.keys.extend(keys)
        self.details.extend([detail] * len(keys))

    def take_in(self, other: DirtBook) -> None:
        """Appends another part's register."""
        self.kinds.extend(other.kinds)
        self.keys.extend(other.keys)
        self.details.extend(other.details)

    def add_people(self, people: Population, first: int) -> None:
        """What is dirty about identities."""
        position = np.arange(people.count) + first

        def accounts(rows: IntArray) -> list[str]:
            return list(account_keys(rows).to_pylist())

        def debtors(rows: IntArray) -> list[str]:
            return list(debtor_keys(rows).to_pylist())

        twin = people.duplicate_account
        self.add("duplicate_account", accounts(twin[twin >= 0]))
        buyers = people.debtor >= 0
        for link, kind in (
            (Link.VAT_ID, "linked_by_vat_id"),
            (Link.DUNS_NUMBER, "linked_by_duns_number"),
            (Link.ERP_ONLY, "debtor_without_account"),
            (Link.NOTHING_IN_COMMON, "nothing_in_common"),
        ):
            self.add(kind, debtors(people.debtor[buyers & (people.link == link)]))
        self.add("account_without_debtor", accounts(position[people.link == Link.NOTHING_IN_COMMON]))
        self.add("vat_id_format", accounts(position[people.vat_formatted]))
        for structure, kind in (
            (Structure.CREDIT_NOTE_ONLY, "credit_note_only"),
            (Structure.TIE_AT_THRESHOLD, "tie_at_threshold"),
            (Structure.TIE_SMALL, "tie_small"),
            (Structure.INTERCOMPANY, "intercompany"),
        ):
            self.add(kind, debtors(people.debtor[people.structure == structure]))
        for structure, kind in (
            (Structure.MERGED, "merged_debtor"),
            (Structure.TWO_DEBTORS, "entered_twice"),
            (Structure.MERGED_TWICE, "merged_debtor"),
        ):
            self.add(kind, debtors(people.older_debtor[people.structure == structure]))
        self.add("merged_twice", debtors(people.oldest_debtor[people.oldest_debtor >= 0]))
        self.add("blocked", debtors(people.debtor[people.is_blocked]))
        self.add("do_not_contact", accounts(position[people.is_do_not_contact]))
        self.add("parent_account", accounts(position[people.parent >= 0]))

    def add_planted(self, planted: dict[str, list[str]], late_invoices: list[str]) -> None:
        """Examples of what is dirty about activities and invoices."""
        for kind, keys in planted.items():
            self.add(kind, keys, "one of several")
        self.add("late_invoice", late_invoices, "one of several")

    def add_ledger(self, planted: dict[str, list[str]]) -> None:
        """What is dirty about the ledger."""
        details = {
            "late_posting": f"{LATE_POOL} of {month_label(LATE_MONTH)}",
            "negative_pool_month": f"{NEGATIVE_POOL} of {month_label(NEGATIVE_MONTH)}",
        }
        for kind, keys in planted.items():
            self.add(kind, keys, details.get(kind))

    def add_calendar(self) -> None:
        """What is dirty about months and days."""
        self.add("pool_without_driver", [f"{IDLE_POOL} {month_label(MONTH_WITHOUT_DRIVER)}"])
        self.add("rate_gap_at_weekend", ["every Saturday and Sunday"])

    def add_unreadable(self, entity: str, lines: dict[int, str]) -> None:
        """Lines that cannot be read: the key is the row number in the file, counted from 1 without the header."""
        for order, position in enumerate(sorted(lines)):
            self.add("unreadable_row", [f"{entity} row {position + order + 1}"], lines[position])

    def table(self) -> pa.Table:
        """The register as a table."""
        return pa.table(
            {
                "kind": pa.array(self.kinds, type=pa.string()),
                "entity": pa.array([EXPECTED[kind][0] for kind in self.kinds], type=pa.string()),
                "key": pa.array(self.keys, type=pa.string()),
                "detail": pa.array(self.details, type=pa.string()),
                "expected_handling": pa.array([EXPECTED[kind][1] for kind in self.kinds], type=pa.string()),
            }
        )
