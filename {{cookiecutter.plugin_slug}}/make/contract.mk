# The targets of the wire contract.

lint: lint_protos
format: format_protos

.PHONY: generate generate_clients lint_protos format_protos

##@ Development

generate: need_bash ## Generate the code of the proto. ## DELTA_CHECK=1 (only fail where it is stale) PYTHON=
	@PYTHON="$${PYTHON-$(FOUND)}" scripts/generate_protos.sh

generate_clients: need_bash $(VENV_READY) ## Generate code for the languages in buf.gen.yaml. ## PYTHON= VENV=folder
	@PYTHON="$${PYTHON-$(FOUND)}" scripts/generate_protos.sh --clients $(VENV)/bin

lint_protos: need_bash $(VENV_READY)
	$(VENV)/bin/buf format --diff --exit-code proto
	@mkdir -p build && scripts/generate_protos.sh --image build/proto.binpb
	$(VENV)/bin/buf lint build/proto.binpb

format_protos: $(VENV_READY)
	$(VENV)/bin/buf format -w proto
