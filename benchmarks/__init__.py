"""Scale runs; see docs/benchmarks.md."""
