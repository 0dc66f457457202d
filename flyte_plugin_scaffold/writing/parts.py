"""Which part of a rendered repository holds which files, what they belong to, and who owns them.

A row's pattern is a path below the repository, with KIND, PROJECT, OWNER and PLURAL for what follows from the answers; ``*``
stands for anything. A file is in the first row that it matches; every file of the template, and of a rendering, is in one.
The files of a part are in a repository where one of its targets needs them, by ``NEEDED``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from flyte_plugin_scaffold.model import Backend, Form, Project


class Scope(str, Enum):
    """What a file belongs to."""

    KIND = "kind"  # each kind has one of its own
    REPOSITORY = "repository"  # there is one; it may name every kind


class Owner(str, Enum):
    """Who changes a file, and what becomes of it when the repository is regenerated."""

    YOURS = "you"  # kept
    GENERATED = "generated"  # follows from source, answers and lock: replaced
    LIBRARY = "library"  # the same in every rendering: replaced
    OTHERS = "others"  # a text of others, as it is: replaced


@dataclass(frozen=True)
class Row:
    pattern: str
    scope: Scope
    owner: Owner
    when: str = ""  # in which repositories the file is there; "" for all
    into: str = ""  # the file that includes it, and is there alone


_KIND, _REPOSITORY = Scope.KIND, Scope.REPOSITORY
_YOURS, _GENERATED, _LIBRARY, _OTHERS = Owner.YOURS, Owner.GENERATED, Owner.LIBRARY, Owner.OTHERS

# The parts, in the order in which a reader meets them.
PARTS: dict[str, tuple[Row, ...]] = {
    "record": (Row(".flyte-plugin.*", _REPOSITORY, _GENERATED),),
    "contract": (
        Row("contract/openapi.yaml", _REPOSITORY, _GENERATED),
        Row("contract/KIND.*", _KIND, _GENERATED),
        Row("proto/*", _KIND, _GENERATED),
        Row("buf*.yaml", _REPOSITORY, _YOURS),
        Row("make/contract.mk", _REPOSITORY, _YOURS, into="Makefile"),
        Row("scripts/generate_protos.sh", _REPOSITORY, _LIBRARY),
        Row("crd/kustomization.yaml", _REPOSITORY, _GENERATED, "the source has a CRD"),
        Row("crd/PLURAL.yaml", _KIND, _OTHERS, "the source has a CRD"),
    ),
    "openapi": (Row("openapi/KIND.yaml", _KIND, _OTHERS),),
    "plugin": (
        Row("go/KIND/zz_generated*", _KIND, _GENERATED),
        Row("gen/*", _KIND, _GENERATED),
        Row("go/KIND/*", _KIND, _YOURS),
        Row("internal/*", _REPOSITORY, _LIBRARY),
        Row("scripts/go*", _REPOSITORY, _LIBRARY),
        Row("scripts/add_plugin.py", _REPOSITORY, _LIBRARY),
        Row("scripts/upgrade_flyte.py", _REPOSITORY, _LIBRARY),
        Row("go.mod", _REPOSITORY, _YOURS),
        Row("go.sum", _REPOSITORY, _OTHERS),
    ),
    "propeller": (
        Row("flytepropeller/cmd/plugin_spark.go", _REPOSITORY, _YOURS),
        Row("flytepropeller/cmd/plugin_KIND.go", _KIND, _GENERATED),
        Row("flytepropeller/cmd/main_test.go", _REPOSITORY, _GENERATED),
        Row("flytepropeller/*", _REPOSITORY, _YOURS),
        Row("kustomize/rbac/kustomization.yaml", _REPOSITORY, _GENERATED),
        Row("kustomize/rbac/KIND.yaml", _KIND, _GENERATED),
        Row("kustomize/rbac-namespaced/*", _REPOSITORY, _YOURS),
        Row("kustomize/propeller/*", _REPOSITORY, _YOURS),
        Row("kustomize/values/*", _REPOSITORY, _YOURS),
        Row("make/propeller.mk", _REPOSITORY, _YOURS, into="Makefile"),
    ),
    "service of Flyte 1": (
        Row("connector/PROJECT_connector/_service/flyte1.py", _REPOSITORY, _LIBRARY),
        Row("connector/tests/service/*flyte1*.py", _REPOSITORY, _LIBRARY),
        Row("kustomize/connector/service.yaml", _REPOSITORY, _YOURS),
        Row("kustomize/connector/network.yaml", _REPOSITORY, _YOURS),
    ),
    "service of Flyte 2": (
        Row("connector/PROJECT_connector/_service/flyte2.py", _REPOSITORY, _LIBRARY),
        Row("connector/tests/service/*flyte2*.py", _REPOSITORY, _LIBRARY),
        Row("kustomize/connector-flyte2/service.yaml", _REPOSITORY, _YOURS),
        Row("kustomize/connector-flyte2/network.yaml", _REPOSITORY, _YOURS),
    ),
    "service": (
        Row("connector/PROJECT_connector/_service/*", _REPOSITORY, _LIBRARY),
        Row("connector/tests/service/*", _REPOSITORY, _LIBRARY),
    ),
    "operator of Flyte 1": (
        Row("connector/PROJECT_connector/_operator/flyte1.py", _REPOSITORY, _LIBRARY),
        Row("connector/tests/*flyte1*.py", _REPOSITORY, _LIBRARY),
    ),
    "operator of Flyte 2": (
        Row("connector/PROJECT_connector/_operator/container.py", _REPOSITORY, _LIBRARY),
        Row("connector/PROJECT_connector/_operator/flyte2.py", _REPOSITORY, _LIBRARY),
        Row("connector/tests/*container.py", _REPOSITORY, _LIBRARY),
        Row("connector/tests/*flyte2*.py", _REPOSITORY, _LIBRARY),
    ),
    "operator": (
        Row("connector/PROJECT_connector/_operator/*", _REPOSITORY, _LIBRARY),
        Row("connector/PROJECT_connector/check_crd.py", _REPOSITORY, _GENERATED),
        Row("connector/tests/*", _REPOSITORY, _LIBRARY),
        Row("kustomize/connector-rbac/kustomization.yaml", _REPOSITORY, _GENERATED),
        Row("kustomize/connector-rbac/KIND.yaml", _KIND, _GENERATED),
        Row("kustomize/connector-rbac-namespaced/*", _REPOSITORY, _YOURS),
    ),
    "connector of Flyte 1": (
        Row("connector/PROJECT_connector/_flyte/flyte1.py", _REPOSITORY, _LIBRARY),
        Row("connector/PROJECT_connector/flyte1.py", _REPOSITORY, _GENERATED),
        Row("connector/Dockerfile", _REPOSITORY, _YOURS),
        Row("connector/requirements.txt", _REPOSITORY, _YOURS),
        Row("kustomize/connector/*", _REPOSITORY, _YOURS),
        Row("make/connector_flyte1.mk", _REPOSITORY, _YOURS, into="Makefile"),
    ),
    "connector of Flyte 2": (
        Row("connector/PROJECT_connector/flyte2.py", _REPOSITORY, _GENERATED),
        Row("connector/flyte2.*", _REPOSITORY, _YOURS),
        Row("kustomize/connector-flyte2/*", _REPOSITORY, _YOURS),
        Row("make/connector_flyte2.mk", _REPOSITORY, _YOURS, into="Makefile"),
    ),
    "decorator of Flyte 2": (
        Row("flyteplugins-PROJECT/flyteplugins/_PROJECT/decorator.py", _REPOSITORY, _LIBRARY),
        Row("flyteplugins-PROJECT/flyteplugins/_PROJECT/pod_templates.py", _REPOSITORY, _LIBRARY),
        Row("flyteplugins-PROJECT/flyteplugins/KIND/extras.py", _KIND, _YOURS),
        Row("flyteplugins-PROJECT/flyteplugins/KIND/pod_template.yaml", _KIND, _YOURS),
        Row("flyteplugins-PROJECT/tests/*decorator.py", _REPOSITORY, _LIBRARY),
        Row("flyteplugins-PROJECT/tests/test_pod_templates.py", _REPOSITORY, _LIBRARY),
        Row("docs/decorator_flyte2*", _REPOSITORY, _YOURS),
    ),
    "executor of Flyte 2": (
        Row("flyteplugins-PROJECT/flyteplugins/_PROJECT/executor.py", _REPOSITORY, _LIBRARY),
        Row("flyteplugins-PROJECT/flyteplugins/_PROJECT/outputs.py", _REPOSITORY, _LIBRARY),
        Row("flyteplugins-PROJECT/flyteplugins/KIND/executor.py", _KIND, _YOURS),
        Row("flyteplugins-PROJECT/tests/test_own_executor.py", _REPOSITORY, _YOURS),
        Row("flyteplugins-PROJECT/tests/*executor.py", _REPOSITORY, _LIBRARY),
        Row("demo/flyte2/square_service.py", _REPOSITORY, _YOURS),
        Row("demo/flyte2/tests/conftest.py", _REPOSITORY, _YOURS),
        Row("docs/executor_flyte2*", _REPOSITORY, _YOURS),
    ),
    "notebook of Flyte 2": (
        Row("flyteplugins-PROJECT/flyteplugins/_PROJECT/notebook.py", _REPOSITORY, _LIBRARY),
        Row("flyteplugins-PROJECT/tests/*notebook.py", _REPOSITORY, _LIBRARY),
        Row("demo/flyte2/square.ipynb", _REPOSITORY, _YOURS),
        Row("docs/notebook_flyte2*", _REPOSITORY, _YOURS),
    ),
    "declared of Flyte 2": (
        Row("flyteplugins-PROJECT/flyteplugins/_PROJECT/declared.py", _REPOSITORY, _LIBRARY),
        Row("flyteplugins-PROJECT/tests/sample_container.py", _REPOSITORY, _LIBRARY),
        Row("flyteplugins-PROJECT/flyteplugins/KIND/tasks.py", _KIND, _GENERATED),
    ),
    "caching of Flyte 2": (Row("flyteplugins-PROJECT/flyteplugins/_PROJECT/caching.py", _REPOSITORY, _LIBRARY),),
    "settings of Flyte 2": (
        Row("flyteplugins-PROJECT/flyteplugins/KIND/settings.py", _KIND, _GENERATED),
        Row("flyteplugins-PROJECT/tests/*settings.py", _REPOSITORY, _LIBRARY),
        Row("flyteplugins-PROJECT/README.md(FORM)", _REPOSITORY, _YOURS),
        Row("demo/flyte2/tests/*(FORM)", _REPOSITORY, _YOURS),
    ),
    "tasks of Flyte 2": (
        Row("flyteplugins-PROJECT/flyteplugins/_PROJECT/base.py", _REPOSITORY, _LIBRARY),
        Row("flyteplugins-PROJECT/flyteplugins/_PROJECT/environment.py", _REPOSITORY, _LIBRARY),
        Row("flyteplugins-PROJECT/flyteplugins/_PROJECT/tasks.py", _REPOSITORY, _LIBRARY),
        Row("flyteplugins-PROJECT/flyteplugins/KIND/task.py", _KIND, _GENERATED),
        Row("flyteplugins-PROJECT/tests/kinds/KIND.py", _KIND, _GENERATED),
        Row("flyteplugins-PROJECT/tests/*", _REPOSITORY, _LIBRARY),
        Row("flyteplugins-PROJECT/README.md", _REPOSITORY, _YOURS),
        Row("demo/flyte2/tests/*", _REPOSITORY, _YOURS),
    ),
    "sdk of Flyte 2": (
        Row("flyteplugins-PROJECT/flyteplugins/_PROJECT/*", _REPOSITORY, _LIBRARY),
        Row("flyteplugins-PROJECT/flyteplugins/KIND/*", _KIND, _GENERATED),
        Row("flyteplugins-PROJECT/*", _REPOSITORY, _YOURS),
        Row("make/flyte2.mk", _REPOSITORY, _YOURS, into="Makefile"),
        Row("demo/flyte2/KIND.py", _KIND, _YOURS),
        Row("demo/flyte2/*", _REPOSITORY, _YOURS),
    ),
    "connector": (
        Row("connector/PROJECT_connector/_contract/*", _REPOSITORY, _LIBRARY),
        Row("connector/PROJECT_connector/_flyte/*", _REPOSITORY, _LIBRARY),
        Row("connector/PROJECT_connector/_phases/*", _REPOSITORY, _LIBRARY),
        Row("connector/PROJECT_connector/_settings/*", _REPOSITORY, _LIBRARY),
        Row("connector/PROJECT_connector/doctor.py", _REPOSITORY, _GENERATED),
        Row("connector/PROJECT_connector/KIND/rows.py", _KIND, _GENERATED),
        Row("connector/PROJECT_connector/KIND/*", _KIND, _YOURS),
        Row("connector/*", _REPOSITORY, _YOURS),
        Row("make/connector.mk", _REPOSITORY, _YOURS, into="Makefile"),
    ),
    "decorator": (
        Row("flytekit-PROJECT/flytekitplugins/_PROJECT/decorator.py", _REPOSITORY, _LIBRARY),
        Row("flytekit-PROJECT/flytekitplugins/_PROJECT/pod_templates.py", _REPOSITORY, _LIBRARY),
        Row("flytekit-PROJECT/flytekitplugins/KIND/extras.py", _KIND, _YOURS),
        Row("flytekit-PROJECT/flytekitplugins/KIND/pod_template.yaml", _KIND, _YOURS),
        Row("flytekit-PROJECT/tests/*decorator.py", _REPOSITORY, _LIBRARY),
        Row("flytekit-PROJECT/tests/test_pod_templates.py", _REPOSITORY, _LIBRARY),
        Row("docs/decorator*", _REPOSITORY, _YOURS),
    ),
    "executor": (
        Row("flytekit-PROJECT/flytekitplugins/_PROJECT/executor.py", _REPOSITORY, _LIBRARY),
        Row("flytekit-PROJECT/flytekitplugins/_PROJECT/outputs.py", _REPOSITORY, _LIBRARY),
        Row("flytekit-PROJECT/flytekitplugins/KIND/executor.py", _KIND, _YOURS),
        Row("flytekit-PROJECT/tests/test_own_executor.py", _REPOSITORY, _YOURS),
        Row("flytekit-PROJECT/tests/*executor.py", _REPOSITORY, _LIBRARY),
        Row("demo/workflows/square_service.py", _REPOSITORY, _YOURS),
        Row("demo/tests/conftest.py", _REPOSITORY, _YOURS),
        Row("docs/executor*", _REPOSITORY, _YOURS),
    ),
    "notebook": (
        Row("flytekit-PROJECT/flytekitplugins/_PROJECT/notebook.py", _REPOSITORY, _LIBRARY),
        Row("flytekit-PROJECT/tests/*notebook.py", _REPOSITORY, _LIBRARY),
        Row("demo/workflows/square.ipynb", _REPOSITORY, _YOURS),
        Row("docs/notebook*", _REPOSITORY, _YOURS),
    ),
    "declared": (Row("flytekit-PROJECT/flytekitplugins/KIND/tasks.py", _KIND, _GENERATED),),
    "settings": (
        Row("flytekit-PROJECT/flytekitplugins/KIND/settings.py", _KIND, _GENERATED),
        Row("flytekit-PROJECT/tests/*settings.py", _REPOSITORY, _LIBRARY),
        Row("flytekit-PROJECT/README.md(FORM)", _REPOSITORY, _YOURS),
        Row("demo/tests/*(FORM)", _REPOSITORY, _YOURS),
    ),
    "form": (
        Row("schema/KIND.json", _KIND, _OTHERS, "the source is a JSON Schema"),
        Row("*.md(FORM)", _REPOSITORY, _YOURS),
    ),
    "tasks": (
        Row("flytekit-PROJECT/flytekitplugins/_PROJECT/base.py", _REPOSITORY, _LIBRARY),
        Row("flytekit-PROJECT/flytekitplugins/_PROJECT/environment.py", _REPOSITORY, _LIBRARY),
        Row("flytekit-PROJECT/flytekitplugins/_PROJECT/tasks.py", _REPOSITORY, _LIBRARY),
        Row("flytekit-PROJECT/flytekitplugins/KIND/task.py", _KIND, _GENERATED),
        Row("flytekit-PROJECT/tests/kinds/KIND.py", _KIND, _GENERATED),
        Row("flytekit-PROJECT/tests/*", _REPOSITORY, _LIBRARY),
        Row("flytekit-PROJECT/README.md", _REPOSITORY, _YOURS),
        Row("demo/tests/*", _REPOSITORY, _YOURS),
    ),
    "pages": (
        Row("docs/KIND.md", _KIND, _YOURS),
        Row("README.md", _REPOSITORY, _YOURS),
        Row("AGENTS.md", _REPOSITORY, _YOURS),
    ),
    "sdk": (
        Row("flytekit-PROJECT/flytekitplugins/_PROJECT/*", _REPOSITORY, _LIBRARY),
        Row("flytekit-PROJECT/flytekitplugins/KIND/*", _KIND, _GENERATED),
        Row("flytekit-PROJECT/*", _REPOSITORY, _YOURS),
        Row("make/sdk.mk", _REPOSITORY, _YOURS, into="Makefile"),
    ),
    "demo": (
        Row("demo/workflows/KIND.py", _KIND, _YOURS),
        Row("demo/*", _REPOSITORY, _YOURS),
    ),
    "cluster resources": (Row("kustomize/cluster-resources/*", _REPOSITORY, _YOURS),),
    "flyte1": (
        Row("make/flyte1.mk", _REPOSITORY, _YOURS, into="Makefile"),
        Row("scripts/find_flyte.py", _REPOSITORY, _LIBRARY),
        Row("scripts/values.py", _REPOSITORY, _LIBRARY),
    ),
    "deploy": (
        Row("kustomize/operator/bundle.yaml", _REPOSITORY, _OTHERS, "the source is an install bundle"),
        Row("kustomize/operator/*", _REPOSITORY, _YOURS, "the source is an install bundle"),
        Row("make/deploy.mk", _REPOSITORY, _YOURS, into="Makefile"),
    ),
    "repository": (
        Row("scripts/*", _REPOSITORY, _LIBRARY),
        Row(".github/*", _REPOSITORY, _YOURS, "the module is on GitHub"),
        Row("LICENSE", _REPOSITORY, _OTHERS, "there is a licence"),
        Row("*", _REPOSITORY, _YOURS),
    ),
}

# What Flyte 1 and Flyte 2 have alike: it stands once, for Flyte 1, and is rendered a second time for Flyte 2, with the names there.
_OF_BOTH = (
    "flytekit-PROJECT/flytekitplugins/_PROJECT/config.py",
    "flytekit-PROJECT/flytekitplugins/_PROJECT/environment.py",
    "flytekit-PROJECT/flytekitplugins/_PROJECT/outputs.py",
    "flytekit-PROJECT/flytekitplugins/_PROJECT/pod_templates.py",
    "flytekit-PROJECT/flytekitplugins/*/py.typed",
    "flytekit-PROJECT/flytekitplugins/KIND/__init__.py",
    "flytekit-PROJECT/flytekitplugins/KIND/executor.py",
    "flytekit-PROJECT/flytekitplugins/KIND/extras.py",
    "flytekit-PROJECT/flytekitplugins/KIND/pod_template.yaml",
    "flytekit-PROJECT/flytekitplugins/KIND/settings.py",
    "flytekit-PROJECT/flytekitplugins/KIND/task.py",
    "flytekit-PROJECT/flytekitplugins/KIND/tasks.py",
    "flytekit-PROJECT/README.md(FORM)",
    "flytekit-PROJECT/tests/configs.py",
    "flytekit-PROJECT/tests/every_kind.py",
    "flytekit-PROJECT/tests/sample_notebook.py",
    "flytekit-PROJECT/tests/sample_settings.py",
    "flytekit-PROJECT/tests/test_config.py",
    "flytekit-PROJECT/tests/test_kind_configs.py",
    "flytekit-PROJECT/tests/test_own_decorator.py",
    "flytekit-PROJECT/tests/test_own_executor.py",
    "flytekit-PROJECT/tests/test_pod_templates.py",
    "flytekit-PROJECT/tests/test_settings.py",
    "flytekit-PROJECT/tests/kinds/KIND.py",
    "demo/tests/conftest.py",
    "demo/workflows/square.ipynb",
    "demo/workflows/square_service.py",
    "kustomize/connector/connector.yaml",
    "kustomize/connector/service.yaml",
    "kustomize/connector/network.yaml",
)
# Where Flyte 2 has it, by the beginning of its path.
_SECOND_PLACES = {
    "flytekit-": "flyteplugins-",
    "demo/tests/": "demo/flyte2/tests/",
    "demo/workflows/": "demo/flyte2/",
    "kustomize/connector/": "kustomize/connector-flyte2/",
}

# The parts of plugins without a backend that not all of them have.
_OF_FORMS = {
    "decorator": (Form.DECORATOR,),
    "decorator of Flyte 2": (Form.DECORATOR,),
    "executor": (Form.EXECUTOR,),
    "executor of Flyte 2": (Form.EXECUTOR,),
    "notebook": (Form.NOTEBOOK,),
    "notebook of Flyte 2": (Form.NOTEBOOK,),
    "declared": (Form.EXECUTOR, Form.NOTEBOOK),
    "declared of Flyte 2": (Form.EXECUTOR, Form.NOTEBOOK),
    "caching of Flyte 2": (Form.EXECUTOR, Form.NOTEBOOK),
}

# By what runs a task, what may be asked to run a plugin, the default first, and the parts that it needs.
_ALL = ("record", "repository")
_SDK = ("sdk", "demo")
_TASKS = (*_SDK, "tasks")
_OPERATOR = (*_ALL, "contract", "deploy", "pages")
_SERVICE = (*_OPERATOR, "openapi")
_FLYTE2 = ("sdk of Flyte 2",)
_TASKS2 = (*_FLYTE2, "tasks of Flyte 2", "caching of Flyte 2", "connector", "connector of Flyte 2")
_FORM = (*_ALL, "form")
_FORMS = ("settings", "decorator", "executor", "notebook", "declared")
NEEDED: dict[Backend, dict[str, tuple[str, ...]]] = {
    Backend.OPERATOR: {
        "propeller": (*_OPERATOR, *_TASKS, "flyte1", "cluster resources", "plugin", "propeller"),
        "connector": (
            *(*_OPERATOR, *_TASKS, "flyte1", "connector", "connector of Flyte 1"),
            *("cluster resources", "operator", "operator of Flyte 1"),
        ),
        "flyte2": (*_OPERATOR, *_TASKS2, "operator", "operator of Flyte 2"),
    },
    Backend.SERVICE: {
        "connector": (
            *(*_SERVICE, *_TASKS, "flyte1", "connector", "connector of Flyte 1"),
            *("service", "service of Flyte 1"),
        ),
        "flyte2": (*_SERVICE, *_TASKS2, "service", "service of Flyte 2"),
    },
    Backend.NONE: {
        "sdk": (*_FORM, *_SDK, *_FORMS),
        "flyte2": (*_FORM, *_FLYTE2, "caching of Flyte 2", *(f"{each} of Flyte 2" for each in _FORMS)),
    },
}
# The targets of any backend, each once.
TARGETS = tuple(dict.fromkeys(target for targets in NEEDED.values() for target in targets))

# In the name of a template, of files that differ so much between backends that each has its own.
_OF_BACKEND = re.compile(r"\{\{ of_(operator|service|none)\(\) \}\}")

_WORDS = {
    _OF_BACKEND.pattern: "",
    r"\{\{ kind_name\(\) \}\}": "KIND",
    r"\{\{ project_name\(\) \}\}": "PROJECT",
    r"\{\{ owner_name\(\) \}\}": "OWNER",
    r"\{\{ kind_name\(\) ~ '([^']*)' if .*? \}\}": r"KIND\1",
    r"\{\{ plugin\(cookiecutter\)\.crd\.plural ~ '([^']*)' if .*? \}\}": r"PLURAL\1",
    # A file of a plugin for the SDK alone of which every other plugin has one of the same name.
    r"\{\{ '([^']*)' if project\(cookiecutter\)\.form \}\}": r"\1(FORM)",
    r"\{\{ '([^']*)' if .*? \}\}": r"\1",
}


@lru_cache(maxsize=None)
def plain(path: str) -> str:
    """The path of a template's file as patterns have it: ``go/KIND/phases.go``."""
    for expression, word in _WORDS.items():
        path = re.sub(expression, word, path)
    return path


@lru_cache(maxsize=None)
def _expression(pattern: str) -> re.Pattern[str]:
    text = re.escape(pattern).replace(r"\*", ".*")
    for word in ("KIND", "PROJECT", "OWNER"):
        text = text.replace(word, f"(?:{word}|[a-z0-9]+)")
    return re.compile(text.replace("PLURAL", "[^/]+"))


@lru_cache(maxsize=None)
def of_flyte2(path: str) -> str:
    """Where Flyte 2 has what stands at ``path`` for Flyte 1, by the paths of templates; "" for nowhere."""
    name = plain(path)
    if not any(_expression(pattern).fullmatch(name) for pattern in _OF_BOTH):
        return ""
    first, second = next(each for each in _SECOND_PLACES.items() if path.startswith(each[0]))
    return path.replace(first, second, 1).replace("/flytekitplugins/", "/flyteplugins/", 1)


def row(path: str) -> Row:
    """The row of a file below the repository, by its own path or by its template's."""
    return _found(path)[1]


def part(path: str) -> str:
    """The part that a file belongs to, by its own path or by its template's."""
    return _found(path)[0]


def is_there(path: str, backend: Backend, targets: Collection[str], form: Form | None = None) -> bool:
    """Whether a repository of this backend with these targets has the file, by its own path or by its template's.

    ``form`` is that of a plugin without a backend, which has a part of its own.
    """
    (part, row), of = _found(path), _OF_BACKEND.search(path)
    if row.into:
        return False
    if form is not None and form not in _OF_FORMS.get(part, (form,)):
        return False
    if of and of[1] != backend.value:
        return False
    return not targets_of(part)[backend].isdisjoint(targets)


def included(project: Project) -> list[str]:
    """The templates that the Makefile includes, by their names."""
    rows = [(part, row) for part, rows in PARTS.items() for row in rows if row.into == "Makefile"]
    return sorted(
        row.pattern for part, row in rows if not targets_of(part)[project.backend].isdisjoint(project.targets)
    )


@lru_cache(maxsize=None)
def targets_of(part: str) -> dict[Backend, frozenset[str]]:
    """The targets that need a part, of each backend."""
    return {
        backend: frozenset(target for target, needed in targets.items() if part in needed)
        for backend, targets in NEEDED.items()
    }


@lru_cache(maxsize=None)
def _found(path: str) -> tuple[str, Row]:
    name = plain(path)
    return next(
        (part, each) for part, rows in PARTS.items() for each in rows if _expression(each.pattern).fullmatch(name)
    )
