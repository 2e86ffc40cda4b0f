"""From the warehouse to what others read: the served file, Parquet, the ledger, campaign exports."""
