{% set p = project(cookiecutter) %}
{% set operator = p.backend == 'operator' %}
# The targets of the connector of Flyte 1.

{% if not operator %}
# How tasks in Flyte's demo cluster reach its object storage: the connector keeps records and files there.
DEMO_STORAGE := FLYTE_AWS_ENDPOINT=http://flyte-sandbox-minio.flyte:9000 FLYTE_AWS_ACCESS_KEY_ID=minio \
	FLYTE_AWS_SECRET_ACCESS_KEY=miniostorage
{% endif %}
VERSIONED += kustomize/connector/kustomization.yaml

.PHONY: connector build_connector push_connector deploy_connector undeploy_connector values_connector demo_connector

##@ Development

connector: {{ "need_cluster " if operator }}$(VENV_READY) ## Run the connector here{{ ", on the current cluster. ## KUBECTL=" if operator else ". ##" }} PYTHON= VENV=folder
	$(VENV)/bin/pyflyte serve connector --port 8000 --prometheus_port 9090 --modules $(CONNECTOR).flyte1

##@ Build

build_connector: need_docker ## Build the connector's image. ## PLATFORM= REGISTRY= CONNECTOR_IMAGE= VERSION= DOCKER=
	$(DOCKER) build --platform $(PLATFORM) -f connector/Dockerfile -t $(CONNECTOR_IMAGE):$(VERSION) .

push_connector: need_docker ## Push the connector's image. ## REGISTRY= CONNECTOR_IMAGE= VERSION= DOCKER=
	$(DOCKER) push $(CONNECTOR_IMAGE):$(VERSION)

##@ Deployment

deploy_connector: need_cluster ## Deploy the connector. ## KUBECTL=
	$(KUBECTL) apply -k kustomize/connector

undeploy_connector: need_cluster ## Remove what `deploy_connector` has created. ## KUBECTL=
	$(KUBECTL) delete --ignore-not-found -k kustomize/connector

values_connector: need_python need_values $(VENV_READY) ## Write build/values.yaml: your values and the connector's. ## CURRENT=file TEMPLATES=folder CHART=flyte-core
	@mkdir -p build && $(RUN) scripts/values.py --connector "$$CURRENT" "$$TEMPLATES" "$$CHART" > build/values.new || \
		{ rm build/values.new; exit 1; }
	@mv build/values.new build/values.yaml && sed -n '/^#/!q; s/^#/build\/values.yaml:/p' build/values.yaml

demo_connector: need_cluster $(VENV_READY) ## Put the connector into Flyte's demo cluster. ## REGISTRY=localhost:30000 VERSION= KUBECTL=
	$(RUN) scripts/values.py --connector --demo-cluster | $(KUBECTL) apply --server-side -f -
	$(KUBECTL) apply -k kustomize/connector
	$(KUBECTL) -n flyte set image deployment/{{ p.names.project }}-connector connector=$(CONNECTOR_IMAGE):$(VERSION)
{% if not operator %}
	$(KUBECTL) -n flyte set env deployment/{{ p.names.project }}-connector $(DEMO_STORAGE)
{% endif %}
	$(KUBECTL) -n flyte rollout restart deployment/flyte-sandbox
	$(KUBECTL) -n flyte rollout status deployment/flyte-sandbox --timeout 5m
