"""Jinja filters that spell a value in the language of the file it goes into.

Answers and CRD texts are data. A template never pastes one: it passes it through the filter of its language, so a
quote, a newline or a backslash in an answer cannot change what the file means.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flyte_plugin_scaffold.flyte import targets
from flyte_plugin_scaffold.model import (
    Alternative,
    BundleObject,
    Failure,
    Field,
    Phase,
    Plugin,
    Project,
    Role,
    Scalar,
    Shape,
)
from flyte_plugin_scaffold.reading import crd_bundle, schema, yaml_documents
from flyte_plugin_scaffold.text import lexicon
from flyte_plugin_scaffold.text.characters import escaped, escaped_literal, visible_prose
from flyte_plugin_scaffold.text.names import lower_words, with_article

_HOUR = 3600  # seconds
_MOST_NAMES = 20  # of one kind in a bundle: more are counted


def quoted(value: Any) -> str:
    """A double-quoted string literal that Go, Python, YAML, TOML and proto all read as ``value``.

    JSON's escapes are the ones they have in common. Characters beyond ASCII stay as they are where people see them;
    other than JSON, these languages write one beyond U+FFFF as ``\\U`` and eight digits.
    """
    return escaped_literal(json.dumps(str(value), ensure_ascii=False))


def py_literal(value: Any) -> str:
    """``value`` (None, bool, number, string, list, dict) as a Python literal, quoted as Python's formatters do."""
    if isinstance(value, str):
        # Double quotes, unless single ones need fewer escapes.
        if value.count('"') > value.count("'"):
            return "'" + quoted(value)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
        return quoted(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(py_literal(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{py_literal(key)}: {py_literal(each)}" for key, each in value.items()) + "}"
    return repr(value)


def go_strings(values: Iterable[str]) -> str:
    """``"a", "b"``: the elements of a Go string slice literal or the arguments of a call."""
    return ", ".join(quoted(value) for value in values)


def make_quoted(value: Any) -> str:
    """A Makefile value: ``$`` and ``#`` lose their meaning, newlines become spaces."""
    return visible_prose(str(value)).replace("$", "$$").replace("#", "\\#")


def markdown(value: Any) -> str:
    """Plain text in a Markdown sentence: characters with a meaning are escaped, newlines become spaces."""
    # An & could begin the name of an invisible character.
    return re.sub(r"([\\`*_{}\[\]<>#|&~])", r"\\\1", visible_prose(str(value)))


def markdown_code(value: Any) -> str:
    """A Markdown code span, also inside a table: fenced by more backticks than ``value`` has in a row."""
    text = escaped(re.sub(r"\s+", " ", str(value))).replace("|", "\\|")
    runs = [len(run) for run in re.findall(r"`+", text)]
    fence = "`" * (max(runs, default=0) + 1)
    pad = " " if text[:1] in ("", "`", " ") or text[-1:] in ("`", " ") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def comment(text: Any, prefix: str, width: int = 120, first: str = "") -> str:
    """``text`` as comment lines that start with ``prefix`` (``// ``, ``# ``, ``    # ``), wrapped at ``width``.

    ``first`` is put before the text. What is invisible is dropped. Empty text gives an empty string; the result has
    no newline at its end. The first line has its prefix too.
    """
    lines = textwrap.wrap(
        visible_prose(first + str(text)), width - len(prefix), break_long_words=False, break_on_hyphens=False
    )
    return "\n".join((prefix + line).rstrip() for line in lines)


def docstring(text: Any) -> str:
    """``text`` on one line, safe between triple double quotes. What is invisible is dropped."""
    flat = visible_prose(str(text))
    return flat.replace("\\", "\\\\").replace('"""', "'''").removesuffix('"') + ("'" if flat.endswith('"') else "")


def bundle_kinds(found: Sequence[BundleObject]) -> list[tuple[str, str]]:
    """A row for each kind of a bundle's objects: the kind, and their names."""
    return crd_bundle.by_kind([(each.kind, each.name) for each in found], _MOST_NAMES)


def field_type(field: Field) -> str:
    """What a Python user calls the type of a field: ``list of str``, ``"a", "b" or "c"``, ``WorkerGroup``."""
    if field.shape is Shape.SCALAR and field.enum:
        *others, last = (quoted(value) for value in field.enum)
        return f"{', '.join(others)} or {last}" if others else last
    scalar = {Scalar.STRING: "str", Scalar.BOOL: "bool", Scalar.DOUBLE: "float", None: ""}.get(field.scalar, "int")
    return {
        Shape.SCALAR: scalar,
        Shape.LIST: f"list of {scalar}",
        Shape.MAP: f"dict of {scalar}",
        Shape.MESSAGE: field.message,
        Shape.MESSAGES: f"list of {field.message}",
        Shape.STRUCT: "dict",
        Shape.STRUCTS: "list of dict",
        Shape.VALUE: "anything",
    }[field.shape]


def standing_in(roles: Sequence[Role]) -> list[tuple[str, str]]:
    """What stands for roles, as a path of the CR, and the names of these as Markdown."""
    found: dict[str, list[str]] = {}
    for role in roles:
        for each in role.alternatives if role.number else ():
            found.setdefault(_in_spec(each), []).append(role.name)
    return [(path, " and ".join(map(markdown_code, roles_))) for path, roles_ in found.items()]


def other_modes(alternatives: Sequence[Alternative]) -> str:
    """A clause on the values that leave a pod to the operator, as Markdown; "" where there are none."""
    modes = [
        markdown_code(_in_spec(each)) + (f" other than {markdown_code(each.usual)}" if each.usual else "")
        for each in alternatives
    ]
    return f", and so does {' or '.join(modes)}" if modes else ""


def _in_spec(alternative: Alternative) -> str:
    return str(schema.path_of("spec", *alternative.path))


def phase_states(plugin: Plugin) -> list[tuple[str, list[str]]]:
    """Flyte's phases in the order in which a task goes through them, each with the operator's states."""
    unless = ", unless words in its name mean an end" if plugin.status.by_words else ""
    others = {Phase.QUEUED: "no status yet", Phase.RUNNING: f"anything else{unless}"}
    named: list[tuple[str, Phase, Failure | None]] = [
        (phase.value, phase, None) for phase in (Phase.QUEUED, Phase.INITIALIZING, Phase.RUNNING, Phase.SUCCESS)
    ]
    named += [
        ("Failure", Phase.FAILURE, Failure.RETRYABLE),
        ("Permanent failure", Phase.FAILURE, Failure.PERMANENT),
        ("System failure", Phase.FAILURE, Failure.SYSTEM),
    ]
    found = []
    for name, phase, failure in named:
        every = (*plugin.status.rules, *plugin.status.last_resorts)
        states = [rule.text for rule in every if (rule.phase, rule.failure) == (phase, failure)]
        states += [others[phase]] if phase in others else []
        if states:
            found.append((name, states))
    return found


def phase_rows(plugin: Plugin) -> list[tuple[str, str]]:
    """The rows of the table of :func:`phase_states`."""
    return [(name, ", ".join(states)) for name, states in phase_states(plugin)]


def what_stays(plugin: Plugin) -> list[tuple[str, str, str]]:
    """How a task ended, what becomes of its CR, and of what the operator made for it."""
    ending, stopped, ended = ("is deleted", "is deleted", "is deleted with it")
    if plugin.abort_patch:
        ending, stopped, ended = ("is patched to stop", "is patched to stop, and stays", "the operator ends it")
    after = left = "the CRD does not say"
    failed = "stays"
    if plugin.spec_defaults:
        after, left = (
            "the operator removes it" if any(each.works_after(outcome) for each in plugin.spec_defaults)
            else "up to the operator"
            for outcome in lexicon.OUTCOME
        )  # fmt: skip
    elif plugin.roles:
        after = "up to the operator"
    if plugin.roles and not plugin.cleans_failures:
        failed, left = f"stays; {ending} if one of its pods still runs, or if its pods are unknown", ended
    return [
        ("succeeded", "stays", after),
        ("failed, as the operator says", failed, left),
        ("failed for a system failure, a pod that cannot start, or an operator that reports nothing", stopped, ended),
        ("was aborted, or took longer than its timeout", stopped, ended),
    ]


def sent_unset(plugin: Plugin) -> list[str]:
    """What of a CR is sent where the task does not set it, as items of a Markdown list."""
    found = [f"{markdown_code(each.text)}, see [below](#what-stays-after-the-end)" for each in plugin.spec_defaults]
    always = [role.path for role in plugin.pod_roles if role.always] + [role.path for role in plugin.operator_pods]
    found += [f"pods that the task does not name: {_listed(always)}"] if always else []
    restarts = [schema.field_below(role.path, *role.never_restarts) for role in plugin.roles if role.never_restarts]
    found += [f"`Never`, because Flyte retries the task: {_listed(restarts)}"] if restarts else []
    empties = [schema.path_of("spec", *names) for names in plugin.empties]
    for role in plugin.roles:
        empties += [schema.field_below(role.path, *names) for names in role.empties]
        empties += [schema.path_of("spec", *names) for names in role.beside]
    found += [f"empty objects that the CRD requires: {_listed(dict.fromkeys(empties))}"] if empties else []
    named: dict[str, list[str]] = {}
    for role in plugin.pod_roles:
        if role.container:
            named.setdefault(role.container, []).append(role.name)
    found += [
        f"the name {markdown_code(name)} of the main container of {_listed(roles)}, which the operator looks for"
        for name, roles in named.items()
    ]
    return found


def _listed(values: Iterable[object]) -> str:
    return ", ".join(map(markdown_code, values))


def spec_defaults_example(plugin: Plugin) -> str:
    """What an administrator may write into spec-defaults without harm to a task, as YAML; "" where no field is known to be so.

    An hour for what the operator keeps so many seconds after the end, or else a field of the task config that is neither a
    switch (it may leave a cluster running) nor a time (it may end a task early).
    """
    found = next(_hours_of_keeping(plugin), None) or next(_harmless_fields(plugin), None)
    if found is None:
        return ""
    steps, value = found
    for name in reversed(steps):
        value = {name: value}
    return yaml_documents.dump(value).rstrip()


def _hours_of_keeping(plugin: Plugin) -> Iterator[tuple[Sequence[str], Any]]:
    """Times to live in seconds: the names below spec, and an hour."""
    for path in plugin.lifetimes:
        node = schema.lookup(plugin.crd.schema, path) or schema.EMPTY
        in_seconds = {"seconds", "secs"} & set(lower_words(path.names[-1]))
        if in_seconds and schema.kind(node) is schema.Kind.INTEGER and node.get("maximum", _HOUR) >= _HOUR:
            yield path.names[1:], _HOUR


def _harmless_fields(plugin: Plugin) -> Iterator[tuple[Sequence[str], Any]]:
    """Fields that tasks need not set, with a value; those first whose values the CRD lists."""
    switches = {path.names[1:] for each in plugin.spec_defaults for path in (each.path, *each.unless)}
    for field in sorted(plugin.fields, key=lambda field: not field.enum):
        is_time = (lexicon.TIMES | lexicon.OTHER_TIMES) & {
            word for name in field.relative for word in lower_words(name)
        }
        if not (field.required or field.scalar is Scalar.BOOL or is_time or tuple(field.relative) in switches):
            yield field.relative, field.example


def target_table(project: Project) -> list[str]:
    """The lines of a Markdown table of what each target of a repository has."""
    return list(targets.table(project.targets))


FILTERS = {
    each.__name__: each
    for each in (
        quoted,
        py_literal,
        go_strings,
        make_quoted,
        target_table,
        markdown,
        markdown_code,
        comment,
        bundle_kinds,
        field_type,
        standing_in,
        other_modes,
        phase_rows,
        spec_defaults_example,
        sent_unset,
        what_stays,
        with_article,
    )
}
