# The only commands a newcomer needs. `make` alone lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PORT   ?= 8501
export SCORER_HOME ?= $(CURDIR)/data

.DEFAULT_GOAL := help
.PHONY: help install demo score app test lint format bench samples screenshots sanitize clean

help: ## list these commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(STAMP) ## make .venv, install everything, compile the kernels, fetch and check the speech weights

$(STAMP): pyproject.toml setup.py $(wildcard ext/*)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[offline,dev]'
	$(BIN)/scorer models fetch base
	@touch $@

demo: install ## score the sample calls and open the app at http://localhost:8501
	$(BIN)/scorer demo --port $(PORT)

score: install ## score one recording: make score CALL=path [OUT=file]
	@test -n "$(CALL)" || { echo "say which recording: make score CALL=path/to/call.wav" >&2; exit 2; }
	$(BIN)/scorer score "$(CALL)" --out $(or $(OUT),-)

app: install ## serve the app with the calls that are there
	$(BIN)/scorer app --port $(PORT)

test: install ## run every test; what this machine cannot run says so in the summary
	$(BIN)/python -m pytest

lint: install ## ruff, mypy --strict, cython-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PATH="$(CURDIR)/$(BIN):$$PATH" cython-lint ext

format: install ## let ruff put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install ## measure speed against the alternatives; a table, and build/bench.json
	$(BIN)/python -m tests.benchmarks.run

samples: install ## make the sample calls anew from their scripts (installs two voices)
	$(BIN)/python -m pip install --quiet -r tests/samples/requirements.txt
	$(BIN)/python tests/samples/make.py

screenshots: install ## take the pictures of README and docs from the running app
	$(BIN)/python -m tests.browser.screenshots
	$(BIN)/python -m tests.browser.screenshots_leads

# Left out: what measures or limits memory, of which ASan takes its own.
sanitize: install ## build the kernels with ASan and UBSan, and run their tests
	rm -rf build/sanitize && mkdir -p build/sanitize/tests
	cp -r ext scorer setup.py pyproject.toml README.md LICENSE build/sanitize
	cp -r tests/audio tests/samples tests/support build/sanitize/tests
	rm -f build/sanitize/scorer/_ext/*.so
	cd build/sanitize && SCORER_SANITIZE=1 SCORER_REQUIRE_KERNELS=1 \
	  ../../$(BIN)/python setup.py -q build_ext --inplace
	cd build/sanitize && \
	  LD_PRELOAD="$$(gcc -print-file-name=libasan.so) $$(gcc -print-file-name=libubsan.so)" \
	  ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1 \
	  ../../$(BIN)/python -m pytest -q tests/audio \
	  --ignore=tests/audio/test_memory.py --ignore=tests/audio/test_apart.py

clean: ## remove what was built; the scored calls in data/ stay
	rm -rf build dist *.egg-info $(VENV) scorer/_ext/*.so
