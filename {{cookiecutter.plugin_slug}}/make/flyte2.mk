{% set p = project(cookiecutter) %}
# The targets of the SDK for Flyte 2, and of its demo.

SDK2 := flyteplugins-{{ p.names.project }}
FLYTE2_DEMO_IMAGE ?= $(REGISTRY)/{{ p.names.project }}-demo-flyte2

test_python: test_flyte2
lint: lint_flyte2

.PHONY: test_flyte2 lint_flyte2 build_demo_flyte2 push_demo_flyte2 register_flyte2

##@ Development

test_flyte2: $(VENV_READY) ## Run the tests of the SDK for Flyte 2. ## PYTHON= VENV=folder
	$(RUN) -m pytest -q -c $(SDK2)/pyproject.toml --rootdir . $(SDK2)/tests demo/flyte2/tests

lint_flyte2: $(VENV_READY)
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(VENV)/bin/pyright --pythonpath $(RUN) -p $(SDK2)/pyproject.toml
	$(RUN) -m mypy --config-file $(SDK2)/pyproject.toml --cache-dir $(VENV)/mypy2 --no-sqlite-cache $(SDK2)/flyteplugins demo/flyte2

##@ Build

build_demo_flyte2: need_docker ## Build the image of Flyte 2's demo. ## DEMO_BASE= PLATFORM= REGISTRY= VERSION= DOCKER=
	$(DOCKER) build --platform $(PLATFORM) -f demo/flyte2/Dockerfile $(if $(DEMO_BASE),--build-arg BASE=$(DEMO_BASE)) \
		-t $(FLYTE2_DEMO_IMAGE):$(VERSION) .

push_demo_flyte2: need_docker ## Push the image of Flyte 2's demo. ## REGISTRY= FLYTE2_DEMO_IMAGE= VERSION=
	$(DOCKER) push $(FLYTE2_DEMO_IMAGE):$(VERSION)

##@ Deployment

register_flyte2: $(VENV_READY) ## Deploy the demo's tasks to Flyte 2. ## PROJECT= DOMAIN= REGISTRY= VERSION=
	@for file in $(filter-out %_service.py,$(wildcard demo/flyte2/*.py)); do $(VENV)/bin/flyte deploy $${PROJECT:+--project "$$PROJECT"} $${DOMAIN:+--domain "$$DOMAIN"} \
		--version $(VERSION) --image demo=$(FLYTE2_DEMO_IMAGE):$(VERSION) --all $$file || exit; done
