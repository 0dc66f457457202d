#!/usr/bin/env bash
{% set p = plugin(cookiecutter) %}
# Generates the Python and Go code of the wire contract from proto/.
#
#   scripts/generate_protos.sh                 writes gen/pb-go/ and flytekit-{{ p.names.name }}/
#   DELTA_CHECK=1 scripts/generate_protos.sh   writes nothing; fails where the committed code is stale
#   scripts/generate_protos.sh --image FILE    writes a descriptor image of proto/, for buf lint and buf breaking
#
# The generator is pinned and lives in a cache of its own, so the first run needs a package index (pip's own settings
# hold) and every later one needs no network. PYTHON chooses the interpreter that makes the cache.
#
# Exit status: 0 done; 3 the Python code is done, but there is no Go to generate the Go code with; 4 the generator could
# not be installed.
set -euo pipefail

readonly PROTO="{{ p.names.proto_file }}"
readonly GO_MODULE="{{ p.names.go_module }}"
readonly PYTHON_MODULE="{{ p.names.python_package }}.{{ p.names.name }}_pb2"
readonly PYTHON_PACKAGE="flytekit-{{ p.names.name }}/flytekitplugins/{{ p.names.name }}"
readonly GRPCIO_TOOLS="{{ p.versions.grpcio_tools }}"
readonly FLYTEIDL="{{ p.flyte_version[1:] }}"

cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/cookiecutter-flyte-plugin"
readonly TOOLS="$CACHE/protoc-$GRPCIO_TOOLS-flyteidl-$FLYTEIDL"
readonly FLYTEIDL_SET="$TOOLS/flyteidl.binpb"

scratch="$(mktemp -d)"
new=""
trap 'rm -rf "$scratch" "$new"' EXIT

# flyteidl's wheel has generated code and no .proto files: the descriptors in that code say the same.
write_flyteidl_descriptors() {
  "$1" - "$2" <<'PYTHON'
import sys

from flyteidl.core import literals_pb2, tasks_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorSet

files = FileDescriptorSet()
seen = set()

def add(descriptor):
    if descriptor.name not in seen:
        seen.add(descriptor.name)
        for dependency in descriptor.dependencies:
            add(dependency)
        descriptor.CopyToProto(files.file.add())

add(literals_pb2.DESCRIPTOR)
add(tasks_pb2.DESCRIPTOR)
with open(sys.argv[1], "wb") as out:
    out.write(files.SerializeToString())
PYTHON
}

install_tools() {
  echo "Installing grpcio-tools $GRPCIO_TOOLS and flyteidl $FLYTEIDL into $TOOLS (once)" >&2
  mkdir -p "$CACHE"
  new="$(mktemp -d "$CACHE/new.XXXXXX")"
  # flyteidl's dependencies are for its services; only its core messages are used here, and they work with any Python.
  if ! { "${PYTHON:-python3}" -m venv "$new" &&
    "$new/bin/python" -m pip install --quiet --disable-pip-version-check "grpcio-tools==$GRPCIO_TOOLS" &&
    "$new/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --ignore-requires-python \
      "flyteidl==$FLYTEIDL" &&
    write_flyteidl_descriptors "$new/bin/python" "$new/flyteidl.binpb"; } >&2; then
    echo "The protobuf generator could not be installed. With a package index at hand run: make generate" >&2
    exit 4
  fi
  # Another run may have been quicker; its cache is as good.
  [ -e "$TOOLS" ] || mv "$new" "$TOOLS"
}

protoc() {
  "$TOOLS/bin/python" -m grpc_tools.protoc --proto_path=proto --descriptor_set_in="$FLYTEIDL_SET" "$@" "$PROTO"
}

# The generated code refuses any protobuf runtime older than its generator, though it uses nothing that older ones lack:
# next to a flytekit with another protobuf its import would fail. The check is left out. protoc also names the module
# after the .proto's folder; it lives in the flytekit plugin's package.
generate_python() {
  local out="$1/$PYTHON_PACKAGE" stem="${PROTO%.proto}"
  protoc --python_out="$scratch" --pyi_out="$scratch"
  mkdir -p "$out"
  sed -e '/^from google\.protobuf import runtime_version as _runtime_version$/d' \
    -e '/^_runtime_version\.ValidateProtobufRuntimeVersion($/,/^)$/d' \
    -e "s|'${stem//\//.}_pb2'|'$PYTHON_MODULE'|" \
    "$scratch/${stem}_pb2.py" >"$out/${PYTHON_MODULE##*.}.py"
  cp "$scratch/${stem}_pb2.pyi" "$out/${PYTHON_MODULE##*.}.pyi"
}

# The plugin comes from go.mod's tool line, so it has the version of the protobuf runtime that the Go code is built with.
generate_go() {
  local plugin="$scratch/protoc-gen-go"
  printf '#!/bin/sh\nexec go tool protoc-gen-go "$@"\n' >"$plugin"
  chmod +x "$plugin"
  protoc --plugin=protoc-gen-go="$plugin" --go_out="$1" --go_opt=module="$GO_MODULE"
}

# The interpreter that made the cache may be gone.
if [ ! -x "$TOOLS/bin/python" ]; then
  rm -rf "$TOOLS"
  install_tools
fi

if [ "${1:-}" = "--image" ]; then
  protoc --include_imports --include_source_info --descriptor_set_out="$2"
  exit 0
fi

target="."
if [ "${DELTA_CHECK:-}" = "1" ]; then
  target="$scratch/check"
  mkdir "$target"
fi

generate_python "$target"
if ! command -v go >/dev/null; then
  echo "The Python code is generated. Go is not on the PATH: install Go and run 'make generate' for the Go code." >&2
  exit 3
fi
generate_go "$target"

if [ "$target" != "." ]; then
  for generated in "$PYTHON_PACKAGE/${PYTHON_MODULE##*.}.py" "$PYTHON_PACKAGE/${PYTHON_MODULE##*.}.pyi" gen; do
    if ! diff -r "$generated" "$target/$generated" >&2; then
      echo "$generated is not what $PROTO gives. Run 'make generate' and commit the result." >&2
      exit 1
    fi
  done
fi
