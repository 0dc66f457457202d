{% set p = project(cookiecutter) %}
{% set operator = p.backend == 'operator' %}
{% set check_crd = operator and 'propeller' not in p.targets %}
# The targets of the connector, whichever Flyte it is for.

CONNECTOR_IMAGE ?= $(REGISTRY)/{{ p.names.project }}-connector
CONNECTOR := {{ p.names.project }}_connector
export PYTHONPATH := $(PYTHONPATH):$(CURDIR)/connector

test: test_connector
lint: lint_connector
VERSIONED += connector/pyproject.toml

.PHONY: test_connector lint_connector doctor_connector{{ ' check_crd need_crd' if check_crd }}

##@ Development

test_connector: $(VENV_READY) ## Run the tests of the connector. ## PYTHON= VENV=folder
	$(RUN) -m pytest -q -c connector/pyproject.toml --rootdir . connector/tests

lint_connector: $(VENV_READY)
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(VENV)/bin/pyright --pythonpath $(RUN) -p connector/pyproject.toml
	$(RUN) -m mypy --config-file connector/pyproject.toml --cache-dir $(VENV)/mypy --no-sqlite-cache connector/$(CONNECTOR)

##@ Deployment

doctor_connector: {{ "need_cluster " if operator }}$(VENV_READY) ## Find out why tasks do not run. ## {{ "NAMESPACE=project-domain ARGS=--help KUBECTL=" if operator else "ARGS=--help" }}
	@$(RUN) -m $(CONNECTOR).doctor {{ "$(if $(NAMESPACE),--namespace $(NAMESPACE)) " if operator }}$$ARGS
{% if check_crd %}

check_crd: $(if $(CRD),need_crd,need_cluster) need_python $(VENV_READY) ## Compare the cluster's CRDs with what tasks need. ## CRD=file (another one, such as a newer operator's)
	@$(RUN) -m $(CONNECTOR).check_crd $${CRD:+-- "$$CRD"}

need_crd:
	@test -r "$$CRD" || { echo "make: $$CRD cannot be read: CRD is a file with the operator's CRD" >&2; exit 1; }
{% endif %}
