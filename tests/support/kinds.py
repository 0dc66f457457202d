"""The kinds whose renderings the tests build and run, and where their CRDs come from.

Real CRDs are read from the Go module cache: Flyte's own plugins require modules that carry them, so nothing has to be
copied into this repository.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.support import toolchain

CRDS = Path(__file__).parent.parent / "crds"  # of this project's own writing
SCHEMAS = Path(__file__).parent.parent / "schemas"  # of settings, of this project's own writing

KUBERAY = "github.com/ray-project/kuberay/ray-operator@v1.5.1"
TRAINING = "github.com/kubeflow/training-operator@v1.8.0"
DASK = "github.com/dask/dask-kubernetes/v2023@v2023.0.0-20230626103304-abd02cd17b26"
DASK_CRDS = "dask_kubernetes/operator/deployment/helm/dask-kubernetes-operator/crds"


@dataclass(frozen=True)
class Kind:
    """One rendering: ``file`` in the Go module ``module``, or a file of tests/crds, or the template's example."""

    id: str
    file: str = ""
    module: str = ""
    answers: dict[str, str] = field(default_factory=dict, hash=False)
    of: tuple[str, ...] = ()  # of a repository, the kinds of KINDS that it has


EVERY_PLACE = """entrypoint: .spec.entrypoint user; leader: .spec.leader image; pools: .spec.pools[] image;
    caches: .spec.caches{} image as store; feeder: .spec.feeder ["feed", "a b"]; painter: .spec.painter image;
    tool: .spec.toolImage image; crew: .spec.reserve.crew image"""
# What was derived when the contracts of these were kept: the numbers of their fields are forever.
EVERY_SHAPE = "counts flags limit limits quota short slug steps words anything blob blobs matrix marks origin"

ODD_NAMES = """from class list int str float bool field message text struct settings refused dataclass a-b "weird.name"
    9lives size sizes big bigs mode needed deep.resources.cpu"""


def _paths(names: str) -> str:
    return ", ".join(f".spec.{name}" for name in names.split())


KINDS = {
    kind.id: kind
    for kind in (
        Kind("example"),
        Kind("DaskJob", f"{DASK_CRDS}/daskjob.yaml", DASK),
        Kind("RayJob", "config/crd/bases/ray.io_rayjobs.yaml", KUBERAY),
        Kind("PyTorchJob", "manifests/base/crds/kubeflow.org_pytorchjobs.yaml", TRAINING),
        Kind("MPIJob", "manifests/base/crds/kubeflow.org_mpijobs.yaml", TRAINING),
        Kind("XGBoostJob", "manifests/base/crds/kubeflow.org_xgboostjobs.yaml", TRAINING),
        Kind("PaddleJob", "manifests/base/crds/kubeflow.org_paddlejobs.yaml", TRAINING),
        Kind("Restore", "restores.yaml", answers={"roles": "none"}),
        Kind(
            "LoadTest",
            "loadtests.yaml",
            answers={
                "phases": "Success=finished & job=Complete; Failure=error,finished & job=Failed,stopped; Initializing=initialization",
                "options": "abort_patch=.spec.paused=true; stuck_timeout=1h30m",
            },
        ),
        Kind("OddJob", "oddjobs.yaml", answers={"fields": _paths(ODD_NAMES)}),
        Kind(
            "Assembly",
            "assemblies.yaml",
            answers={"roles": " ".join(EVERY_PLACE.split()), "fields": _paths(EVERY_SHAPE)},
        ),
    )
}


# Repositories with several kinds. What is built for every kind is built in them where a kind has no repository to itself: a
# second one is as quick as its own tables. Goldens and checks of texts are of each kind's own rendering.
REPOSITORIES = {
    "several": Kind("several", "several/.flyte-plugin.yaml", of=("example", "Restore", "LoadTest")),
    "operators": Kind("operators", of=("RayJob", "DaskJob", "PyTorchJob", "MPIJob", "XGBoostJob", "PaddleJob")),
    # Of tests/rendered/test_targets.py: one of every sort. What others build of these kinds is built in those above.
    "targets": Kind("targets", of=("example", "RayJob", "PyTorchJob", "Restore")),
}
ALONE = ("example", "OddJob", "Assembly")


def home(kind: str) -> str:
    """The repository that a kind is built and tested in: its own, or one of REPOSITORIES."""
    return kind if kind in ALONE else next((each.id for each in REPOSITORIES.values() if kind in each.of), kind)


def homes(chosen: Iterable[str]) -> list[str]:
    """The repositories that these kinds are built in, each once."""
    return list(dict.fromkeys(home(kind) for kind in chosen))


def known(name: str) -> Kind:
    """One of KINDS or REPOSITORIES."""
    return REPOSITORIES.get(name) or KINDS[name]


@functools.lru_cache(maxsize=None)
def module_folder(module: str) -> Path:
    """Where the Go module ``path@version`` lies; it is downloaded once. Skips the test where there is no Go."""
    with tempfile.TemporaryDirectory() as outside_any_module:
        answer = subprocess.run(
            [toolchain.go(), "mod", "download", "-json", module],
            cwd=outside_any_module,
            env={**os.environ, "GOFLAGS": "-mod=mod", "GOWORK": "off"},
            capture_output=True,
            text=True,
        )
    if answer.returncode != 0:
        raise RuntimeError(f"go mod download {module}: {answer.stdout}{answer.stderr}")
    return Path(json.loads(answer.stdout)["Dir"])


def crd_path(kind: str) -> Path | None:
    """The CRD of one of KINDS, or of any other kind in the three modules; None means the template's example."""
    found = KINDS.get(kind) or REPOSITORIES.get(kind)
    if found is None:
        for module, folder in ((KUBERAY, "config/crd/bases"), (TRAINING, "manifests/base/crds"), (DASK, DASK_CRDS)):
            for file in sorted((module_folder(module) / folder).glob("*.yaml")):
                if file.stem.rpartition("_")[2].rstrip("s") == kind.lower():
                    return file
        raise LookupError(f"none of the three modules has a CRD for {kind}")
    if found.of and not found.file:
        return _record(found)
    if not found.file:
        return None
    return (module_folder(found.module) if found.module else CRDS) / found.file


def _record(repository: Kind) -> Path:
    """The record of a repository with several kinds whose CRDs lie elsewhere."""
    first, *others = ({"source": str(crd_path(kind) or "example"), **KINDS[kind].answers} for kind in repository.of)
    file = toolchain.CACHE / "records" / repository.id / ".flyte-plugin.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"answers": first, "kinds": others})
    if not file.exists() or file.read_text() != text:
        file.write_text(text)
    return file
