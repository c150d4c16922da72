# make run: set up and do the main job · make test: set up and run every test · make lab: JupyterLab on notebooks/
# make test-system: tests with Chromium, LibreOffice and PostGIS, installed from Debian's packages when missing
PYTHON ?= python3
PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --require-hashes
SELF := $(PY) -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .

export PYTHONUTF8 := 1

.PHONY: run test test-fast test-system lab lint locks clean
.DEFAULT_GOAL := run

run: .venv/runtime.stamp
	.venv/bin/fengwuwu run

lab: .venv/runtime.stamp
	.venv/bin/fengwuwu lab

lint: .venv/dev.stamp
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

test: lint
	$(PY) -m pytest --numprocesses auto --dist loadfile -m "not system"
	$(PY) -m pytest --numprocesses auto --dist loadfile --nbval-lax tests/golden

test-fast: .venv/dev.stamp
	$(PY) -m pytest --numprocesses auto --dist loadfile -m "not system and not slow"

test-system: .venv/dev.stamp
	$(PY) scripts/install_system_parts.py
	$(PY) -m pytest -m system
	$(PY) -m pytest --numprocesses auto --dist loadfile --postgis tests/projects

# The locks carry hashes and no address, so a mirror set in pip's own configuration counts.
locks: .venv/dev.stamp
	$(PY) scripts/make_locks.py

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
	  || { echo '需要 Python 3.11、3.12 或 3.13；可用 make PYTHON=python3.12 指定。' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo '缺少 venv 模块，请先安装：apt-get install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/runtime.stamp: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) -r requirements.lock
	$(SELF)
	@touch $@

.venv/dev.stamp: requirements-dev.lock pyproject.toml | .venv/bin/python
	$(PIP) -r requirements-dev.lock
	$(SELF)
	@touch $@ .venv/runtime.stamp

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
