{% set p = project(cookiecutter) %}
{% set go = 'propeller' in p.targets %}
# The targets of a cluster.

KUBECTL ?= kubectl
{% if p.backend == 'operator' %}
# The CRDs that the plugins were made for, and the files that `make check_crd` compares with the cluster's.
CRDS := {{ p.kinds | map(attribute="crd.full_name") | map("make_quoted") | join(" ") }}
CRD_FILES = $(foreach crd,$(CRDS),crd/$(firstword $(subst ., ,$(crd))).yaml)
{% endif %}
# What builds an overlay, before its folder.
BUILD_OVERLAY = $(KUBECTL) kustomize

.PHONY: kustomize {{ 'install ' if p.crds }}need_kubectl need_cluster

##@ Development

kustomize: ## Build every kustomize overlay. ## {{ 'KUSTOMIZE=command' if go else 'KUBECTL=' }}
	@for overlay in $(patsubst %/kustomization.yaml,%,$(wildcard crd/kustomization.yaml kustomize/*/kustomization.yaml)); do \
		echo "kustomize build $$overlay"; $(BUILD_OVERLAY) $$overlay > /dev/null || exit 1; done

##@ Deployment

{% if p.crds %}
install: need_cluster ## Install the CRDs{{ ' and the operators' if p.bundle }} into the current cluster. ## KUBECTL=
	$(KUBECTL) apply --server-side -k {{ 'kustomize/operator' if p.bundle else 'crd' }}

{% endif %}
need_kubectl:
	@command -v $(firstword $(KUBECTL)) > /dev/null || \
		{ echo "make: kubectl of the cluster's release is needed, and there is no $(KUBECTL): https://kubernetes.io/docs/tasks/tools" >&2; exit 1; }

need_cluster: need_kubectl
	@said=$$($(KUBECTL) get --raw /version --request-timeout 20s 2>&1) || case $$said in *"Error from server"*) ;; *) \
		echo "make: no cluster answers $(KUBECTL): choose one with KUBECONFIG or kubectl config use-context; it says:" \
			"$$(echo "$$said" | tail -n 1)" >&2; exit 1 ;; esac
