"""Great Expectations suites as code: what the gates check before and after the models."""
