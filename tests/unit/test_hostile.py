"""Hostile texts in every place that text comes from: refused in words, or written so that each language reads a text.

A rendering takes a tenth of a second in this process, so every payload gets one with itself in all places at once. Whole
bakes of odd answers, and what compilers say of them, are in tests/test_odd_answers.py.
"""

from __future__ import annotations

import ast
import functools
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from flyte_plugin_scaffold import bindings
from flyte_plugin_scaffold.asking import answers, drafting, findings
from flyte_plugin_scaffold.asking.draft import Draft
from flyte_plugin_scaffold.reading import crd
from flyte_plugin_scaffold.text import characters
from tests.support import rendering
from tests.support.schemas import BOOLEAN, INTEGER, STRING, TEMPLATE, array, enum, obj

# Each calls `pwn` in the language that it is for, if that language reads it as anything but a text.
PAYLOADS = {
    "shell substitution": "$(pwn)",
    "shell backquotes": "`pwn`",
    "shell end of a command": "'; pwn(); '",
    "shell end of a double quote": '"; pwn() #',
    "shell expansion": "${pwn:-$(pwn)}",
    "shell here document": "EOF\npwn()\n<<EOF",
    "shell option": "--pwn()",
    "Jinja call": "{{ pwn() }}",
    "Jinja attribute": "{{ cookiecutter.__class__.__mro__ }}",
    "Jinja block": "{% for x in pwn() %}",
    "Jinja end": "%} {{ pwn() }}",
    "Jinja comment": "{#- pwn() -#}",
    "Go string end": '"; pwn(); _ = "',
    "Go raw string end": "`; pwn(); _ = `",
    "Go comment end": "*/ pwn() /*",
    "Go line end": "x\npwn()\n//",
    "Go directive": "\n//go:generate pwn()\n",
    "Go build tag": "\n//go:build pwn()\n",
    "Go format": "%s %d %!v(pwn()) %[1]*d",
    "Python string end": '"; pwn(); "',
    "Python single quote": "'; pwn(); '",
    "Python docstring end": '"""\npwn()\n"""',
    "Python other docstring end": "'''\npwn()\n'''",
    "Python f-string": "{pwn()} {__import__('os').pwn()}",
    "Python backslash": "pwn()\\",
    "Python newline escape": "\\\npwn()",
    "Python format": "%(pwn)s {0.__class__}",
    "YAML new key": "x\npwn: pwn()",
    "YAML flow": "}, {pwn: pwn()}, {",
    "YAML tag": "!!python/object/apply:pwn ()",
    "YAML anchor": "&pwn *pwn <<: *pwn",
    "YAML comment": "x # pwn()",
    "YAML document": "\n---\npwn: pwn()\n...\n",
    "YAML single quote": "' pwn: pwn() '",
    "YAML number": "1_000",
    "YAML null": "~",
    "YAML true": "yes",
    "TOML end": '"\npwn = "pwn()"\n[pwn]',
    "TOML triple": '"""\npwn()',
    "Makefile function": "$(shell pwn())",
    "Makefile variable": "$(pwn) $@ $$pwn",
    "Makefile target": "\npwn:\n\tpwn()",
    "Makefile continuation": "pwn() \\",
    "GitHub expression": "${{ github.token }} ${{ pwn() }}",
    "GitHub command": "::set-output name=pwn::pwn()",
    "GitHub command in lines": "\n::add-mask::pwn()\n",
    "Markdown link": "[pwn](javascript:pwn())",
    "Markdown image": "![pwn](http://pwn/)",
    "Markdown code end": "`` ` ``` pwn()",
    "Markdown table": "a | b | <pwn>",
    "Markdown entity": "&#8238; &rlm; &zwnj; pwn()",
    "Markdown heading": "\n# pwn\n- [ ] pwn",
    "HTML script": "<script>pwn()</script>",
    "HTML comment": "--> <pwn onload=pwn()> <!--",
    "HTML attribute": "\"><img src=x onerror='pwn()'>",
    "Dockerfile": "\nRUN pwn()\n",
    "Dockerfile escape": "# escape=`\nRUN pwn() \\",
    "proto end": '"]; message Pwn {} //',
    "proto option": '"; option (pwn) = "pwn()',
    "proto comment": "*/ message Pwn { } /*",
    "regular expression": "(pwn|.)*(a+)+$",
    "broken regular expression": "([pwn\\",
    "path": "../../pwn",
    "absolute path": "/etc/passwd",
    "Windows path": "C:\\pwn\\nul",
    "terminal colour": "\x1b[31mpwn()\x1b[0m",
    "terminal title": "\x1b]0;pwn()\x07",
    "terminal C1": "\x9b31mpwn()",
    "backspaces": "pwn()\x08\x08\x08\x08\x08",
    "carriage return": "pwn()\rsafe",
    "NUL": "a\x00pwn()",
    "right to left override": "safe\u202e)(nwp\u202c",
    "isolates": "\u2066pwn()\u2069\u2067x\u2068",
    "marks of direction": "a\u200e\u200f\u061cpwn()",
    "zero width": "p\u200bw\u200cn\u200d()\u2060",
    "byte order mark": "\ufeffpwn()",
    "line separator": "x\u2028pwn()",
    "paragraph separator": "x\u2029pwn()",
    "next line": "x\x85pwn()",
    "vertical tab and form feed": "x\x0bpwn()\x0cy",
    "file separators": "x\x1cpwn()\x1d\x1e\x1f",
    "tags": "x\U000e0001\U000e0070\U000e0077\U000e006e",
    "variation selectors": "pwn\ufe0f()\U000e0100",
    "soft hyphen": "p\xadw\xadn()",
    "filler": "pwn\u3164()\u115f",
    "private use": "\ue000pwn()\U000f0000",
    "noncharacters": "\ufdd0pwn()\U0001fffe",
    "odd spaces": "pwn\xa0(\u3000)\u2003",
    "fullwidth": "ｐｗｎ（）；",
    "accents": "p\u0301\u0323w\u0301n()",
    "other letters": "פוון() 日本語 🚀",
    "quotes of all sorts": "\"'`´‘’“”«»",
    "escapes of all sorts": "\\n\\x41\\u202e\\U0001F600\\101\\",
    "long": "pwn()" * 200,
    "empty words": "  \t ",
}  # fmt: skip

# What nobody can see has no place in an answer, not even in a JSON string, where lines and tabs have one.
HIDDEN = {name for name, text in PAYLOADS.items() if characters.invisible(text, but="\t\n\r")}
JINJA = {name for name, text in PAYLOADS.items() if any(mark in text for mark in ("{{", "{%", "{#"))}
PLACES = ("kind", "group", "plural", "singular", "version")  # of a name in a CRD
# These are words of a grammar, or nothing at all.
WORDS = {"YAML null", "YAML true", "YAML number", "empty words"}


# ------------------------------------------------------------------------------------------------------------- answers
@functools.lru_cache(maxsize=None)
def refused(name: str) -> dict[str, str]:
    """What is said of a payload that is the answer to every prompt."""
    given = dict.fromkeys(answers.PROMPTS, answers.clean(PAYLOADS[name])) | {"source": str(source("plain"))}
    return {problem.prompt: problem.text for problem in drafting.check(given)}


# What is wrong before these may hide what is wrong with them; some texts are names of an operator.
NOT_ALWAYS = ("operator_name", "status_path", "phases", "fields")


@pytest.mark.parametrize("name", PAYLOADS)
def test_an_answer_to_every_prompt(name: str) -> None:
    said = refused(name)
    assert not any(characters.invisible(text) for text in said.values()), "a terminal would show something else"
    answer = answers.clean(PAYLOADS[name])
    is_no_name = bool(answers.problems_in_text("operator_name", answer) or answers.operator_name(answer))
    assert ("operator_name" in said) == is_no_name
    if name not in WORDS:
        assert [each for each in answers.PROMPTS[1:] if each not in said and each not in NOT_ALWAYS] == []


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_source_that_is_not_there(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder()))  # what ~ means
    for problem in drafting.check({"source": PAYLOADS[name]}):
        assert problem.prompt == "source" and not characters.invisible(problem.text)


@pytest.mark.parametrize("name", PAYLOADS)
def test_the_command_that_repeats_an_answer_shows_all_of_it(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    context: dict[str, Any] = {"source": "example", "license": PAYLOADS[name], "roles": PAYLOADS[name]}
    with pytest.raises(SystemExit):
        bindings.check_answers(context)
    said = capsys.readouterr().err
    assert not characters.invisible(said, but="\n")
    (command,) = (line for line in said.splitlines() if line.startswith("  cookiecutter "))
    assert "Traceback" not in said and "license=" in command


@pytest.mark.parametrize("name", sorted(HIDDEN | JINJA))
def test_strings_are_looked_at_and_not_their_spelling(name: str) -> None:
    refused_ = {problem.prompt for problem in drafting.check(given(name, everything=True))}
    assert refused_ == {"roles", "phases"}


def given(name: str, everything: bool = False) -> dict[str, str]:
    """Answers with a payload in the strings of roles and phases, where a string may hold it."""
    found = {"source": str(source(name)), "operator_name": "Run & <b>`Co`</b>"}
    if everything or name not in HIDDEN | JINJA:
        spelled = json.dumps(PAYLOADS[name])
        found["roles"] = f"driver: .spec.driver user; workers: .spec.workers [{spelled}]"
        found["status_path"] = ".status.message"
        found["phases"] = f"Success=Done; Failure={spelled}"
    return found


def str_of_roles(text: str) -> str:
    return answers.format_roles(answers.parse_roles(text)[0])


# ------------------------------------------------------------------------------------------------------------------ CRD
@functools.lru_cache(maxsize=None)
def folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="hostile-"))


@pytest.fixture(autouse=True, scope="module")
def _nothing_is_left() -> Iterator[None]:
    yield
    shutil.rmtree(folder(), ignore_errors=True)


def document(payload: str) -> dict[str, Any]:
    """A CRD with ``payload`` in every place for a text."""
    pod = {**obj(template=TEMPLATE, replicas=INTEGER), "description": payload}
    spec = obj(
        "driver",
        "mode",
        "x" + payload,
        "target",
        driver=pod,
        workers=pod,
        note={**STRING, "description": payload, "title": payload, "format": payload, "default": payload},
        mode=enum(payload, "plain", description=f"{payload}. {payload}"),
        modes=array(enum(payload)),
        old={**STRING, "description": f"Deprecated: {payload}"},
        word={**STRING, "pattern": payload, "example": payload},
        size={**INTEGER, "description": payload * 3},
        target={**obj(payload, **{payload: STRING}), "description": payload},
        **{"x" + payload: {**STRING, "description": f"{payload}\n\n{payload}"}},
    )
    spec["x-kubernetes-validations"] = [{"rule": payload, "message": payload}, {"rule": payload}]
    status = obj(phase=enum("Running", "Succeeded", "Failed", payload), message=STRING, **{payload: STRING})
    whole = {**obj(spec=spec, status=status), "description": payload}
    columns = [{"name": payload, "type": "string", "jsonPath": ".status.phase"}]
    columns.append({"name": "Status", "type": "string", "jsonPath": payload})
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "runs.example.com", "annotations": {"note": payload}},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": {"kind": "Run", "plural": "runs", "singular": "run"},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "schema": {"openAPIV3Schema": whole},
                    "additionalPrinterColumns": columns,
                }
            ],
        },
    }


def beside(payload: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": payload}, "data": {payload: payload}}


def in_yaml(value: dict[str, Any], **settings: Any) -> str:
    """``value`` in block style, of which a rendering keeps the text: JSON would be written anew for it."""
    return yaml.dump(value, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False, **settings)


@functools.lru_cache(maxsize=None)
def plain() -> str:
    return in_yaml(document("plain"))


@functools.lru_cache(maxsize=None)
def source(name: str) -> Path:
    file = folder() / f"{name}.yaml"
    payload = PAYLOADS.get(name, name)
    documents = (document(payload), beside(payload))
    # Half of them as a person would write them, with the characters themselves.
    as_they_are = len(name) % 2 == 0
    written = [in_yaml(each, allow_unicode=as_they_are) for each in documents]
    file.write_text("---\n".join(written), encoding="utf-8")
    return file


@functools.lru_cache(maxsize=None)
def rendered(name: str) -> tuple[Draft, dict[str, str]]:
    draft = drafting.draft(given(name))
    assert [problem.text for problem in draft.problems] == []
    return draft, rendering.tree(draft)


def one(files: dict[str, str], ending: str) -> str:
    (found,) = (text for path, text in files.items() if path.endswith(ending))
    return found


@pytest.mark.parametrize("name", PAYLOADS)
class TestCrd:
    def test_no_default_is_refused(self, name: str) -> None:
        assert [problem.text for problem in drafting.draft({"source": str(source(name))}).problems] == []

    def test_strings_of_answers_are_told_by_literals(self, name: str) -> None:
        if name in HIDDEN | JINJA:
            return  # refused above
        files = rendered(name)[1]
        argv = re.search(r"Argv: \[\]string\{(\"(?:[^\"\\]|\\.)*\")\}", one(files, "/zz_generated_kind.go"))
        assert argv and ast.literal_eval(argv[1]) == PAYLOADS[name]
        assert PAYLOADS[name] in [
            ast.literal_eval(each) for each in re.findall(r'"(?:[^"\\\n]|\\.)*"', one(files, "/phases.go"))
        ]
        recorded = yaml.load(files[".flyte-plugin.yaml"], LOADER)["answers"]
        assert (recorded["roles"], recorded["phases"]) == (str_of_roles(given(name)["roles"]), given(name)["phases"])

    def test_files_are_what_their_names_say(self, name: str) -> None:
        look_at(rendered(name)[1])

    def test_the_report_shows_all_of_it(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        characters.say(findings.report(rendered(name)[0]))
        assert not characters.invisible(capsys.readouterr().err, but="\n")

    def test_the_vendored_crd_says_the_same(self, name: str) -> None:
        files = rendered(name)[1]
        assert yaml.load(files["crd/runs.yaml"], LOADER) == document(PAYLOADS[name])

    def test_the_rest_of_the_bundle_says_the_same(self, name: str) -> None:
        assert yaml.load(rendered(name)[1]["kustomize/operator/bundle.yaml"], LOADER) == beside(PAYLOADS[name])

    def test_property_names_are_sent_as_they_are(self, name: str) -> None:
        payload = PAYLOADS[name]
        spec = json.loads(one(rendered(name)[1], ".tasks.json"))["full"]["spec"]
        assert spec["x" + payload] and spec["target"][payload]

    def test_enums_hold_the_values(self, name: str) -> None:
        payload = PAYLOADS[name]
        files = rendered(name)[1]
        constants = {
            each.value for each in ast.walk(ast.parse(one(files, "/task.py"))) if isinstance(each, ast.Constant)
        }
        assert {payload, "plain"} <= constants
        assert json.loads(one(files, ".tasks.json"))["full"]["custom"]["mode"] in (payload, "plain")

    def test_wire_names_are_told_by_literals(self, name: str) -> None:
        proto = one(rendered(name)[1], ".proto")
        draft = rendered(name)[0]
        told = {ast.literal_eval(each) for each in re.findall(r'\[json_name = ("(?:[^"\\]|\\.)*")\];', proto)}
        assert {field.json_name for field in draft.plugin.fields} <= told

    def test_identifiers_are_of_ascii_words(self, name: str) -> None:
        draft = rendered(name)[0]
        fields = [each for message in draft.plugin.contract for each in message.fields]
        assert all(re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", field.name) for field in fields)
        assert all(re.fullmatch(r"[A-Z][A-Za-z0-9_]*", field.go_name) for field in fields)

    def test_names_are_refused(self, name: str) -> None:
        said: dict[str, str] = {}
        for place in PLACES:
            changed = document("plain")
            if place == "group":
                changed["spec"]["group"] = PAYLOADS[name]
            elif place == "version":
                changed["spec"]["versions"][0]["name"] = PAYLOADS[name]
            else:
                changed["spec"]["names"][place] = PAYLOADS[name]
            file = folder() / f"{place}.yaml"
            file.write_text(json.dumps(changed) + " " * list(PAYLOADS).index(name), encoding="utf-8")
            try:
                crd.load(str(file))
            except crd.SourceError as error:
                said[place] = str(error)
        assert name in WORDS or tuple(said) == PLACES
        assert [place for place, text in said.items() if characters.invisible(text) or len(text) >= 1000] == []

    def test_the_name_of_a_file(self, name: str) -> None:
        try:
            file = folder() / (re.sub(r"[/\0]", "", PAYLOADS[name])[:50] + "x.yaml")
            file.write_text(plain(), encoding="utf-8")
        except (OSError, UnicodeEncodeError):
            return  # no file can be called so
        draft = drafting.draft({"source": str(file)})
        unfit = bool(answers.problems_in_text("source", str(file)))
        assert [problem.prompt for problem in draft.problems] == (["source"] if unfit else [])
        assert draft.recorded["source"] == "crd/runs.yaml", "what is rendered does not depend on a path"


# --------------------------------------------------------------------------------- switches, alternatives, operator pods
def switches(payload: str) -> dict[str, Any]:
    """A CRD with ``payload`` in what cleans up after the end, in what stands for a role, and in the operator's own pods."""
    one = obj("template", template=TEMPLATE)
    many = obj("template", template=TEMPLATE, replicas=INTEGER)
    policy = {
        f"onFailure{payload}": obj(**{f"policy{payload}": enum("DeleteCluster", f"DeleteWorkers{payload}")}),
        "onSuccess": obj(policy=enum(f"DeleteCluster{payload}", "DeleteNone")),
    }
    spec = {
        "entrypoint": STRING,
        "cluster": obj(head=one, workers=many),
        f"{payload}.clusterSelector": STRING,
        "clusterRef": {**STRING, "description": payload},
        f"{payload}submitterMode": {**STRING, "default": payload, "description": payload},
        "submitterPodTemplate": {**TEMPLATE, "description": payload},
        f"submitter{payload}PodTemplate": TEMPLATE,
        f"stopAfterDone{payload}": {**BOOLEAN, "description": payload},
        f"{payload}ttlSecondsAfterFinished": INTEGER,
        f"deletionStrategy{payload}": obj(**policy),
    }
    status = obj(
        phase=enum("Running", "Succeeded", "Failed"),
        message=STRING,
        dashboardURL=STRING,
        **{f"a{payload}": obj(podName=STRING), f"{payload}state": STRING},
    )
    found = document("plain")
    (version,) = found["spec"]["versions"]
    version["schema"]["openAPIV3Schema"] = obj(spec=obj(**spec), status=status)
    return found


@functools.lru_cache(maxsize=None)
def with_switches(name: str) -> tuple[Draft, dict[str, str]]:
    file = folder() / f"switches-{len(name)}-{sorted(PAYLOADS).index(name)}.yaml"
    file.write_text(in_yaml(switches(PAYLOADS[name])), encoding="utf-8")
    draft = drafting.draft({"source": str(file)})
    assert [problem.text for problem in draft.problems] == []
    return draft, rendering.tree(draft)


@pytest.mark.parametrize("name", PAYLOADS)
class TestSwitches:
    def test_files_are_what_their_names_say(self, name: str) -> None:
        look_at(with_switches(name)[1])

    def test_each_pod_has_a_name_of_its_own(self, name: str) -> None:
        draft, files = with_switches(name)
        assert draft.plugin.operator_pods
        declared = re.findall(
            r'^\t\{Name: ("(?:[^"\\]|\\.)*"), .*Runs: ', one(files, "/zz_generated_kind.go"), re.MULTILINE
        )
        assert len(declared) == len(set(declared)) == len(draft.plugin.placed)

    def test_paths_are_told_by_literals(self, name: str) -> None:
        draft, files = with_switches(name)
        told = strings_of(one(files, "/zz_generated_kind.go"))
        for default in draft.plugin.spec_defaults:
            assert {*default.path.names[1:]} <= told
            assert {each for path in default.unless for each in path.names[1:]} <= told
        assert {each for role in draft.plugin.placed for other in role.alternatives for each in other.path} <= told

    def test_the_readme_shows_a_default_that_can_be_copied(self, name: str) -> None:
        """Whichever field it is of, its names are the CRD's."""
        draft, files = with_switches(name)
        blocks = re.findall(r"```yaml\n(.*?)\n```\n", files["README.md"], re.DOTALL)
        (block,) = [each for each in blocks if "spec-defaults: |" in each]
        (section,) = yaml.load(block, LOADER)["plugins"].values()
        value = yaml.load(section["spec-defaults"], LOADER)
        node = draft.plugin.crd.schema["properties"]["spec"]
        while "properties" in node:
            ((step, value),) = value.items()
            node = node["properties"][step]
        assert value

    def test_tables_of_the_readme_have_rows_of_one_length(self, name: str) -> None:
        rows: list[int] = []
        for line in with_switches(name)[1]["README.md"].splitlines():
            cells = len(re.sub(r"\\.", "", line).split("|")) if line.startswith("|") else 0
            assert cells == 0 or not rows or rows[-1] in (0, cells), line
            rows.append(cells)


def strings_of(code: str) -> set[str]:
    return {ast.literal_eval(each) for each in re.findall(r'"(?:[^"\\\n]|\\.)*"', code)}


# ---------------------------------------------------------------------------------------------------------------- files
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_GO = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`|\'(?:[^\'\\]|\\.)+\'|//[^\n]*|/\*.*?\*/', re.DOTALL)
_PROTO = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*')
_CODE_SPAN = re.compile(r"(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)


_SEEN: set[tuple[str, str]] = set()  # most files say nothing of a payload


def look_at(files: dict[str, str]) -> None:
    """Every file is what its name says, holds nothing that people cannot see, and calls nothing of a payload's."""
    for path, text in files.items():
        if (path, text) in _SEEN:
            continue
        _SEEN.add((path, text))
        assert not characters.invisible(text, but="\n\t"), path
        assert "${{ pwn" not in text or path.endswith((".yaml", ".py", ".go", ".md", ".json", ".proto")), path
        if path.endswith((".yaml", ".yml")):
            for each in yaml.load_all(text, LOADER):
                assert not isinstance(each, dict) or "pwn" not in each, path
        elif path.endswith(".json"):
            json.loads(text)
        elif path.endswith((".py", ".pyi")):
            names = [each.id for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Name)]
            assert "pwn" not in names and "__import__" not in names, path
        elif path.endswith(".toml"):
            toml(text)
        elif path.endswith(".go"):
            code = _GO.sub("", text)
            assert not re.search(r"\bpwn\b|[\"`\\$#@]", code), path
            assert not re.search(r"^//go:(generate|build).*pwn", text, re.MULTILINE), path
        elif path.endswith(".proto"):
            assert not re.search(r"\b[Pp]wn\b[ (]|[\"`\\$#@]", _PROTO.sub("", text)), path
        elif path.endswith(".md"):
            prose = _CODE_SPAN.sub("", text)
            assert not re.search(
                r"(?<!\\)<(script|img|pwn)|(?<!\\)\]\((javascript:|http://pwn)|(?<!\\)&(\w+|#\d+);", prose
            ), path
        else:
            assert "pwn" not in text, path


def toml(text: str) -> None:
    try:
        import tomllib
    except ImportError:  # Python 3.10
        return
    assert "pwn" not in tomllib.loads(text)
