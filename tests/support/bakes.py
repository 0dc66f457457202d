"""The repositories whose own tests and linters are run here, a row for each: tests take what they run from it, and docs their tables."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.model import Backend, Form
from flyte_plugin_scaffold.writing import parts
from tests.support import kinds, public_documents
from tests.support.kinds import SCHEMAS
from tests.support.rendering import ROOT

SERVICE = "tests/openapi/simulations.yaml"


@dataclass(frozen=True)
class Bake:
    """One rendering, and the targets of its own Makefile that are green at once."""

    source: str  # as it is called in the docs
    targets: str
    make: str
    test: str  # in tests/rendered/
    kind: str = "example"  # of tests/support/kinds.py, where the source is a CRD
    document: str = ""  # a file of this repository, or one of public_documents.DOCUMENTS
    form: Form | None = None
    public: str = ""  # who ships the source, where it is none of this project's own

    @property
    def id(self) -> str:
        return " ".join([self.source.replace(", ", "+"), *([self.form.value] if self.form else []), self.targets])

    @property
    def backend(self) -> Backend:
        is_service = self.document == SERVICE or self.document in public_documents.OPENAPI
        return Backend.NONE if self.form else Backend.SERVICE if is_service else Backend.OPERATOR

    @property
    def answers(self) -> Mapping[str, str]:
        """Those that are not derived."""
        found = {"source": self._source, "kind": self.form.value if self.form else "", "targets": self.targets}
        if self.targets == next(iter(parts.NEEDED[self.backend])):
            del found["targets"]
        return {name: value for name, value in found.items() if value}

    @property
    def _source(self) -> str:
        if self.document in public_documents.DOCUMENTS:
            return str(public_documents.path(self.document))
        return str(ROOT / self.document) if self.document else ""

    def opened(self, repository: Any) -> Any:
        """The repository, to run make in."""
        return repository(self.kind, **self.answers)

    def run(self, here: Any, flyte2_python: Path | None = None) -> None:
        """Runs the targets, on a machine without Go. Nothing of the repository is changed by them.

        The tests of a repository for Flyte 2 alone have ``flyte2_python``, which has nothing of Flyte 1, and no linters.
        """
        targets = self.make.split()
        if flyte2_python:
            targets.remove("test")
            here.run("make", "test", f"VENV={flyte2_python.parent.parent}", "VENV_READY=", GO="no-go-here")
        here.make(*targets, DELTA_CHECK="1", GO="no-go-here")
        assert changed(here) == ""


def changed(here: Any) -> str:
    """What git sees as changed since the rendering."""
    status = ["git", "status", "--porcelain"]
    return subprocess.run(status, cwd=here.path, capture_output=True, text=True, check=True).stdout


def _of_kinds() -> Iterator[Bake]:
    """The kinds of tests/support/kinds.py, by the repositories that they are built in."""
    for home in kinds.homes(kinds.KINDS):
        of = [kinds.KINDS[name] for name in kinds.known(home).of or (home,)]
        modules = sorted({each.module.partition("@")[0] for each in of if each.module})
        yield Bake(_names(home), "propeller", "generate test lint", "test_make.py", home, public=", ".join(modules))


def _names(home: str) -> str:
    return ", ".join("SolverJob" if name == "example" else name for name in kinds.known(home).of or (home,))


_PLATFORM, _SCORING = (str((SCHEMAS / f"{name}.json").relative_to(ROOT)) for name in ("platform", "scoring"))
_ALL = "generate test lint build_python serialize"
_ALONE = "test lint build_python serialize"  # there is nothing to generate
_RAY = kinds.KUBERAY.partition("@")[0]


def _of_others(document: str, form: Form | None = None) -> dict[str, Any]:
    if document in public_documents.SETTINGS:
        form = form or Form.DECORATOR
    return {"document": document, "public": public_documents.DOCUMENTS[document].name, "form": form}


BAKES = (
    *_of_kinds(),
    Bake("SolverJob", "connector", _ALL, "test_connector.py"),
    Bake(_names("several"), "propeller, connector", "test", "test_connector.py", "several"),
    Bake("RayJob", "connector, flyte2", "generate test", "test_connector.py", "RayJob", public=_RAY),
    Bake("SolverJob", "flyte2", "generate test lint build_python", "test_flyte2.py"),
    Bake("Simulation", "connector", _ALL, "test_service.py", document=SERVICE),
    Bake("openEO", "connector", "generate test lint", "test_service.py", **_of_others("openeo")),
    Bake("GitHub", "connector", "generate test", "test_service.py", **_of_others("github")),
    Bake("Simulation", "flyte2", "generate test", "test_service.py", document=SERVICE),
    Bake("Airflow", "flyte2", "generate test lint", "test_service.py", **_of_others("airflow")),
    Bake("Acme Platform", "sdk", _ALONE, "test_sdk_alone.py", document=_PLATFORM, form=Form.DECORATOR),
    Bake("Acme Platform", "flyte2", "test", "test_sdk_alone.py", document=_PLATFORM, form=Form.DECORATOR),
    Bake("Scoring", "sdk, flyte2", "test lint serialize", "test_sdk_alone.py", document=_SCORING, form=Form.EXECUTOR),
    Bake("Scoring", "flyte2", "test", "test_sdk_alone.py", document=_SCORING, form=Form.EXECUTOR),
    Bake(
        *("Acme Platform", "sdk, flyte2", "test lint serialize", "test_sdk_alone.py"),
        document=_PLATFORM,
        form=Form.NOTEBOOK,
    ),
    Bake("Acme Platform", "flyte2", "test", "test_sdk_alone.py", document=_PLATFORM, form=Form.NOTEBOOK),
    Bake("OpenTelemetry", "sdk, flyte2", "test lint serialize", "test_sdk_alone.py", **_of_others("opentelemetry")),
    Bake(
        *("Kubeflow Pipelines", "sdk, flyte2", "test lint serialize", "test_sdk_alone.py"),
        **_of_others("elyra", Form.EXECUTOR),
    ),
    Bake(
        *("Kubeflow Pipelines", "sdk, flyte2", "test serialize", "test_sdk_alone.py"),
        **_of_others("elyra", Form.NOTEBOOK),
    ),
)


def of(test: str, **wanted: Any) -> list[Bake]:
    """The rows that a test runs: of its file, with these values."""
    return [each for each in BAKES if each.test == test and all(getattr(each, name) == wanted[name] for name in wanted)]


def one(test: str, **wanted: Any) -> Bake:
    """The only row with these values."""
    (found,) = of(test, **wanted)
    return found


# ---------------------------------------------------------------------------------------------------- tables of the docs
SHAPES: dict[str, tuple[Backend, Form | None, dict[str, str]]] = {
    "a resource of an operator": (Backend.OPERATOR, None, {"source": "example"}),
    "a job of a remote service": (Backend.SERVICE, None, {"source": SERVICE}),
    **{
        f"`{form.value}`, for the SDK alone": (Backend.NONE, form, {"source": _PLATFORM, "kind": form.value})
        for form in Form
    },
}


def refusal(answers: Mapping[str, str], target: str) -> str:
    """Why a target does not go with these answers; "" where it does."""
    problems = drafting.check({**answers, "targets": target}, str(ROOT))
    return "; ".join(each.text for each in problems)


def cell(backend: Backend, form: Form | None, target: str) -> tuple[list[str], list[str]]:
    """This project's own sources, and those of others, whose repositories have run their own tests."""
    fits = [
        each for each in BAKES if (each.backend, each.form) == (backend, form) and target in each.targets.split(", ")
    ]
    own, others = (
        dict.fromkeys(name for each in fits if bool(each.public) is is_public for name in each.source.split(", "))
        for is_public in (False, True)
    )
    return [*own], [*others]


def matrix() -> Iterator[str]:
    """What goes with what, and which sources have shown it."""
    yield f"| A task is | {' | '.join(f'`{each}`' for each in parts.TARGETS)} |"
    yield "|---" * (1 + len(parts.TARGETS)) + "|"
    for shape, (backend, form, answers) in SHAPES.items():
        cells = []
        for target in parts.TARGETS:
            own, others = cell(backend, form, target)
            shown = "; ".join([", ".join(own), *([f"of others {', '.join(others)}"] if others else [])])
            cells.append("refused" if refusal(answers, target) else shown or "not run")
        yield f"| {shape} | {' | '.join(cells)} |"


def rows() -> Iterator[str]:
    """Every row, as the tests run it."""
    yield "| source | of | targets | its own `make` | run in |"
    yield "|---|---|---|---|---|"
    for each in BAKES:
        shape = f" as `{each.form.value}`" if each.form else ""
        yield (
            f"| {each.source}{shape} | {each.public or 'this project'} | `{each.targets}` | `{each.make}` "
            f"| `tests/rendered/{each.test}` |"
        )
