# The two commands: `make run` and `make test`. Both make .venv from requirements.lock themselves, once.
# Needs: GNU make, git, Python 3.11 to 3.13 with pip.

.ONESHELL:
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

# Called from elsewhere with -f: go to where this file lies. The list holds this one name, blanks and all.
HERE := $(shell cd "$$(dirname '$(strip $(MAKEFILE_LIST))')" && pwd -P)
ifneq ($(CURDIR),$(HERE))
GOALS := $(or $(MAKECMDGOALS),run)
.PHONY: $(GOALS)
$(GOALS):
	$(MAKE) -C "$(HERE)" $@
else

READY := .venv/.ready
SOURCES := oh_pipeline tests benchmarks

.PHONY: run test dev lint bench prove docs clean lock questions audit sbom

run: $(READY)
	.venv/bin/oh run

test: $(READY)
	.venv/bin/pytest -n 2 --dist loadfile

dev: $(READY)
	.venv/bin/oh dev

lint: $(READY)
	.venv/bin/ruff check $(SOURCES)
	.venv/bin/ruff format --check $(SOURCES)
	.venv/bin/mypy
	.venv/bin/sqlfluff lint dbt_project

bench: $(READY)
	.venv/bin/python -m benchmarks

# Shows that the harnesses find planted faults, then tries every promise at length, which takes hours, and writes docs/proof.md.
prove: $(READY)
	.venv/bin/pytest -m proof -n 2 --dist loadfile
	.venv/bin/python -m tests.proof

# dbt's documentation in one file that opens from a double click, and the pages made from the models.
docs: $(READY)
	.venv/bin/python -m oh_pipeline.modelling.entity_page
	.venv/bin/python -m oh_pipeline.modelling.metric_page
	.venv/bin/python -m oh_pipeline.modelling.docs_site

# Asks docs/questions.md anew of a synthetic corpus and writes the answers into it.
questions: $(READY)
	.venv/bin/python -m tests.questions

# Asks the advisory service about every pinned package; nothing is installed. A package that it does not answer for counts as a fault.
audit: $(READY)
	@mkdir -p build
	if .venv/bin/pip-audit -r requirements.lock --require-hashes --disable-pip --strict --progress-spinner off >build/audit.txt 2>&1; then
		cat build/audit.txt
	elif grep -q 'known vulnerabilit' build/audit.txt; then
		cat build/audit.txt >&2
		exit 1
	else
		tail -n 1 build/audit.txt >&2
		echo "error: the advisory service could not be asked about every package, so nothing is proven; see build/audit.txt" >&2
		exit 2
	fi

# What this software is made of, with hashes, as CycloneDX; the same lock gives the same bytes.
sbom: $(READY)
	@mkdir -p build
	.venv/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible \
		--spec-version 1.6 --output-format JSON --output-file build/sbom.json 2>/dev/null
	echo "build/sbom.json" >&2

# What a run or a build made, the raw folder and tombstones never.
clean:
	rm -rf .venv dbt_project/target dbt_project/logs .pytest_cache .mypy_cache .ruff_cache build dist
	find oh_pipeline tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# Pins every package anew; needs uv.
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header -o requirements.lock

$(READY): requirements.lock pyproject.toml
	find_python() {
		for name in "$${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
			if [ -n "$$name" ] && command -v "$$name" >/dev/null 2>&1 &&
				"$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
				echo "$$name"
				return 0
			fi
		done
		echo "error: no Python 3.11 to 3.13 found; install one, or name it: make $(firstword $(MAKECMDGOALS)) PYTHON=/path/to/python3" >&2
		return 1
	}
	rm -f $(READY)
	if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
		python=$$(find_python)
		rm -rf .venv
		"$$python" -m venv .venv
	fi
	echo "Installing the pinned packages into .venv; this is done once." >&2
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	.venv/bin/python -m compileall -q oh_pipeline || true
	touch $(READY)

endif
