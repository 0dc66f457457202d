"""What every rendering's files look like: nothing left of the template, nothing invented, readable by their tools."""

from __future__ import annotations

import ast
import json
import os
import re
from pathlib import Path

import pytest
import yaml

from tests.support import kinds, rendering, tree

pytestmark = pytest.mark.go  # a rendering is whole when its Go code was generated too

MAX_FILES = 50
MAX_LINES = 2_500

# What each of these would mean stands beside it.
RESIDUE = {
    r"\{%|%\}": "a Jinja statement",
    r"(?<!\$)\{\{-?\s(?!\s*\.|(?:namespace|projectQuota\w+) \}\})|\{\{[\w.]+(?:\(.*\)|\s*\|.*)\}\}": "a Jinja expression (GitHub's, Go's and flyteadmin's own apart)",
    r"\{#|#\}": "a Jinja comment",
    r"cookiecutter\s*[.\[]": "a Jinja variable",
    r"_plugin_scaffold": "the template's own package",
    r"\b(?:TODO|FIXME|XXX|TBD)\b": "something left to fill in",
    r"\b(?:Foo|foo|Bar|Lorem)\b": "an invented name",
    r"\b(?:Shape|Scalar|Runs|Place|Many|StepKind|Phase)\.[A-Z_]{2,}\b": "an enum of the template's model",
    r"\b(?:Role|Field|Term|PhaseRule|Plugin|Crd|RoleAnswer)\((?:name|path|phase|steps|group)=": "the repr of a model object",
    r"<[\w.]+ object at 0x": "the repr of an object",
    r"\bUndefined\b": "an undefined Jinja variable",
}


def _source(file: Path) -> bool:
    """A file whose words are the template's: not the CRD's, not a checksum list's, not a compiler's."""
    return (
        file.name != "go.sum" and not tree.is_vendored(file) and "pb-go" not in file.parts and "_pb2" not in file.name
    )


def _lines(repository: Path):
    for file in tree.files(repository):
        if _source(file):
            for number, line in enumerate(tree.text(file).splitlines(), 1):
                yield f"{file.relative_to(repository)}:{number}", line


# The odd kind's texts look like residue on purpose.
@pytest.mark.parametrize("kind", [kind for kind in kinds.KINDS if kind != "OddJob"])
@pytest.mark.parametrize("pattern", RESIDUE, ids=[meaning.split(" (")[0] for meaning in RESIDUE.values()])
def test_no_residue(kind, rendered, pattern):
    found = [f"{place}: {line.strip()}" for place, line in _lines(rendered(kind)) if re.search(pattern, line)]
    if "plugin_scaffold" in pattern or "cookiecutter" in pattern:
        # It runs the template again.
        found = [line for line in found if not line.startswith("scripts/regenerate.py:")]
    assert not found, f"{RESIDUE[pattern]} in\n" + "\n".join(found)


def test_no_python_constants_in_other_languages(kind, rendered):
    """Jinja prints None, True and False; Go, proto, shell and make know none of them."""
    repository = rendered(kind)
    found = []
    for file in tree.files(repository):
        if file.suffix not in {".go", ".proto", ".sh", ".toml"} and file.name not in {"Makefile", "Dockerfile"}:
            continue
        if not _source(file):
            continue
        code = re.sub(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|//.*|(?m:^\s*#.*$)', "", tree.text(file))
        if re.search(r"(?<![.\w])(?:None|True|False)\b", code):
            found.append(str(file.relative_to(repository)))
    assert not found


def test_no_trace_of_the_machine(kind, rendered):
    """Same answers, same bytes everywhere: no path of this checkout, home or scratch folder."""
    traces = [str(rendering.ROOT), str(Path.home() / "go"), "/tmp/"]
    found = [f"{place}: {line}" for place, line in _lines(rendered(kind)) for trace in traces if trace in line]
    assert not found


@pytest.mark.parametrize("kind", [kind for kind in kinds.KINDS if kind != "example"])
def test_no_name_of_the_example(kind, rendered):
    repository = rendered(kind)
    found = [f"{place}: {line}" for place, line in _lines(repository) if "solver" in line.lower()]
    found += [str(f) for f in tree.files(repository) if "solver" in str(f.relative_to(repository)).lower()]
    assert not found


def test_text_is_tidy(kind, rendered):
    """UTF-8, one newline at the end, no blanks at line ends, no runs of empty lines."""
    repository = rendered(kind)
    found = []
    for file in tree.files(repository):
        text, name = tree.text(file), str(file.relative_to(repository))
        if "\r" in text:
            found.append(f"{name}: carriage return")
        if text and (not text.endswith("\n") or text.endswith("\n\n")):
            found.append(f"{name}: must end with exactly one newline")
        if not _source(file):
            continue
        if re.search(r"[ \t]+$", text, re.M):
            line = next(n for n, each in enumerate(text.splitlines(), 1) if each != each.rstrip())
            found.append(f"{name}:{line}: blanks at the end of the line")
        if "\n\n\n\n" in text or ("\n\n\n" in text and file.suffix != ".py"):
            found.append(f"{name}: a run of empty lines")
    assert not found


def test_every_file_is_of_its_type(kind, rendered):
    repository = rendered(kind)
    for file in tree.files(repository):
        text = tree.text(file)
        if file.suffix == ".py":
            ast.parse(text, str(file))
        elif file.suffix in {".yaml", ".yml"}:
            list(yaml.load_all(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        elif file.suffix == ".json":
            json.loads(text)
        elif file.suffix == ".toml":
            tomllib = pytest.importorskip("tomllib", reason="Python 3.10 has no TOML parser")
            tomllib.loads(text)


def test_scripts_can_be_executed(kind, rendered):
    wrong = []
    for file in tree.files(rendered(kind)):
        script = tree.text(file).startswith("#!")
        if script != os.access(file, os.X_OK):
            wrong.append(file.name)
    assert not wrong, "executable and starting with #! must be the same"


def test_no_empty_folders(kind, rendered):
    assert not [name for name in tree.contents(rendered(kind)) if name.endswith("/")]


@pytest.mark.parametrize("kind", ["example"])
def test_small(kind, rendered):
    """Generated code, checksums and the vendored CRD apart (see docs/design-decisions.md before raising this)."""
    by_hand = [file for file in tree.files(rendered(kind)) if not tree.is_generated(file)]
    lines = {file: len(tree.text(file).splitlines()) for file in by_hand}
    total = sum(lines.values())
    largest = "\n".join(f"{count:5} {file.name}" for file, count in sorted(lines.items(), key=lambda e: -e[1])[:12])
    print(f"{len(by_hand)} files, {total} lines; the largest:\n{largest}")
    assert len(by_hand) <= MAX_FILES, sorted(map(str, by_hand))
    assert total <= MAX_LINES, largest


@pytest.mark.parametrize("kind", ["example", "RayJob", "XGBoostJob"])
def test_a_kind_is_small(kind, rendered):
    """What a kind adds to a repository: its owner's own files, and with them all that is generated for it."""
    files = [file for file in tree.files(rendered(kind)) if tree.is_of_a_kind(file, rendered(kind))]
    lines = {file: len(tree.text(file).splitlines()) for file in files if tree.owner(file) != tree.OTHERS}
    own = [file for file in lines if tree.owner(file) == tree.YOURS]
    assert len(own) <= 10 and sum(lines[file] for file in own) <= 900
    assert len(lines) <= 30 and sum(lines.values()) <= 2_500


def test_go_functions_are_used(kind, rendered):
    """What only a test calls belongs to another rendering. Generated files may hold more than today's CRD needs."""
    (package,) = (rendered(kind) / "go").iterdir()
    code = [tree.text(file) for file in package.glob("*.go") if not file.name.endswith("_test.go")]
    by_hand = [text for text in code if "DO NOT EDIT" not in text]
    functions = re.findall(r"^func (?:\([^)]*\) )?([a-z]\w*)[\[(]", "\n".join(by_hand), re.M)
    unused = [name for name in functions if len(re.findall(rf"\b{name}\b", re.sub(r"//.*", "", "\n".join(code)))) < 2]
    assert [name for name in unused if name != "init"] == []


def test_generated_files_say_so(kind, rendered):
    """What `make regenerate` may replace is known by its mark; what follows from the CRD has one."""
    repository = rendered(kind)
    unmarked = [f for f in tree.files(repository) if f.name.startswith("zz_generated") and not tree.is_generated(f)]
    assert not unmarked
    marked = {file.suffix for file in tree.files(repository) if tree.is_generated(file) and _source(file)}
    assert {".go", ".py"} <= marked


def test_readme_links_and_targets_exist(kind, rendered):
    """Every relative link leads to a file, every `make x` of a Markdown file is a target of the Makefile."""
    repository = rendered(kind)
    targets = set(re.findall(r"^([a-z][\w-]*):", tree.makefile(repository), re.M))
    missing = []
    for file in tree.files(repository):
        if file.suffix != ".md":
            continue
        text = tree.text(file)
        without_code = re.sub(r"(`+)[^`].*?\1", "", text)  # a pattern of the contract may look like a link
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", without_code):
            if "://" not in link and not (file.parent / link).exists():
                missing.append(f"{file.name}: {link}")
        for target in re.findall(r"(?:^|`)make ([a-z][a-z0-9_-]*)", text, re.M):
            if target not in targets:
                missing.append(f"{file.name}: make {target}")
    assert not missing
