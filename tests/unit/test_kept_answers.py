"""Answers that stand in files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flyte_plugin_scaffold.asking import answers, invocation, kept_answers
from flyte_plugin_scaffold.model import Problem

TEMPLATE = Path(__file__).parent.parent.parent


def read(folder: Path, text: str) -> tuple[dict[str, str], list[Problem]]:
    file = folder / "answers.yaml"
    file.write_text(text)
    return kept_answers.of_file(str(file))


class TestOfFile:
    """A file that a person wrote, or a record of a rendering."""

    @pytest.mark.parametrize(
        "text",
        [
            "source: example\nlicense: MIT\n",
            '{"source": "example", "license": "MIT"}',
            "template: x\nanswers:\n  source: example\n  license: MIT\n",
            '{"cookiecutter": {"source": "example", "license": "MIT", "_template": ".", "__found": ""}}',
            "crd: example\nlicense: MIT\n",
            "source: |\n  example\nlicense: MIT\n",
        ],
        ids=["YAML", "JSON", "record", "replay", "old name", "block"],
    )
    def test_forms(self, tmp_path: Path, text: str) -> None:
        given, problems = read(tmp_path, text)
        assert {name: value.strip() for name, value in given.items()} == {"source": "example", "license": "MIT"}
        assert problems == []

    def test_every_prompt_can_be_answered(self, tmp_path: Path) -> None:
        wanted = {name: f"some {name}" for name in answers.PROMPTS}
        assert read(tmp_path, json.dumps(wanted)) == (wanted, [])

    def test_all_problems_are_named_with_their_lines(self, tmp_path: Path) -> None:
        text = "crd_kind: A\ntask_tpye: x\nkind: B\nlicense: yes\noptions:\nfields: [a]\nroles: {a: b}\ngo_module: 1\n_x: y\n"
        given, problems = read(tmp_path, text)
        assert given == {"kind": "A"}
        assert [(problem.prompt, problem.text) for problem in problems] == [
            ("task_tpye", "is no prompt: did you mean task_type? (answers.yaml, line 2)"),
            ("kind", "is there twice, as crd_kind and as kind (answers.yaml, line 3)"),
            ("license", "must be text and is a boolean: put it into quotes (answers.yaml, line 4)"),
            ("options", "has no value: leave it out for the default, or write none (answers.yaml, line 5)"),
            ("fields", "must be text and is a list: write it in one string, as at the prompt (answers.yaml, line 6)"),
            ("roles", "must be text and is a mapping: write it in one string, as at the prompt (answers.yaml, line 7)"),
            ("go_module", "must be text and is a number: put it into quotes (answers.yaml, line 8)"),
            ("_x", f"is no prompt: there are {', '.join(answers.PROMPTS)} (answers.yaml, line 9)"),
        ]

    def test_what_no_program_can_be_given(self, tmp_path: Path) -> None:
        """An argument ends at NUL, and a file of UTF-8 has no half of a character."""
        given, problems = read(tmp_path, 'license: MIT\noperator_name: "a\\0b"\nfields: "\\0"\n"x\\0y": z\n')
        assert given == {"license": "MIT"}
        assert [(problem.prompt, problem.text) for problem in problems[:2]] == [
            (
                "operator_name",
                "'a\\x00b' holds U+0000, which is invisible: give text without it (answers.yaml, line 2)",
            ),
            ("fields", "'\\x00' holds U+0000, which is invisible: give text without it (answers.yaml, line 3)"),
        ]
        assert problems[2].prompt == "x\\x00y" and "is no prompt" in problems[2].text

    def test_what_is_longer_than_an_argument(self, tmp_path: Path) -> None:
        (tmp_path / "roles.yaml").touch()
        given, problems = read(tmp_path, f"license: MIT\nfields: {'ü' * 60_000}\n")
        assert given == {"license": "MIT"}
        (problem,) = problems
        assert problem.prompt == "fields" and "has 60,000 characters" in problem.text and "line 2" in problem.text

    def test_names_as_on_the_command_line_of_make(self, tmp_path: Path) -> None:
        given, problems = read(tmp_path, "CRD: example\nKIND: A\nLicense: MIT\nsource: b\nTASK_TPYE: c\n")
        assert given == {"source": "example", "kind": "A", "license": "MIT"}
        assert [(problem.prompt, problem.text) for problem in problems] == [
            ("source", "is there twice, as CRD and as source (answers.yaml, line 4)"),
            ("TASK_TPYE", "is no prompt: did you mean task_type? (answers.yaml, line 5)"),
        ]

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("a: [\n", "line 2: did not find expected node content"),
            ("- source\n", "this is no mapping of prompts to answers: write `source: rayjobs.yaml` and so on"),
            ("", "answers.yaml is empty"),
            ("answers: {source: a}\nkinds: [{source: b}]\n", "the record of several kinds: give it as the source"),
            ("kind: A\nkind: B\n", "line 2: the key 'kind' stands twice in one mapping"),
            ("a: *b\n", "line 1: *b repeats an anchor that is not there"),
        ],
    )
    def test_what_holds_no_answers(self, tmp_path: Path, text: str, reason: str) -> None:
        with pytest.raises(ValueError) as error:
            read(tmp_path, text)
        assert reason in str(error.value)

    def test_no_such_file(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=f"there is no file {tmp_path}/nowhere.yaml"):
            kept_answers.of_file(f"{tmp_path}/nowhere.yaml")
        with pytest.raises(ValueError, match="is no regular file"):
            kept_answers.of_file(str(tmp_path))

    def test_paths_start_from_the_files_folder(self, tmp_path: Path) -> None:
        (tmp_path / "crd").mkdir()
        (tmp_path / "crd/jobs.yaml").touch()
        (tmp_path / "roles.yaml").touch()
        given, _ = read(tmp_path, "source: ./crd/jobs.yaml\nroles: roles.yaml\nlicense: roles.yaml\n")
        assert given == {
            "source": f"{tmp_path}/crd/jobs.yaml",
            "roles": f"{tmp_path}/roles.yaml",
            "license": "roles.yaml",
        }
        assert read(tmp_path, "source: https://a.b/c.yaml\n")[0] == {"source": "https://a.b/c.yaml"}


class TestOfCall:
    """What cookiecutter and cruft read, and do not hand on."""

    @staticmethod
    def of(argv: list[str], base: Path) -> dict[str, str]:
        return dict(kept_answers.of_call(invocation.read(argv), str(base), "/templates/this"))

    def test_a_replay_file(self, tmp_path: Path) -> None:
        stored = {"crd": "/a.yaml", "crd_kind": "A", "license": "MIT", "_template": "x", "own": "y"}
        (tmp_path / "r.json").write_text(json.dumps({"cookiecutter": stored}))
        expected = {"source": "/a.yaml", "kind": "A", "license": "MIT"}
        assert self.of(["cookiecutter", "t", "--replay-file", "r.json"], tmp_path) == expected
        # As cookiecutter writes it after a replay: with the default of the prompt that had another name.
        (tmp_path / "s.json").write_text(json.dumps({"cookiecutter": {**stored, "source": "example", "kind": "A"}}))
        assert self.of(["cookiecutter", "t", "--replay-file=s.json"], tmp_path) == expected

    def test_the_last_replay(self, tmp_path: Path) -> None:
        (tmp_path / "config.yaml").write_text(f"replay_dir: {tmp_path}\n")
        (tmp_path / "this.json").write_text('{"cookiecutter": {"kind": "A"}}')
        argv = ["cookiecutter", "--config-file", f"{tmp_path}/config.yaml", "t"]
        assert self.of([*argv, "--replay"], tmp_path) == {"kind": "A"}
        assert self.of(argv, tmp_path) == {}

    def test_cruft_hands_on_all_but_the_old_names(self, tmp_path: Path) -> None:
        stored = {"crd": "crd/a.yaml", "crd_kind": "A", "license": "MIT"}
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine/.cruft.json").write_text(json.dumps({"context": {"cookiecutter": stored}}))
        assert self.of(["cruft", "update"], tmp_path / "mine") == {"source": "crd/a.yaml", "kind": "A"}
        assert self.of(["cruft", "diff", "-p", "mine"], tmp_path) == {"source": "crd/a.yaml", "kind": "A"}
        changed = ["cruft", "update", "--variables-to-update", '{"crd_kind": "B"}']
        assert self.of(changed, tmp_path / "mine") == {"source": "crd/a.yaml", "kind": "B"}
        assert self.of(["cruft", "create", "t"], tmp_path / "mine") == {}

    @pytest.mark.parametrize("text", ["", "[]", '{"context": []}', '{"context": {"cookiecutter": 1}}'])
    def test_a_file_without_answers(self, tmp_path: Path, text: str) -> None:
        (tmp_path / ".cruft.json").write_text(text)
        assert self.of(["cruft", "update"], tmp_path) == {}


def test_a_default_has_no_priority_over_what_was_kept() -> None:
    assert kept_answers.merged({"source": "a.yaml"}, {"source": "example", "kind": "A"}) == {
        "source": "a.yaml",
        "kind": "A",
    }
    assert kept_answers.merged({"source": "a.yaml"}, {"source": "b.yaml"}) == {"source": "b.yaml"}
    assert kept_answers.merged({}, {"source": "example"}) == {"source": "example"}


def test_settings_of_cookiecutter_in_a_replay(tmp_path: Path) -> None:
    """They would decide how files are rendered: a replay has none but the template's own."""
    own = json.loads((TEMPLATE / "cookiecutter.json").read_text())
    written = {name: value for name, value in own.items() if name.startswith("_")}
    written |= {"__found": "", "_template": "t", "_output_dir": "/o", "_repo_dir": "/r", "_checkout": None}

    def problems(**more: object) -> list[tuple[str, str]]:
        (tmp_path / "r.json").write_text(json.dumps({"cookiecutter": {**written, **more}}))
        call = invocation.read(["cookiecutter", "t", "--replay-file", "r.json"])
        kept_answers._read.cache_clear()
        found = kept_answers.problems_of_replay(call, str(tmp_path), str(TEMPLATE))
        return [(problem.prompt, problem.text) for problem in found]

    assert problems() == []
    # Which files are copied is another list in other releases; the template's own is taken.
    assert problems(_copy_without_render=["*"]) == []
    assert [name for name, _ in problems(_new_lines="\r\n", _own="x", licence="MIT")] == [
        "_new_lines",
        "_own",
        "licence",
    ]
    ((name, text),) = problems(_jinja2_env_vars={})
    assert (name, text) == ("_jinja2_env_vars", "is a setting of the template, and not what it has: leave it out")
    assert [name for name, _ in problems(_extensions=[*own["_extensions"], "jinja2.ext.do"])] == ["_extensions"]


def test_names_that_are_no_prompts() -> None:
    assert kept_answers.unknown("CRD") == "is no prompt: did you mean source?"
    assert kept_answers.unknown("KIND") == "is no prompt: did you mean kind?"
    assert kept_answers.unknown("crd") == "is no prompt any more: it is called source"
    assert kept_answers.unknown("licence") == "is no prompt: did you mean license?"
