"""Great Expectations in the process of the tests, without its usage reporting, as the worker starts it."""

import os

# Read when it is imported; processes that tests start inherit it.
os.environ["GX_ANALYTICS_ENABLED"] = "false"
