"""The table of parts: every file of the template is in it, and it says the truth of every rendered one."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase

import jinja2
import pytest

from flyte_plugin_scaffold.writing import file_names, library, parts, tree
from tests.support import rendering
from tests.support.tree import says_generated

FOLDER = rendering.ROOT / tree.CONTENT
TEMPLATES = [file.relative_to(FOLDER).as_posix() for file in sorted(FOLDER.rglob("*")) if file.is_file()]
TEMPLATES = [name for name in TEMPLATES if "__pycache__" not in name]
TARGETS = ("propeller", "connector", "propeller, connector", "flyte2")
SEVERAL = rendering.ROOT / "tests/crds/several/.flyte-plugin.yaml"


def test_every_file_is_in_a_row_and_every_row_has_one() -> None:
    used = {parts.row(name) for each in TEMPLATES for name in (each, parts.of_flyte2(each)) if name}
    # What protoc writes has no template.
    unused = ["gen/*"]
    assert [row.pattern for rows in parts.PARTS.values() for row in rows if row not in used] == unused


def test_names_in_the_table_are_plain() -> None:
    assert parts.plain("go/{{ kind_name() }}/phases.go") == "go/KIND/phases.go"
    assert parts.plain("demo/{{ kind_name() ~ '.py' if plugin(cookiecutter).demo == 'declared' }}") == "demo/KIND.py"
    assert [parts.plain(name) for name in TEMPLATES if "{" in parts.plain(name)] == []


def test_names_of_files_are_short() -> None:
    """Windows takes 260 characters with the folder of the clone; a name has one condition at most."""
    paths = [f"{tree.CONTENT}/{name}" for name in TEMPLATES]
    assert [path for path in paths if len(path) > 120] == []
    assert [path for path in paths if path.count(" if ") > 1 or " and " in path or " or " in path] == []


def test_what_is_copied_unrendered_is_verbatim() -> None:
    """And of what is verbatim only those files are rendered that import another package of the module, and some tests beside them."""
    patterns = json.loads((rendering.ROOT / "cookiecutter.json").read_text())["_copy_without_render"]
    copied = {name for name in TEMPLATES if any(fnmatchcase(name, pattern) for pattern in patterns)}
    verbatim = {name for name in TEMPLATES if library.is_verbatim(name)}
    importing = {name for name in verbatim if f'"{library.MODULE}/' in (FOLDER / name).read_text()}
    assert copied <= verbatim - importing
    assert {name for name in verbatim - copied if not name.endswith("t.go")} == set()


def test_an_expression_in_names_is_compiled_once() -> None:
    compiled: list[str] = []

    class Counting(jinja2.Environment):
        def compile(self, source, *args, **kwargs):
            compiled.append(source)
            return super().compile(source, *args, **kwargs)

    name = file_names.compiler(Counting())
    names = ["a/{{ kind }}/{{ kind }}.go", "{{ 'b' if no }}", "c {# d.txt", "{{ kind }}/{{ 'b' if no }}"]
    assert [name(each).render(kind="k", no=False) for each in names] == ["a/k/k.go", "", "c {# d.txt", "k/"]
    assert compiled == ["{{ kind }}", "{{ 'b' if no }}"]
    assert [each for each in TEMPLATES if not file_names.is_name(each)] == []


def _several() -> list[tree.File]:
    return rendering.files_of(rendering.drafting.draft({"source": str(SEVERAL)}, str(rendering.ROOT)))


@pytest.mark.parametrize("files", [_several], ids=["several"])
def test_files_are_of_what_the_table_says(files) -> None:
    made: dict[str, list[str]] = {}
    for file in files():
        made.setdefault(file.template, []).append(file.path)
    for template, paths in made.items():
        conditional = " if " in template
        each_kind = parts.row(template).scope is parts.Scope.KIND
        assert len(paths) == (3 if each_kind else 1) or (conditional and 1 <= len(paths) <= 3), (template, paths)


def test_what_is_replaced_says_so() -> None:
    """In its first lines, where the language has comments; what is the owner's does not."""
    wrong = []
    for file in _several():
        owner = parts.row(file.template).owner
        assert parts.row(file.path) is parts.row(file.template)
        replaced = owner in (parts.Owner.GENERATED, parts.Owner.LIBRARY)
        can_say = owner is not parts.Owner.OTHERS and file.text and not file.path.endswith(".json")
        if can_say and says_generated(file.text) != replaced:
            wrong.append((file.path, owner.value))
    assert wrong == []


def test_a_repository_has_the_parts_of_its_targets_and_those_of_all() -> None:
    """Each part is of at least one repository; what one target alone needs is not there for another."""
    paths = {targets: set(rendering.tree(rendering.draft("example", targets=targets))) for targets in TARGETS}
    propeller, connector, both, flyte2 = paths.values()
    assert both == propeller | connector
    assert {"go.mod", "flytepropeller/cmd/main.go"} <= propeller - connector
    assert {"connector/pyproject.toml", "connector/solverjob_connector/solverjob/__init__.py"} <= connector - propeller
    assert {"Makefile", "contract/solverjob.lock.json"} <= propeller & connector & flyte2
    assert "flytekit-solverjob/pyproject.toml" in (propeller & connector) - flyte2
    needed = [part for targets in parts.NEEDED.values() for each in targets.values() for part in each]
    assert set(needed) == set(parts.PARTS)


def test_what_both_sdks_have_alike_stands_once() -> None:
    """And is there for each kind, with the names of the SDK that it is for."""
    second = {parts.of_flyte2(name) for name in TEMPLATES} - {""}
    assert second and not second & set(TEMPLATES)
    draft = rendering.drafting.draft({"source": str(SEVERAL), "targets": "propeller, flyte2"}, str(rendering.ROOT))
    texts = {file.path: file.text for file in rendering.files_of(draft)}
    (folder,) = {path.split("/")[0] for path in texts if path.startswith("flyteplugins-")}
    kinds = [kind.names.name for kind in draft.project.kinds]
    assert len(kinds) == 3
    for kind in kinds:
        task = texts[f"{folder}/flyteplugins/{kind}/task.py"]
        assert f"from flyteplugins.{kind} import {kind}_pb2" in task and "flytekit" not in task
    library = folder.removeprefix("flyteplugins-")
    for name in ("config.py", "environment.py"):
        first = texts[f"flytekit-{library}/flytekitplugins/_{library}/{name}"]
        assert texts[f"{folder}/flyteplugins/_{library}/{name}"] == first
    assert not [
        path for path in rendering.tree(rendering.draft("example")) if "flyteplugins" in path or "flyte2" in path
    ]
