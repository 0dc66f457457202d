#!/usr/bin/env bash
# Registers the demo's workflows. Their code is in the image; `make register` passes what is needed.
#
#   IMAGE    the demo's image with its tag, pushed to where the cluster can pull it
#   VERSION  version to register as; the image's tag if not given
#   PROJECT, DOMAIN  flytesnacks and development if not given
#
# FLYTECTL_CONFIG or ~/.flyte/config.yaml has Flyte's address.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

fail() {
    printf 'register.sh: %s\n' "$@" >&2
    exit 1
}

IMAGE=${IMAGE:-}
PROJECT=${PROJECT:-flytesnacks}
DOMAIN=${DOMAIN:-development}

[ -n "$IMAGE" ] || fail "IMAGE is not set: the demo's image with its tag, from make build_demo_docker push_demo_docker"
TAG=${IMAGE##*/}
case $TAG in
*[:@]*) VERSION=${VERSION:-${TAG##*[:@]}} ;;
*) fail "IMAGE=$IMAGE has no tag: a version of a task must always name the same image" ;;
esac
command -v pyflyte >/dev/null || fail "pyflyte is not on PATH: make register, or pip install flytekit"

log=$(mktemp)
trap 'rm -f "$log"' EXIT

pyflyte register --copy none --project "$PROJECT" --domain "$DOMAIN" --version "$VERSION" --image "$IMAGE" workflows 2>&1 |
    tee "$log" && exit 0

where="Flyte at $(sed -n 's/^Registering against //p' "$log" | head -n 1)"
case $(cat "$log") in
*"different structure already exists"*)
    fail "version $VERSION is registered in $PROJECT/$DOMAIN with other contents: give a new VERSION" ;;
*StatusCode.UNAVAILABLE* | *StatusCode.DEADLINE_EXCEEDED*)
    fail "$where does not answer: is admin.endpoint in your Flyte configuration right, and the network up?" ;;
*StatusCode.UNAUTHENTICATED*)
    fail "$where refuses your credentials: check the admin section of your Flyte configuration, or log in again" ;;
*StatusCode.PERMISSION_DENIED*)
    fail "$where refuses to register in $PROJECT/$DOMAIN: ask for permission, or set PROJECT and DOMAIN" ;;
*StatusCode.NOT_FOUND* | *"failed to validate that project"*)
    fail "$where has no $PROJECT/$DOMAIN: create the project, or set PROJECT and DOMAIN" ;;
*)
    fail "pyflyte could not register the workflows, see above" ;;
esac
