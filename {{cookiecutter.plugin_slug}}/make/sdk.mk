{% set p = project(cookiecutter) %}
# The targets of the SDK for Flyte 1, and of its demo.

SDK := flytekit-{{ p.names.project }}
DEMO_IMAGE ?= $(REGISTRY)/{{ p.names.project }}-demo

test_python: test_sdk
lint: lint_sdk

.PHONY: test_sdk lint_sdk build_demo_docker push_demo_docker serialize register

##@ Development

test_sdk: $(VENV_READY)
	@# -c: ignore settings in the folders above this repository.
	$(RUN) -m pytest -q -c $(SDK)/pyproject.toml --rootdir . $(SDK)/tests demo/tests

lint_sdk: $(VENV_READY)
	@# Pyright would ask PyPI whether there is a newer one, each time.
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(VENV)/bin/pyright --pythonpath $(RUN) -p $(SDK)/pyproject.toml
	$(RUN) -m mypy --config-file $(SDK)/pyproject.toml --cache-dir $(VENV)/mypy --no-sqlite-cache $(SDK)/flytekitplugins demo/workflows

##@ Build

build_demo_docker: need_docker ## Build the demo's image. ## DEMO_BASE= PLATFORM= REGISTRY= DEMO_IMAGE= VERSION=
	$(DOCKER) build --platform $(PLATFORM) -f demo/Dockerfile $(if $(DEMO_BASE),--build-arg BASE=$(DEMO_BASE)) -t $(DEMO_IMAGE):$(VERSION) .

push_demo_docker: need_docker ## Push the demo's image. ## REGISTRY= DEMO_IMAGE= VERSION= DOCKER=
	$(DOCKER) push $(DEMO_IMAGE):$(VERSION)

##@ Deployment

serialize: $(VENV_READY) ## Package the demo's workflows into build/demo.tgz. ## DEMO_IMAGE= VERSION= PYTHON= VENV=folder
	@mkdir -p build
	pyflyte=$$(cd $(VENV)/bin && pwd)/pyflyte && cd demo && "$$pyflyte" --pkgs workflows package --force --image $(DEMO_IMAGE):$(VERSION) -o ../build/demo.tgz

register: need_bash $(VENV_READY) ## Register the demo's workflows. ## PROJECT=flytesnacks DOMAIN=development VERSION=
	PATH="$$(cd $(VENV)/bin && pwd):$$PATH" IMAGE=$(DEMO_IMAGE):$(VERSION) demo/register.sh
