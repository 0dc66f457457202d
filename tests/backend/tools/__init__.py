"""The servers that these tests start, and other tools, built from Go modules once per machine and version.

Kept in ``${XDG_CACHE_HOME:-~/.cache}/cookiecutter-flyte-plugin/tools/<version>/``, so that a fresh checkout finds them.
go.mod beside this file says which versions.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MODULE = Path(__file__).parent
KUBERNETES = "k8s.io/kubernetes"
ETCD = "go.etcd.io/etcd/server/v3"
FLYTEPROPELLER = "github.com/flyteorg/flyte/flytepropeller"
# Built with what its own release requires: beside kube-apiserver's modules in one go.mod it would change those.
HELM = "helm.sh/helm/v3/cmd/helm"
HELM_VERSION = "v3.19.4"
# Seconds between two progress lines of a build.
PROGRESS = 15


@dataclass(frozen=True)
class Tools:
    etcd: Path
    kube_apiserver: Path


class BuildFailed(Exception):
    """`go build` failed; the text is what it printed."""


def servers(go: str = "go") -> Tools:
    """etcd and kube-apiserver; under a second when they are there, some minutes when not."""
    version = module_version(MODULE, KUBERNETES)
    return Tools(
        etcd=build(go, MODULE, ETCD, "etcd", module_version(MODULE, ETCD)),
        kube_apiserver=build(
            go,
            MODULE,
            f"{KUBERNETES}/cmd/kube-apiserver",
            "kube-apiserver",
            version,
            # Without it the server says that it is v0.0.0-master.
            f"-X k8s.io/component-base/version.gitVersion={version}",
        ),
    )


def crdcheck(go: str = "go") -> Path:
    """The judge of custom resources beside this file, with the API server's own code."""
    source = (MODULE / "crdcheck" / "main.go").read_bytes()
    version = f"{module_version(MODULE, KUBERNETES)}-{hashlib.sha256(source).hexdigest()[:12]}"
    return build(go, MODULE, "./crdcheck", "crdcheck", version)


def kubectl_flyte(repository: Path, go: str = "go") -> Path:
    """flytepropeller's kubectl plugin, of the version and with the dependencies of a rendered repository."""
    version = module_version(repository, FLYTEPROPELLER)
    return build(go, repository, f"{FLYTEPROPELLER}/cmd/kubectl-flyte", "kubectl-flyte", version)


def stock_propeller(repository: Path, go: str = "go") -> Path:
    """Flyte's own flytepropeller, of the version and with the dependencies of a rendered repository.

    It lacks the Spark plugin alone, whose module some proxies do not have: its main package is put together anew without it.
    """
    version = module_version(repository, FLYTEPROPELLER)
    listed = subprocess.run(
        [go, "list", "-m", "-f", "{{.Dir}}", FLYTEPROPELLER], cwd=repository, capture_output=True, text=True, check=True
    )
    loader = (Path(listed.stdout.strip()) / "plugins" / "loader.go").read_text()
    plugins = "".join(line for line in loader.splitlines(True) if line.startswith("\t_ ") and "/k8s/spark" not in line)
    with tempfile.TemporaryDirectory() as scratch:
        main = Path(scratch) / "main.go"
        main.write_text(
            f'package main\n\nimport (\n\t"{FLYTEPROPELLER}/cmd/controller/cmd"\n{plugins})\n\nfunc main() {{ cmd.Execute() }}\n'
        )
        overlay = Path(scratch) / "overlay.json"
        overlay.write_text(json.dumps({"Replace": {str(repository / "stock" / "main.go"): str(main)}}))
        return build(go, repository, "./stock", "flytepropeller", version, overlay=overlay)


def helm(go: str = "go") -> Path:
    return build(go, None, HELM, "helm", HELM_VERSION)


def cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "cookiecutter-flyte-plugin" / "tools"


def module_version(folder: Path, module: str) -> str:
    """The version that the go.mod in ``folder`` requires."""
    found = re.search(rf"^(?:require)?\s*{re.escape(module)} (v\S+)", (folder / "go.mod").read_text(), re.MULTILINE)
    if not found:
        raise LookupError(f"{folder / 'go.mod'} does not require {module}")
    return found[1]


def build(
    go: str, module: Path | None, package: str, name: str, version: str, link: str = "", overlay: Path | None = None
) -> Path:
    """``package`` built in ``module`` (a folder with go.mod; None: by itself), or what is kept from an earlier run.

    ``overlay`` is a file that says which sources stand for others (`go help build`).
    """
    target = cache() / version / name
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with locked(target.with_name(f".{name}.lock")):
        if target.exists():
            return target
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{name}-") as scratch:
            made = Path(scratch) / name
            flags = ["-v", "-buildvcs=false", f"-ldflags={f'-s -w {link}'.strip()}"]
            if overlay:
                flags.append(f"-overlay={overlay}")
            if module:
                command = [go, "build", *flags, "-mod=readonly", "-o", str(made), package]
            else:
                command = ["env", f"GOBIN={scratch}", go, "install", *flags, f"{package}@{version}"]
            _run(command, module or target.parent, f"{name} {version}")
            made.rename(target)  # a half-built tool never has its name
    return target


def _run(command: list[str], folder: Path, what: str) -> None:
    say(f"Building {what} (once per machine; a few minutes when nothing is cached) ...")
    start = said = time.monotonic()
    lines: list[str] = []
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        assert run.stdout
        for line in run.stdout:
            lines.append(line)
            if time.monotonic() - said > PROGRESS:
                said = time.monotonic()
                say(f"  {what}: {len(lines)} packages, {said - start:.0f} s")
    if run.returncode != 0:
        raise BuildFailed(f"{' '.join(command)} (in {folder}) failed:\n{''.join(lines[-40:])}")
    say(f"  {what}: done in {time.monotonic() - start:.0f} s")


def say(text: str) -> None:
    print(text, file=sys.__stderr__, flush=True)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """One process at a time; the others wait."""
    with open(file, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    print(servers())
