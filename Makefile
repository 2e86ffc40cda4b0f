# Every target sets up what it needs: a virtual environment, uv inside it, the hashed lock file.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# The linter starts from what dbt parsed just before, as long as both have the same home and target.
LINTED := KUNDENWERT_HOME=target/lint DBT_TARGET_PATH=target/lint
LAYOUT := --rules LT01,LT02 --exclude-rules ''
HOME_DIR := $(or $(KUNDENWERT_HOME),home)

export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false

.PHONY: setup demo test test-long test-fast lint lint-python types lint-sql lint-layout format ui bench bench-potential bench-campaign bench-territory truth truth-potential sensitivity pictures docs lock clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m orchestration.transform.prepare
	touch $(STAMP)

demo: $(STAMP)        ## generate the demo company and publish its tables
	$(BIN)/kundenwert demo --home $(HOME_DIR)

test: $(STAMP) lint-python  ## style of Python, and every test but those that take minutes
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder -m "not long"

test-long: $(STAMP) types lint-sql lint-layout  ## what takes minutes: types, killed and blocked runs, a million lines, many more examples, style and layout of SQL
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder -m long
	$(BIN)/python -m pytest --numprocesses 2 --hypothesis-profile=thorough tests/python/potential

test-fast: $(STAMP)   ## the tests that take less than five seconds each
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder -m "not slow"

lint: $(STAMP)        ## SQL, Python, types, and the dbt project as a whole
	$(MAKE) --no-print-directory --jobs 2 --output-sync lint-python types lint-sql

lint-python: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)       ## two minutes where nothing is cached
	$(BIN)/mypy

lint-sql: $(STAMP)
	mkdir -p target/lint
	$(LINTED) $(BIN)/dbt parse --quiet
	$(LINTED) $(BIN)/sqlfluff lint --processes 2 models tests/singular

lint-layout: $(STAMP) ## spacing and indentation of SQL; as long as all other rules together
	mkdir -p target/lint
	$(LINTED) $(BIN)/dbt parse --quiet
	$(LINTED) $(BIN)/sqlfluff lint --processes 2 $(LAYOUT) models tests/singular

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --processes 2 models
	$(BIN)/sqlfluff fix --processes 2 $(LAYOUT) models

ui: $(STAMP)          ## Dagster's web interface on 127.0.0.1, same home as the command
	$(BIN)/kundenwert ui --home $(HOME_DIR)

bench: $(STAMP)       ## scale runs; see docs/benchmarks.md
	$(BIN)/python -m benchmarks.run

bench-potential: $(STAMP)  ## gradient boosting alone at 55,000 and at a million customers; see docs/benchmarks.md
	$(BIN)/python -m benchmarks.potential_scale --home $(HOME_DIR)

bench-territory: $(STAMP)  ## assignment of customers to reps: exact at 1,000 x 20, with its gap at 55,000 x 120; see docs/benchmarks.md
	$(BIN)/python -m benchmarks.territory_scale

bench-campaign: $(STAMP)   ## simulated campaigns on the home's demo company: how often verdict and interval are right; see docs/campaigns.md
	$(BIN)/python -m benchmarks.campaign_simulation --home $(HOME_DIR)

truth: $(STAMP)       ## the home's cost to serve against the demo company's truth; see docs/cost-to-serve.md
	$(BIN)/python -m benchmarks.cost_to_serve_truth --home $(HOME_DIR)

truth-potential: $(STAMP) ## the home's estimates of the potential against the demo company's truth, and their plot; see docs/potential.md
	$(BIN)/python -m benchmarks.potential_truth --home $(HOME_DIR) --plot docs/potential.svg

sensitivity: $(STAMP) ## how much the ranking of customers depends on the policy's standard times; see docs/cost-to-serve.md
	$(BIN)/python -m benchmarks.standard_time_sensitivity --home $(HOME_DIR)

pictures: $(STAMP)    ## the portfolio, the focus pyramid and the load of the reps of the home, as pictures of docs/steering.md
	$(BIN)/python -m benchmarks.steering_pictures --home $(HOME_DIR)

docs: $(STAMP)        ## dbt's documentation site of the home's warehouse
	KUNDENWERT_HOME=$(HOME_DIR) $(BIN)/dbt docs generate --static

lock: $(STAMP)        ## renew requirements.lock from requirements.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
		requirements.in --output-file requirements.lock

clean:
	rm -rf $(VENV) target logs build *.egg-info
