{% set p = project(cookiecutter) %}
# The targets of the connector of Flyte 2.

FLYTE2_CONNECTOR_IMAGE = $(CONNECTOR_IMAGE)-flyte2

VERSIONED += kustomize/connector-flyte2/kustomization.yaml

.PHONY: connector_flyte2 build_flyte2 push_flyte2 deploy_flyte2 undeploy_flyte2

##@ Development

connector_flyte2: {{ 'need_cluster ' if p.backend == 'operator' }}$(VENV_READY) ## Run the connector of Flyte 2 here. ## {{ 'KUBECTL= ' if p.backend == 'operator' }}PYTHON= VENV=folder
	$(VENV)/bin/c0 --port 8000 --prometheus_port 9090 --modules $(CONNECTOR).flyte2

##@ Build

build_flyte2: need_docker ## Build its image, CONNECTOR_IMAGE-flyte2. ## PLATFORM= REGISTRY= VERSION= DOCKER=
	$(DOCKER) build --platform $(PLATFORM) -f connector/flyte2.Dockerfile -t $(FLYTE2_CONNECTOR_IMAGE):$(VERSION) .

push_flyte2: need_docker ## Push its image. ## REGISTRY= CONNECTOR_IMAGE= VERSION= DOCKER=
	$(DOCKER) push $(FLYTE2_CONNECTOR_IMAGE):$(VERSION)

##@ Deployment

deploy_flyte2: need_cluster ## Deploy the connector of Flyte 2. ## KUBECTL=
	$(KUBECTL) apply -k kustomize/connector-flyte2

undeploy_flyte2: need_cluster ## Remove what `deploy_flyte2` has created. ## KUBECTL=
	$(KUBECTL) delete --ignore-not-found -k kustomize/connector-flyte2
