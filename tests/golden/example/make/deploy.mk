# The targets of a cluster.

KUBECTL ?= kubectl
# The CRDs that the plugins were made for, and the files that `make check_crd` compares with the cluster's.
CRDS := solverjobs.batch.solver.example.com
CRD_FILES = $(foreach crd,$(CRDS),crd/$(firstword $(subst ., ,$(crd))).yaml)
# What builds an overlay, before its folder.
BUILD_OVERLAY = $(KUBECTL) kustomize

.PHONY: kustomize install need_kubectl need_cluster

##@ Development

kustomize: ## Build every kustomize overlay. ## KUSTOMIZE=command
	@for overlay in $(patsubst %/kustomization.yaml,%,$(wildcard crd/kustomization.yaml kustomize/*/kustomization.yaml)); do \
		echo "kustomize build $$overlay"; $(BUILD_OVERLAY) $$overlay > /dev/null || exit 1; done

##@ Deployment

install: need_cluster ## Install the CRDs into the current cluster. ## KUBECTL=
	$(KUBECTL) apply --server-side -k crd

need_kubectl:
	@command -v $(firstword $(KUBECTL)) > /dev/null || \
		{ echo "make: kubectl of the cluster's release is needed, and there is no $(KUBECTL): https://kubernetes.io/docs/tasks/tools" >&2; exit 1; }

need_cluster: need_kubectl
	@said=$$($(KUBECTL) get --raw /version --request-timeout 20s 2>&1) || case $$said in *"Error from server"*) ;; *) \
		echo "make: no cluster answers $(KUBECTL): choose one with KUBECONFIG or kubectl config use-context; it says:" \
			"$$(echo "$$said" | tail -n 1)" >&2; exit 1 ;; esac
