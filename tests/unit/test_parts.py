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
SEVERAL = rendering.ROOT / "tests/crds/several/.flyte-plugin.yaml"


def test_every_file_is_in_a_row_and_every_row_has_one() -> None:
    used = {parts.row(name) for name in TEMPLATES}
    # What protoc writes has no template.
    assert [row.pattern for rows in parts.PARTS.values() for row in rows if row not in used] == ["gen/*"]


def test_names_in_the_table_are_plain() -> None:
    assert parts.plain("go/{{ kind_name() }}/phases.go") == "go/KIND/phases.go"
    assert parts.plain("demo/{{ kind_name() ~ '.py' if not plugin(cookiecutter).user_roles }}") == "demo/KIND.py"
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
        def from_string(self, source, *args, **kwargs):
            compiled.append(source)
            return super().from_string(source, *args, **kwargs)

    name = file_names.compiler(Counting())
    names = ["a/{{ kind }}/{{ kind }}.go", "{{ 'b' if no }}", "c {# d.txt", "{{ kind }}/{{ 'b' if no }}"]
    assert [name(each).render(kind="k", no=False) for each in names] == ["a/k/k.go", "", "c {# d.txt", "k/"]
    assert compiled == ["{{ kind }}", "{{ 'b' if no }}"]
    assert [each for each in TEMPLATES if not file_names.is_name(each)] == []


def _several() -> list[tree.File]:
    return rendering.files_of(rendering.drafting.Draft({"source": str(SEVERAL)}, str(rendering.ROOT)))


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
