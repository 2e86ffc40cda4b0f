"""The demo company: generated CRM, ERP and ledger files with known truth beside them."""

from orchestration.demo.generator import DEFAULT_CUSTOMERS, DEFAULT_SEED, DemoSummary, Progress, generate

__all__ = ["DEFAULT_CUSTOMERS", "DEFAULT_SEED", "DemoSummary", "Progress", "generate"]
