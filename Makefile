# The front door. Every target does its own set-up on a fresh machine with Python 3.11, pip and venv.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3.11
ifeq (,$(shell command -v $(PYTHON)))
PYTHON := python3
endif
VENV := .venv
RUN := $(VENV)/bin/python
UV := $(VENV)/bin/uv
export UV_LINK_MODE ?= copy

.PHONY: help
help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(UV):
	@echo "== making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check 'uv>=0.5'

$(VENV)/.synced: $(UV) pyproject.toml uv.lock
	@echo "== installing the packages of uv.lock"
	@$(UV) sync --frozen --inexact
	@touch $@

.PHONY: install
install: $(VENV)/.synced ## Set up .venv and fetch the speech models
	@echo "== fetching the speech models (about 240 MB, once)"
	@$(RUN) -m voicebot models fetch

.PHONY: demo
demo: install ## Hold one whole call with real speech; listen to var/demo/call.wav
	@$(RUN) -m voicebot demo $(ARGS)

.PHONY: train-understanding
train-understanding: install ## Fit the intents anew after their data changed; a few minutes
	@$(RUN) -m voicebot.understanding.training

.PHONY: finetune-stt
finetune-stt: install ## Teach the recogniser's encoder the telephone and short windows anew; 70 minutes on one core
	@$(UV) pip install --quiet --python $(RUN) 'torch==2.13.0'
	@$(RUN) -m evaluation.finetuning $(ARGS)

.PHONY: train-endings
train-endings: install ## Teach the ear for the end of a turn anew; about 15 minutes of two cores
	@$(RUN) -m evaluation.endings $(ARGS)

.PHONY: peer
peer: $(VENV)/.synced ## Install a stock pipecat bot beside ours, for bench latency --peer
	@UV_PROJECT_ENVIRONMENT=.venv-peer $(UV) sync --frozen --group peer

.PHONY: serve
serve: install ## Run the gateway
	@$(RUN) -m voicebot serve $(ARGS)

.PHONY: test-models
test-models: install
	@$(RUN) -m voicebot models fetch --tests

.PHONY: test
test: test-models ## Run the test suite
	@echo "== tests without speech models, on all cores"
	@$(RUN) -m pytest -n auto --dist loadfile -m "not models and not e2e and not proof" $(ARGS) || [ $$? -eq 5 ]
	@echo "== the dialogue's proof, speech models, whole calls"
	@$(RUN) -m pytest -m "models or e2e or proof" $(ARGS) || [ $$? -eq 5 ]

.PHONY: test-all
test-all: test-models ## The suite with what needs more: torch for the second recogniser, test data beside the repository
	@echo "== installing the openai-whisper extra (torch, some gigabytes where no CPU build is at hand)"
	@$(RUN) -m pip install --quiet --disable-pip-version-check 'torch==2.13.0' openai-whisper playwright
	@command -v chromium >/dev/null || apt-get install -y --no-install-recommends chromium || \
	  echo "== no Chromium: the browser tests will be skipped; install the Debian package chromium as root"
	@$(RUN) -m pytest $(ARGS)

.PHONY: check
check: $(VENV)/.synced ## Lint, types, import contracts
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-cache

.PHONY: bench
bench: install ## Measure the response time on the stereo recording
	@$(RUN) -m voicebot bench latency $(ARGS)

.PHONY: clean
clean: ## Remove what demos and tests leave behind
	@rm -rf var .pytest_cache .mypy_cache .ruff_cache
