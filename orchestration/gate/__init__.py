"""The gates: suites of expectations/ evaluated inside DuckDB, their results as rows and as asset checks."""
