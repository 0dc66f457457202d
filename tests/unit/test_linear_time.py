"""No derivation takes more than linear time: a long text in any part of a CRD or of the answers holds nobody up."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flyte_plugin_scaffold.asking import answers, drafting, operations
from flyte_plugin_scaffold.deriving import naming
from flyte_plugin_scaffold.examples import samples
from flyte_plugin_scaffold.flyte import taken_names
from flyte_plugin_scaffold.languages import filters, golang, protobuf, python_code
from flyte_plugin_scaffold.reading import crd, formats, schema, yaml_documents
from flyte_plugin_scaffold.text import characters, names, reserved
from tests.support.schemas import BOOLEAN, INTEGER, STRING, array, enum, mapping, obj
from tests.support.timing import assert_near_linear

TIME = {**STRING, "format": "date-time"}
ODD = "\"\\'`$\u202e\x85é🚀{}[]#<&"


def document(spec: Any = None, status: Any = None, kind: str = "Run", group: str = "example.com", **more: Any) -> dict:
    """A CRD; ``more`` goes into its version."""
    plural = kind.lower() + "s"
    whole = obj(
        spec=obj(replicas=INTEGER) if spec is None else spec,
        status=obj(phase=enum("Running", "Succeeded", "Failed")) if status is None else status,
    )
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": whole}, **more}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural, "singular": kind.lower()},
            "versions": [version],
        },
    }


@pytest.fixture
def derive(tmp_path: Path) -> Callable[[Any], None]:
    """Derives everything from the text of a source, or from documents; a refusal is as good as a plugin."""
    count = 0

    def run(source: Any) -> None:
        nonlocal count
        count += 1
        file = tmp_path / f"{count}.yaml"
        file.write_text(source if isinstance(source, str) else "---\n".join(json.dumps(each) + "\n" for each in source))
        try:
            draft = drafting.draft({"source": str(file)})
            if not draft.problems:
                made = draft.plugin
                for message in made.contract:
                    python_code.python_doc(message), python_code.python_members(message), protobuf.proto_doc(message)
                for owner in (*made.objects, *made.pod_roles, made):
                    [golang.go_field(each) for each in owner.fields]
                for field in made.fields:
                    filters.comment(protobuf.proto_note(field), "// "), protobuf.proto_member(field)
                golang.full_spec(made), python_code.python_config(made, True)
                golang.contract_statuses(made), filters.phase_rows(made), golang.go_contract(made)
                golang.go_rules(made.status, made.status.rules), [golang.go_role(each) for each in made.placed]
        except crd.SourceError as error:
            assert len(str(error)) < 3000, "a message is no copy of the source"

    return run


def described(text: str) -> dict:
    return document(obj(note={**STRING, "description": text}, replicas=INTEGER))


# name -> (what is long, how much of it)
PARTS: dict[str, tuple[Callable[[int], list[dict]], int]] = {
    "kind": (lambda n: [document(kind="R" + "u" * n)], 6_250),
    "group": (lambda n: [document(group="a." * n + "com")], 6_250),
    "version": (lambda n: [document(name="v" + "1" * n)], 6_250),
    "versions": (lambda n: [{**document(), "spec": {**document()["spec"], "versions": versions(n)}}], 250),
    "description without a blank": (lambda n: [described("x" * n)], 6_250),
    "description of blanks": (lambda n: [described("x" + " " * n + "y")], 6_250),
    "description of lines": (lambda n: [described("x\n" * n)], 6_250),
    "description of blank lines": (lambda n: [described("x" + "\n \n" * n)], 3_750),
    "description of capitals": (lambda n: [described("INSERT ADDITIONAL " * n)], 625),
    "description of quotes": (lambda n: [described(ODD * n)], 625),
    "description that begins a word": (lambda n: [described("deprecated is are field API been " * n)], 625),
    "description that nobody sees": (lambda n: [described("\u200b" * n)], 6_250),
    "title": (lambda n: [document(obj(note={**STRING, "title": "x " * n}))], 6_250),
    "format": (lambda n: [document(obj(note={**STRING, "format": "x" * n}))], 6_250),
    "default": (lambda n: [document(obj(note={**STRING, "default": ODD * n}))], 1_250),
    "enum of a field": (lambda n: [document(obj(mode=enum(*map(str, range(n)))))], 625),
    "long value of a field's enum": (lambda n: [document(obj("mode", mode=enum(ODD * n)))], 625),
    "numbers of a field's enum": (lambda n: [document(obj("size", size={**INTEGER, "enum": list(range(n))}))], 1_250),
    "pattern": (lambda n: [document(obj("note", note={**STRING, "pattern": "(a+)+" * n}))], 1_250),
    "name of a property": (lambda n: [document(obj("x" * n, **{"x" * n: STRING}))], 6_250),
    "name in capitals": (lambda n: [document(obj("X" * n, **{"X" * n: STRING}))], 6_250),
    "name of humps": (lambda n: [document(obj("xX" * n, **{"xX" * n: STRING}))], 3_125),
    "name of accents": (lambda n: [document(obj(**{"a" + "\u0301" * n + "\u0323" * n: STRING}))], 3_125),
    "name of signs": (lambda n: [document(obj("-" * n, **{"-" * n: STRING}))], 6_250),
    "name of an object": (lambda n: [document(obj("x" * n, **{"x" * n: obj("a", a=STRING)}))], 6_250),
    "printer columns": (lambda n: [document(additionalPrinterColumns=columns(n))], 250),
    "path of a printer column": (
        lambda n: [
            document(additionalPrinterColumns=[{"name": "State", "type": "string", "jsonPath": ".status" + ".a" * n}])
        ],
        1_000,
    ),
    "odd path of a printer column": (
        lambda n: [
            document(
                additionalPrinterColumns=[{"name": "State", "type": "string", "jsonPath": '.status[?(@.type=="' * n}]
            )
        ],
        2_500,
    ),
    "validation messages": (lambda n: [document({**obj(a=STRING), "x-kubernetes-validations": rules(n)})], 625),
    "validation message": (
        lambda n: [document({**obj(a=STRING), "x-kubernetes-validations": [{"rule": "true", "message": "x \n" * n}]})],
        10_000,
    ),
    "conditions of a schema": (lambda n: [document({**obj(a=STRING), "allOf": [{"required": ["a"]}] * n})], 625),
    "other objects": (
        lambda n: [document()] + [{"kind": "ConfigMap", "metadata": {"name": str(i)}} for i in range(n)],
        375,
    ),
    "kinds that end": (lambda n: [document(kind=f"Run{i}") for i in range(n)], 60),
    "kinds that never end": (lambda n: [document(kind=f"Run{i}", status=obj(size=INTEGER)) for i in range(n)], 40),
    "the same kind again and again": (lambda n: [document()] * n, 60),
    "kinds that are broken": (lambda n: [{**document(kind=f"Run{i}"), "apiVersion": "x"} for i in range(n)], 60),
}


# What a status can be long in: its states, its conditions, its values.
STATUSES: dict[str, tuple[Callable[[int], dict], int]] = {
    "states that fail": (lambda n: obj(phase=enum("Done", *(f"State{i}Failed" for i in range(n)))), 300),
    "states that go on": (lambda n: obj(phase=enum("Done", "Failed", *(f"State{i}" for i in range(n)))), 300),
    "states that go on, and the time of the end": (
        lambda n: obj(phase=enum("Done", "Failed", *(f"State{i}" for i in range(n))), endTime=TIME),
        300,
    ),
    "states after the end": (
        lambda n: obj(phase=enum("Done", *(f"Deleting{i}" for i in range(n)), *(f"x{i}Deleted" for i in range(n)))),
        150,
    ),
    "counts of long names": (
        lambda n: obj(done=BOOLEAN, **{f"failed{i}{'Pod' * n}Count": INTEGER for i in range(9)}),
        300,
    ),
    "listed words": (lambda n: obj(phase={**STRING, "description": "idle, " * n + "done or failed"}), 3_000),
    "words in quotes": (lambda n: obj(phase={**STRING, "description": "`idle` " * n}), 3_000),
    "long state": (lambda n: obj(phase=enum("Done", "x" * n)), 3_000),
    "state of humps": (lambda n: obj(phase=enum("Done", "xX" * n)), 1_500),
    "states of a result": (
        lambda n: obj(phase=enum("Done"), result=enum("Done", *(f"R{i}Failed" for i in range(n)))),
        125,
    ),
    "description of states": (
        lambda n: obj(phase={**STRING, "description": "One of " + "Failed, Done, " * n}),
        600,
    ),
    "description that begins lists": (
        lambda n: obj(phase={**STRING, "description": "one of either valid " * n}),
        600,
    ),
    "types of conditions": (
        lambda n: obj(conditions=array(obj(type=enum("Done", *(f"T{i}Failed" for i in range(n))), status=STRING))),
        300,
    ),
    "states": (lambda n: obj(phase=STRING, **{f"s{i}Status": STRING for i in range(n)}), 125),
    "objects of the work": (lambda n: obj(phase=STRING, **{f"job{i}Status": obj(state=STRING) for i in range(n)}), 125),
    "flags": (lambda n: obj(finished=BOOLEAN, **{f"x{i}Finished": BOOLEAN for i in range(n)}), 200),
    "times": (lambda n: obj(phase=STRING, **{f"x{i}EndTime": TIME for i in range(n)}), 200),
    "counts": (lambda n: obj(endTime=TIME, failed=INTEGER, **{f"x{i}Failed": INTEGER for i in range(n)}), 200),
    "messages": (lambda n: obj(phase=STRING, **{f"x{i}Message": STRING for i in range(n)}), 200),
    "addresses": (lambda n: obj(phase=STRING, **{f"x{i}DashboardUrl": STRING for i in range(n)}), 200),
}
PARTS.update(
    {
        f"status: {name}": (lambda n, make=make: [document(status=make(n))], size)
        for name, (make, size) in STATUSES.items()
    }
)


def versions(count: int) -> list[dict]:
    whole = {"openAPIV3Schema": {"type": "object"}}
    return [{"name": f"v{i + 1}", "served": True, "storage": not i, "schema": whole} for i in range(count)]


def columns(count: int) -> list[dict]:
    return [{"name": f"Column {i}", "type": "string", "jsonPath": f".status.c{i}"} for i in range(count)]


def rules(count: int) -> list[dict]:
    return [{"rule": "true", "message": f"rule {i}"} for i in range(count)]


@pytest.mark.parametrize(("make", "size"), PARTS.values(), ids=PARTS)
def test_a_part_of_a_crd(make: Callable[[int], Any], size: int, derive: Callable[[Any], None]) -> None:
    assert_near_linear(make, derive, size)


TEXTS: dict[str, tuple[Callable[[int], str], int]] = {
    "blank lines": (lambda n: "\n" * n, 12_500),
    "comments": (lambda n: "# x\n" * n, 6_250),
    "markers": (lambda n: "---\n" * n, 3_750),
    "markers and comments": (lambda n: "# x\n---\n" * n, 2_500),
    "small documents": (lambda n: "---\na: 1\n" * n, 125),
    "blanks": (lambda n: " " * n, 12_500),
    "tabs": (lambda n: "\t" * n, 12_500),
    "dashes": (lambda n: "- " * n, 6_250),
    "colons": (lambda n: ":" * n, 6_250),
    "brackets": (lambda n: "[" * n, 6_250),
    "braces of JSON": (lambda n: '{"a":' * n, 2_500),
    "braces of Helm": (lambda n: "{{ x }}\n" * n, 625),
    "a line that may be Helm": (lambda n: "- " * n + "x-./" * n + "\n a: b: {{", 1_250),
    "a quote that never ends": (lambda n: 'a: "' + "x\n" * n, 2_500),
    "escapes": (lambda n: 'a: "' + "\\x41" * n + '"', 2_500),
    "single quotes": (lambda n: "a: '" + "''" * n + "'", 2_500),
    "a folded text": (lambda n: "a: >\n" + "  x\n\n" * n, 2_500),
    "anchors": (lambda n: "".join(f"a{i}: &a{i} 1\n" for i in range(n)), 625),
    "open anchors": (lambda n: "".join("&a%d [" % i for i in range(min(n, 150))) + "x" * n, 125),
    "aliases": (lambda n: "a: &a 1\nb:\n" + "- *a\n" * n, 1_250),
    "an alias bomb": (lambda n: bomb(n), 15),
    "merges": (lambda n: "a: &a {b: 1}\nc:\n" + "- <<: *a\n" * n, 375),
    "a number": (lambda n: "a: " + "1" * n, 6_250),
    "a number of JSON": (lambda n: '{"a": ' + "1" * min(n, 4000) + "}", 6_250),
    "underscores": (lambda n: "a: 1" + "_" * n, 6_250),
    "a key": (lambda n: "x" * n + ": 1", 6_250),
    "equal keys": (lambda n: "a: 1\n" * n, 1_250),
    "directives": (lambda n: "%YAML 1.1\n" * n, 1_250),
}


def bomb(count: int) -> str:
    """Every list holds the one before it nine times."""
    lists = "".join(f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 9)}]\n" for i in range(count))
    return "a0: &a0 [x]\n" + lists


@pytest.mark.parametrize(("make", "size"), TEXTS.values(), ids=TEXTS)
def test_a_text_of_a_source(make: Callable[[int], Any], size: int, derive: Callable[[Any], None]) -> None:
    assert_near_linear(make, derive, size)


@pytest.mark.parametrize("depth", [50, 150, 199, 250, 5_000])
def test_deep_nesting_is_read_or_refused(depth: int, derive: Callable[[Any], None]) -> None:
    node: Any = STRING
    for _ in range(depth // 2):
        node = obj("a", a=node)
    derive("{}\n".join([]) + json.dumps(document(node)) if depth < 900 else '{"a":' * depth + "1" + "}" * depth)
    derive("a:\n" + "".join(" " * i + "- \n" for i in range(min(depth, 400))))


ANSWERS = {
    "x": lambda n: "x" * n,
    "X": lambda n: "X" * n,
    "dots": lambda n: "." * n,
    "dashes": lambda n: "a" + "-" * n,
    "slashes": lambda n: "a/" * n,
    "path": lambda n: ".spec" + ".a" * n,
    "paths": lambda n: ",".join(f".spec.a{i}" for i in range(n // 8)),
    "semicolons": lambda n: ";" * n,
    "entries": lambda n: "a=b;" * (n // 4),
    "roles": lambda n: "".join(f"r{i}: .spec.a{i} user;" for i in range(n // 20)),
    "one role again": lambda n: "a: .spec.a user;" * (n // 16),
    "quotes": lambda n: '"' * n,
    "escapes": lambda n: '"' + "\\" * n,
    "strings": lambda n: '"a" ' * (n // 4),
    "brackets": lambda n: "[" * n,
    "braces": lambda n: "a{" * n,
    "list": lambda n: 'a: .spec.replicas ["' + "x" * n + '"]',
    "blanks": lambda n: "a" + " " * n + "b",
    "lines": lambda n: "a\n" * n,
    "unseen": lambda n: "\u202e" * n,
    "accents": lambda n: "a" + "\u0301\u0323" * (n // 2),
}


@pytest.mark.parametrize("prompt", answers.PROMPTS)
def test_answers_of_a_hundred_thousand_characters(prompt: str) -> None:
    start = time.process_time()
    for make in ANSWERS.values():
        problems = drafting.check({prompt: make(100_000).ljust(100_000, ";")})
        assert [each.prompt for each in problems] == [prompt]
        assert len(problems[0].text) < 1100
    assert time.process_time() - start < 20, "a hundredth of that is usual"


def test_answers_that_are_almost_too_long() -> None:
    given = {prompt: "x" for prompt in answers.PROMPTS if prompt != "source"}
    for make in ANSWERS.values():
        problems = drafting.check({prompt: make(answers.MAX_ANSWER)[: answers.MAX_ANSWER] for prompt in given})
        assert len(problems) < 300 and all(len(each.text) < 4_100 for each in problems)


# What answers and texts go through, alone and without a limit before it.
FUNCTIONS: dict[str, Callable[[str], Any]] = {
    "words": names.words,
    "snake": names.snake,
    "camel": names.camel,
    "class_name": names.class_name,
    "go_camel": names.go_camel,
    "singular": names.singular,
    "with_article": lambda text: names.with_article(text or "x"),
    "taken_task_type": taken_names.taken_task_type,
    "taken_module": taken_names.taken_module,
    "identifier_problem": reserved.identifier_problem,
    "split": lambda text: answers.split(text, ";"),
    "parse_roles": answers.parse_roles,
    "parse_fields": answers.parse_fields,
    "parse_options": answers.parse_options,
    "operations.parse": operations.parse,
    "formats.of": formats.of,
    "service_name": naming.service_name,
    "parse_abort_patch": answers.parse_abort_patch,
    "problems_in_strings": answers.problems_in_strings,
    "parse_path": lambda text: answers.parse_path(text, "spec"),
    **{f"answers.{name}": check for name, check in answers.WORDS.items()},
    "quoted": filters.quoted,
    "py_literal": filters.py_literal,
    "comment": lambda text: filters.comment(text, "// "),
    "docstring": filters.docstring,
    "markdown": filters.markdown,
    "markdown_code": filters.markdown_code,
    "make_quoted": filters.make_quoted,
    "escaped": characters.escaped,
    "short": characters.short,
    "shell_word": characters.shell_word,
    "yaml.split": lambda text: list(yaml_documents.split(text)),
    "yaml.body": yaml_documents.body,
    "matching": samples.matching,
    "sample": lambda text: samples.string({"type": "string", "pattern": text}),
}
PIECES = ["x", "X", "xX", "Xs", "-", "_", ".", "a.", "a-", " ", "\n", "#", '"', "\\", "`", "''", "(", "(a+)+", "{", "[", "é", "\u0301\u0323", "\u202e", "=", ";", "1", "/", ": "]  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_a_text(name: str) -> None:
    def run(size: int) -> None:
        for kept in (samples.matching, samples._parsed, names.go_camel):
            kept.cache_clear()  # nothing is known from the run before
        for piece in PIECES:
            FUNCTIONS[name](piece * size)
            FUNCTIONS[name]("a" + piece * size + "!")

    assert_near_linear(lambda n: n, run, 500)


def test_a_long_path_of_a_long_schema() -> None:
    assert_near_linear(lambda n: schema.path_of("spec", *["a"] * n), str, 5_000)
    assert_near_linear(lambda n: mapping(array(obj(**{f"a{i}": STRING for i in range(n)}))), samples.plain, 5_000)


def test_the_test_sees_what_is_quadratic() -> None:
    def quadratic(size: int) -> int:
        return sum(1 for _ in range(size * size // 10))

    with pytest.raises(AssertionError, match="times as long"):
        assert_near_linear(lambda n: n, quadratic, 1_500)
