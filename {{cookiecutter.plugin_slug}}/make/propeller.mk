{% set p = project(cookiecutter) %}
# The targets of the Go plugin and its propeller.

PROPELLER_IMAGE ?= $(REGISTRY)/flytepropeller-{{ p.names.project }}

GO ?= go
export GO
# Go, with less output of downloads.
RUN_GO = scripts/go.sh
GOFMT = $(shell $(GO) env GOROOT)/bin/gofmt
# Go build tags of propeller. `nospark` leaves out Flyte's Spark plugin.
TAGS ?=
# GO_LDFLAGS are additional flags for Go's linker; images are built without symbols.
GO_BUILD = $(RUN_GO) build -tags '$(TAGS)' -ldflags "$$GO_LDFLAGS -X github.com/flyteorg/flyte/flytestdlib/version.Version=$(VERSION)"
# Spark's plugin pins a commit of its operator that some Go module proxies do not have: tests, lint and doctor leave it out.
TEST_TAGS ?= nospark
KUSTOMIZE ?= $(RUN_GO) run sigs.k8s.io/kustomize/kustomize/v5@{{ p.versions.kustomize }}
BUILD_OVERLAY = $(KUSTOMIZE) build
{% if p.crds %}
SETUP_ENVTEST ?= $(RUN_GO) run sigs.k8s.io/controller-runtime/tools/setup-envtest@{{ p.versions.setup_envtest }}
ENVTEST_K8S ?= {{ p.versions.envtest_k8s }}
{% endif %}
# The account that propeller runs as, for `make doctor`.
ACCOUNT ?= system:serviceaccount:flyte:flytepropeller

generate kustomize cluster_resources: need_go
test: test_go
lint: lint_go
format: format_go
VERSIONED += kustomize/propeller/kustomization.yaml $(wildcard kustomize/values/*.yaml)

.PHONY: test_go {{ 'envtest ' if p.crds }}lint_go format_go add_plugin upgrade_flyte propeller manager build_propeller push_propeller deploy undeploy \
	demo_cluster values doctor check_crd build_doctor need_go need_crd

##@ Development

test_go: need_go ## Run the tests of the backend plugin and its propeller. ## GO= TEST_TAGS=tags
	$(RUN_GO) test -tags '$(TEST_TAGS)' ./...

{% if p.crds %}
envtest: need_go ## Run the plugin on a real API server, downloaded once. ## KUBEBUILDER_ASSETS=folder (that has one) ENVTEST_K8S=
	@if [ -n "$$KUBEBUILDER_ASSETS" ]; then \
		assets=$$(cd -- "$$KUBEBUILDER_ASSETS" && pwd) || exit; \
	else \
		echo "looking for the API server of Kubernetes $(ENVTEST_K8S), which is downloaded once"; \
		assets=$$($(SETUP_ENVTEST) use -p path $(ENVTEST_K8S)) || { \
			echo "make: cannot fetch it: name a folder with etcd and kube-apiserver: make envtest KUBEBUILDER_ASSETS=folder" >&2; exit 1; }; \
	fi; \
	KUBEBUILDER_ASSETS="$$assets" $(RUN_GO) test -tags '$(TEST_TAGS),envtest' -count 1 -v -run TestOnAPIServer ./go/...

{% endif %}
lint_go: need_go $(VENV_READY)
	@unformatted=$$($(GOFMT) -l go gen internal flytepropeller) || exit; test -z "$$unformatted" || \
		{ echo "run gofmt -w on:" $$unformatted >&2; exit 1; }
	$(RUN_GO) vet -tags '$(TEST_TAGS),envtest' ./...
{% if p.github %}
	$(RUN_GO) run github.com/rhysd/actionlint/cmd/actionlint@{{ p.versions.actionlint }} -shellcheck $(VENV)/bin/shellcheck -pyflakes= .github/workflows/*.yml
{% endif %}

format_go: need_go
	$(GOFMT) -w go gen internal flytepropeller

add_plugin: need_go need_python ## Build the plugin of another repository into propeller. ## MODULE=path@version (or path=../folder) GO= PYTHON=
	@"$${PYTHON-$(or $(FOUND),python3)}" scripts/add_plugin.py "$$MODULE"

upgrade_flyte: need_go need_python need_bash ## Move to another release of Flyte, then run the tests. ## VERSION=vX.Y.Z GO= PYTHON=
	@"$${PYTHON-$(or $(FOUND),python3)}" scripts/upgrade_flyte.py '$(if $(call given,VERSION),$(VERSION))'
	$(MAKE) generate test

##@ Build

propeller: need_go ## Build bin/flytepropeller for this machine. ## TAGS=nospark VERSION= GO= GO_LDFLAGS=flags
	$(GO_BUILD) -o bin/flytepropeller ./flytepropeller/cmd

manager: need_go ## Build bin/flytepropeller-manager, for sharded propellers. ## VERSION= GO= GO_LDFLAGS=flags
	$(GO_BUILD) -o bin/flytepropeller-manager github.com/flyteorg/flyte/flytepropeller/cmd/manager

build_propeller: need_docker ## Build the propeller's image. ## PLATFORM= REGISTRY= PROPELLER_IMAGE= VERSION= TAGS=nospark
	$(DOCKER) build --platform $(PLATFORM) -f flytepropeller/Dockerfile --build-arg TAGS='$(TAGS)' --build-arg VERSION=$(VERSION) \
		-t $(PROPELLER_IMAGE):$(VERSION) .

push_propeller: need_docker ## Push the propeller's image. ## REGISTRY= PROPELLER_IMAGE= VERSION= DOCKER=
	$(DOCKER) push $(PROPELLER_IMAGE):$(VERSION)

##@ Deployment

deploy: need_cluster ## Deploy the propeller by itself, without Flyte's charts. ## KUBECTL=
	$(KUBECTL) apply -k kustomize/propeller

undeploy: need_cluster ## Remove what `deploy` has created. ## KUBECTL=
	$(KUBECTL) delete --ignore-not-found -k kustomize/propeller
	$(KUBECTL) delete --ignore-not-found mutatingwebhookconfiguration flyte-pod-webhook

demo_cluster: need_cluster $(VENV_READY) ## Put the propeller into Flyte's demo cluster. ## REGISTRY=localhost:30000 VERSION= KUBECTL=
	$(RUN) scripts/values.py --demo-cluster $(PROPELLER_IMAGE):$(VERSION) | $(KUBECTL) apply --server-side -f -
	$(KUBECTL) -n flyte rollout restart deployment/flyte-sandbox
	$(KUBECTL) -n flyte rollout status deployment/flyte-sandbox --timeout 5m

values: need_python need_values $(VENV_READY) ## Write build/values.yaml: your values and the plugin's. ## CURRENT=file TEMPLATES=folder CHART=flyte-core
	@mkdir -p build && $(RUN) scripts/values.py "$$CURRENT" "$$TEMPLATES" "$$CHART" > build/values.new || \
		{ rm build/values.new; exit 1; }
	@mv build/values.new build/values.yaml && sed -n '/^#/!q; s/^#/build\/values.yaml:/p' build/values.yaml

doctor: build_doctor ## Find out why tasks do not run. ## NAMESPACE=project-domain ACCOUNT= CONFIG=file SDK_PYTHON=
	@# With PYTHONPATH, the SDK of this repository would be used instead of the installed one.
	@env -u PYTHONPATH bin/doctor doctor --as $(ACCOUNT) $(if $(NAMESPACE),--namespace $(NAMESPACE)) \
		$(if $(findstring nospark,$(TAGS)),,--held spark) $${CONFIG:+--config="$$CONFIG"} $${SDK_PYTHON:+--sdk-python="$$SDK_PYTHON"} $$ARGS

check_crd: need_crd build_doctor ## Compare the plugins' CRDs with the cluster's. ## CRD=file ARGS=--verbose (lists every addition) GO=
	@if [ -n "$$CRD" ]; then set -- "$$CRD"; else set -- $(CRD_FILES); fi; \
		status=0; for file; do bin/doctor check-crd $$ARGS -- "$$file" || status=$$?; done; exit $$status

build_doctor: need_go
	@$(RUN_GO) build -tags '$(TEST_TAGS)' -o bin/doctor ./flytepropeller/cmd

need_go:
	@$(RUN_GO) env GOVERSION > /dev/null

need_crd:
	@if [ -n "$$CRD" ]; then set -- "$$CRD"; else set -- $(CRD_FILES); fi; \
		for file; do test -f "$$file" || { echo "make: there is no $$file to compare with; keep the one that the plugin was made for:" \
		"mkdir -p crd" $(foreach crd,$(CRDS),"&& kubectl get crd $(crd) -o yaml > crd/$(firstword $(subst ., ,$(crd))).yaml") >&2; exit 1; }; done
