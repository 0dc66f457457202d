"""Answers are data: whatever they hold, they are refused in words or appear in valid files, unchanged."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from cookiecutter.main import cookiecutter

from flyte_plugin_scaffold.asking import answers, drafting
from flyte_plugin_scaffold.text.characters import invisible
from tests.support import documents, rendering
from tests.support.tree import files, text

ODD = {
    "quotes": 'it\'s "quoted" `so`',
    "backslashes": r"a\b \n \\ \x41 \u0041",
    "ends in a backslash": "a\\",
    "ends in a quote": 'say "a"',
    "triple quotes": "\"\"\" x ''' y",
    "Python": "'; import os; os.abort() #",
    "Python call": "__import__('os').abort()",
    "shell": "$(touch pwned) `touch pwned` ${HOME}; touch pwned",
    "make": "$(shell touch pwned) $@ # x",
    "printf": "%s %d {0} {} %(x)s",
    "comment ends": "x */ // # --> -- ]]>",
    "Markdown": "[a](b) **c** | d | <e> &amp; _f_ `g`",
    "YAML mapping": "{a: b}",
    "YAML list": "- a: [x",
    "YAML comment": "a # b: c",
    "YAML anchor": "&a *b !c",
    "looks like null": "null",
    "looks like true": "yes",
    "looks like a number": "1e3",
    "other letters": "日本語 Ünïcödé 🚀",
    "right to left": "שלום",
    "brackets": "[]T{a}[b]",
    "long": "x" * 50,
}
UNPRINTABLE = {
    "newline": "a\nb",
    "carriage return": "a\rb",
    "line separator": "a\u2028b",
    "null": "a\x00b",
    "escape": "a\x1b[31mb",
    "right to left override": "a\u202eb",
    "zero width": "a\u200bb",
    "byte order mark": "a\ufeffb",
    "tag": "a\U000e0041b",
    "Jinja": "{{ a }}",
    "Jinja block": "{% raw %}",
    "Jinja comment": "{# a #}",
}
# Every other prompt has a grammar in which none of these means anything.
ANY_TEXT = "operator_name"
PLAIN = {("plugin_slug", ODD["long"])}  # but for these


@pytest.mark.parametrize("odd", [*ODD.values(), *UNPRINTABLE.values()], ids=[*ODD, *UNPRINTABLE])
def test_every_other_prompt_refuses(odd: str) -> None:
    for prompt in answers.PROMPTS:
        if prompt != ANY_TEXT and (prompt, odd) not in PLAIN:
            problems = drafting.check({prompt: odd})
            assert [problem.prompt for problem in problems][:1] == [prompt] or (
                prompt == "status_path" and [problem.prompt for problem in problems] == ["phases"]
            ), prompt
            assert all(not invisible(problem.text) for problem in problems)


@pytest.mark.parametrize("odd", UNPRINTABLE.values(), ids=UNPRINTABLE)
def test_what_cannot_be_printed_is_refused_everywhere(odd: str) -> None:
    (problem,) = drafting.check(
        {"source": str(rendering.ROOT / "tests/crds/restores.yaml"), "roles": "none", ANY_TEXT: odd}
    )
    assert problem.prompt == ANY_TEXT


@pytest.fixture(scope="module", params=ODD.values(), ids=list(ODD))
def odd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], Path]:
    """A rendering with odd text wherever text of any kind is accepted (a name, an argument, a status), and its answers."""
    value = json.dumps(request.param, ensure_ascii=False)
    argv = json.dumps(["serve", request.param, request.param + " ; x"], ensure_ascii=False)
    given = {
        "source": str(rendering.ROOT / "flyte_plugin_scaffold/example/solverjobs.yaml"),
        "operator_name": request.param,
        "roles": f"driver: .spec.driver user; workers: .spec.workers {argv}",
        "status_path": ".status.message",
        "phases": f"Success=Done; Failure={value},Bad & .status.driverPodName={value}",
    }
    into = tmp_path_factory.mktemp("odd")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLYTE_PLUGIN_PROTOS", "skip")
        path = cookiecutter(str(rendering.ROOT), no_input=True, extra_context=given, output_dir=str(into))
    assert not list(into.rglob("pwned"))
    return given, Path(path)


def test_odd_text_is_rendered_into_valid_files(odd: tuple[dict[str, str], Path]) -> None:
    given, repository = odd
    recorded = documents.load((repository / ".flyte-plugin.yaml").read_text())["answers"]
    assert {name: recorded[name] for name in given if name != "source"} == {
        n: v for n, v in given.items() if n != "source"
    }
    for file in files(repository):
        check(file)


def check(file: Path) -> None:
    """Fails if the file is not what its name says."""
    content = text(file)
    if file.suffix in (".yaml", ".yml"):
        list(documents.load_all(content))
    elif file.suffix == ".json":
        json.loads(content)
    elif file.suffix in (".py", ".pyi"):
        compile(content, str(file), "exec")
    elif file.suffix == ".toml":
        tomllib = pytest.importorskip("tomllib")
        tomllib.loads(content)
    elif file.suffix == ".sh":
        subprocess.run(["bash", "-n", str(file)], check=True)
    elif file.name == "Makefile":
        subprocess.run(["make", "-n", "-C", str(file.parent), "help"], check=True, capture_output=True)


@pytest.mark.go
def test_odd_text_is_rendered_into_formatted_go(odd: tuple[dict[str, str], Path], go: str) -> None:
    gofmt = Path(os.path.realpath(go)).parent / "gofmt"
    sources = [str(file) for file in files(odd[1]) if file.suffix == ".go"]
    assert sources
    run = subprocess.run([str(gofmt), "-l", *sources], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.parametrize("licence", answers.LICENSES)
def test_licences(licence: str) -> None:
    tree = rendering.tree(drafting.draft({"license": licence, "go_module": "github.com/acme/x"}))
    if licence == "none":
        assert "LICENSE" not in tree
        return
    content = tree["LICENSE"]
    starts = {"Apache-2.0": "Apache License", "MIT": "MIT License", "BSD-3-Clause": "BSD 3-Clause License"}
    assert content.splitlines()[0].strip() == starts[licence]
    assert licence == "Apache-2.0" or "Copyright (c) acme" in content
