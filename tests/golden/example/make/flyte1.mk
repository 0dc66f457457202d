# The targets that ask for the Flyte 1 of a cluster, and configure it.

.PHONY: find_flyte cluster_resources need_values

##@ Deployment

find_flyte: need_python ## Show how Flyte is installed, and what to do. ## KUBECTL= PROPELLER_IMAGE=
	@KUBECTL='$(KUBECTL)' "$${PYTHON-$(or $(FOUND),python3)}" scripts/find_flyte.py $(PROPELLER_IMAGE)

cluster_resources: ## Write templates of namespaces, for `values`. ## Then: TEMPLATES=build/cluster-resources
	@rm -rf build/cluster-resources && mkdir -p build/cluster-resources
	$(BUILD_OVERLAY) kustomize/cluster-resources -o build/cluster-resources/

need_values:
	@test -n "$$CURRENT" || { echo "make $(firstword $(filter values values_connector,$(MAKECMDGOALS)) values) CURRENT=FILE: the values in use, as helm get values -o yaml shows them" >&2; exit 1; }
	@test -r "$$CURRENT" || { echo "make: $$CURRENT cannot be read: CURRENT is the file of the values in use, as helm get values -o yaml shows them" >&2; exit 1; }
