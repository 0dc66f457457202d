"""Prints the parts of the SDK that follow from the CRD as Python that ``ruff format`` leaves as it is.

Names and descriptions come from CRDs, so any line may get too long. What is printed is therefore a tree of brackets,
laid out as ruff lays it out: flat where that fits, else the content on a line of its own, else one element a line.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flyte_plugin_scaffold.examples import corpus
from flyte_plugin_scaffold.languages.filters import docstring, py_literal
from flyte_plugin_scaffold.model import (
    FLYTE2,
    FLYTEKIT,
    POD_MESSAGE,
    Backend,
    Field,
    Holds,
    Many,
    Member,
    Message,
    Path,
    Plugin,
    Role,
    Scalar,
    Shape,
)
from flyte_plugin_scaffold.text import lexicon
from flyte_plugin_scaffold.text.names import BODY_OVERRIDES, SPEC_OVERRIDES, with_article

WIDTH = 120  # of a line: what ruff.toml of a rendered repository says


# -------------------------------------------------------------------------------------------------------------- layout
@dataclass(frozen=True)
class Group:
    """``head`` and a pair of brackets around items: a subscript, a call, a list or a dict.

    An item is ``(prefix, content)``: ``("", node)``, ``("name=", node)`` or ``('"key": ', node)``.
    """

    head: str
    brackets: str
    items: tuple[tuple[str, "Node"], ...]

    def __str__(self) -> str:
        return self.head + self.brackets[0] + ", ".join(f"{name}{node}" for name, node in self.items) + self.brackets[1]


Node = str | Group


def subscript(head: str, *content: Node) -> Group:
    return Group(head, "[]", tuple(("", each) for each in content))


def call(head: str, /, *content: Node, **named: Node) -> Group:
    return Group(head, "()", tuple(("", each) for each in content) + tuple((f"{k}=", v) for k, v in named.items()))


def literal(value: Any) -> Node:
    """A plain value as Python source; a :class:`Group` (a call inside a list, say) stays what it is."""
    if isinstance(value, Group):
        return value
    if isinstance(value, (list, tuple)):
        return Group("", "[]", tuple(("", literal(each)) for each in value))
    if isinstance(value, Mapping):
        return Group("", "{}", tuple((f"{py_literal(key)}: ", literal(each)) for key, each in value.items()))
    return py_literal(value)


def layout(prefix: str, node: Node, suffix: str = "", indent: int = 0) -> list[str]:
    """The lines of ``prefix node suffix``; the first one is indented too."""
    margin = " " * indent
    flat = f"{margin}{prefix}{node}{suffix}"
    if len(flat) <= WIDTH or isinstance(node, str) or not node.items:
        return [flat]
    return [*_opened(prefix, node, indent), f"{margin}{node.brackets[1]}{suffix}"]


def _opened(prefix: str, node: Group, indent: int) -> list[str]:
    """The lines of a group that is laid out over several, without the last one: its closing bracket."""
    lines = [" " * indent + prefix + node.head + node.brackets[0]]
    inner = indent + 4
    content = ", ".join(f"{name}{each}" for name, each in node.items)
    if inner + len(content) <= WIDTH and node.head:
        lines.append(" " * inner + content)
    elif len(node.items) == 1 and node.head and node.brackets == "[]":
        # A comma would make the one argument of a subscript a tuple.
        lines += layout(node.items[0][0], node.items[0][1], "", inner)
    else:
        for name, each in node.items:
            lines += layout(name, each, ",", inner)
    return lines


def declaration(name: str, hint: Node, value: Node = "", indent: int = 4) -> list[str]:
    """The lines of ``name: hint = value`` in a class; without ``value`` those of ``name: hint``."""
    margin = " " * indent
    suffix = f" = {value}" if value else ""
    flat = f"{margin}{name}: {hint}{suffix}"
    if len(flat) <= WIDTH:
        return [flat]
    if value and len(f"{margin}{name}: {hint} = (") <= WIDTH:
        if isinstance(value, Group) and len(f"{margin}{name}: {hint} = {value.head}(") <= WIDTH:
            return layout(f"{name}: {hint} = ", value, "", indent)
        return [f"{margin}{name}: {hint} = (", *layout("", value, "", indent + 4), f"{margin})"]
    if not value and (isinstance(hint, str) or len(f"{margin}{name}: {hint.head}[") > WIDTH):
        return [f"{margin}{name}: (", *layout("", hint, "", indent + 4), f"{margin})"]
    if isinstance(hint, str):
        return layout(f"{name}: {hint} = ", value, "", indent)
    return [*_opened(f"{name}: ", hint, indent), *layout("] = " if value else "]", value, "", indent)]


# --------------------------------------------------------------------------------------------------------------- hints
_SCALARS = {
    Scalar.STRING: "str",
    Scalar.INT32: "Int32",
    Scalar.INT64: "Int64",
    Scalar.DOUBLE: "float",
    Scalar.BOOL: "bool",
}


def _number(value: float) -> str:
    return repr(int(value) if float(value).is_integer() else float(value))


def _scalar_hint(member: Member) -> Node:
    if member.int_or_string:
        return subscript("Union", "int", "str")
    if member.enum:
        return subscript("Literal", *(py_literal(value) for value in member.enum))
    hint = _SCALARS[member.scalar or Scalar.STRING]
    bounds = {name: getattr(member, name) for name in ("minimum", "maximum")}
    given = {name: _number(bound) for name, bound in bounds.items() if bound is not None}
    if given and member.scalar in (Scalar.INT32, Scalar.INT64, Scalar.DOUBLE):
        return subscript("Annotated", hint, call("NumberRange", **given))
    return hint


def _hint(member: Member) -> Node:
    if member.shape is Shape.SCALAR:
        return _scalar_hint(member)
    if member.shape is Shape.LIST:
        return subscript("List", _scalar_hint(member))
    if member.shape is Shape.MAP:
        return subscript("Dict", "str", _scalar_hint(member))
    if member.shape is Shape.MESSAGE:
        return member.message
    if member.shape is Shape.MESSAGES:
        return subscript("List", member.message)
    if member.shape is Shape.MESSAGE_MAP:
        return subscript("Dict", "str", member.message)
    struct = subscript("Dict", "str", "Any")
    return {Shape.STRUCT: struct, Shape.STRUCTS: subscript("List", struct)}.get(member.shape, "Any")


def _declaration(member: Member) -> list[str]:
    if member.required:
        return declaration(member.name, _hint(member))
    if member.starts_empty:
        empty = {Shape.MESSAGES: "list", Shape.MESSAGE_MAP: "dict"}.get(member.shape, member.message)
        return declaration(member.name, _hint(member), call("field", default_factory=empty))
    if member.default is not None:
        value = literal(member.default)
        if isinstance(value, Group):
            value = call("field", default_factory=Group("lambda: " + value.head, value.brackets, value.items))
        return declaration(member.name, _hint(member), value)
    return declaration(member.name, subscript("Optional", _hint(member)), "None")


# ------------------------------------------------------------------------------------------------------------- classes
_POD_DOCS = {
    "image": "Image of the primary container: a name, or an ``ImageSpec`` that is built. Defaults to the task's.",
    "requests": "Resources that the primary container asks for. Defaults to the task's.",
    "limits": "Resources that the primary container may use at most. Defaults to the task's.",
    "resources": "Requests and limits in one, as ``@task`` has it: a value is a request, a pair a request and a limit.",
    "accelerator": "The GPU that the pod's nodes must have, from ``flytekit.extras.accelerators``. Defaults to the task's.",
    "shared_memory": "Shared memory of the primary container: its size, or True for as much as the container has.",
    "command": "Arguments for the entrypoint of the primary container's image, instead of the role's own.",
    "env": "Environment variables of the primary container, beside the task's.",
    "pod_template": "Any other settings of the pod: volumes, sidecars, tolerations, labels. The other arguments have priority.",
    "interruptible": "Whether the pod may run on interruptible nodes. Defaults to the task's.",
    "node_selector": "Labels of the nodes that the pod may run on.",
}

# Where the SDK of Flyte 2 has something else: None where it has nothing of that name.
_POD_DOCS_2: dict[str, str | None] = {
    "image": "Image of the primary container: a name, or the ``flyte.Image`` of an environment. Defaults to the task's.",
    "requests": None,
    "limits": None,
    "resources": (
        "Resources of the primary container, as ``flyte.TaskEnvironment`` has them: a value is a request, a pair a request "
        "and a limit. Defaults to the task's."
    ),
    "accelerator": None,
    "shared_memory": None,
}

_OVERRIDES_DOCS = {
    SPEC_OVERRIDES: "Any other fields of the CR's ``spec``, with the CRD's names.",
    BODY_OVERRIDES: "Any other members of the request that creates a job, with the service's names.",
}
_OVERRIDES_AND_PODS = (
    "They have priority over all other arguments. Where the spec has a pod, they are merged over the pod as a "
    "``pod_template`` is, whose main container is called ``primary``."
)


def python_classes(plugin: Plugin) -> list[Message]:
    """The messages in the order in which their classes can stand: what one needs is above it."""
    return sorted(plugin.contract, key=lambda message: (Holds.OBJECT, Holds.ROLE, Holds.SPEC).index(message.holds))


def python_base(message: Message) -> str:
    """The class on which that of the message is built."""
    return "Role" if message.holds is Holds.ROLE else "Config"


def python_doc(message: Message, plugins: str = FLYTEKIT, backend: Backend = Backend.OPERATOR) -> str:
    """What stands between the quotes of the docstring: a description, then ``:param name: text`` of every field."""
    docs = {**_POD_DOCS, **(_POD_DOCS_2 if plugins == FLYTE2 else {})}
    params = [(word, doc) for word, doc in docs.items() if doc and word not in message.without]
    params = params if message.holds is Holds.ROLE else []
    params += [(each.name, _member_text(message, each, backend)) for each in _own(message)]
    lines = _wrapped(_quotable(message.description or _where(message.path, backend)), "    ", "    ")
    if params:
        lines.append("")
    for name, doc in params:
        lines += _wrapped(f":param {name}: {_quotable(doc)}", "    ", "        ")
    return "\n".join(lines)


def _own(message: Message) -> list[Member]:
    """The class's own members, the overrides last."""
    members = [each for each in message.members if each.message != POD_MESSAGE]
    return sorted(members, key=lambda each: each.name in _OVERRIDES_DOCS)


def _quotable(text: str) -> str:
    """``text`` for a docstring whose closing quotes stand on a line of their own, so it may end with one."""
    return docstring(text + ".")[:-1]


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _member_text(message: Message, member: Member, backend: Backend) -> str:
    if member.name in _OVERRIDES_DOCS and message.holds is Holds.SPEC:
        text, has_pods = _OVERRIDES_DOCS[member.name], any(each.is_role for each in message.members)
        return f"{text} {_OVERRIDES_AND_PODS}" if has_pods else text
    return member.description or _where(member.path, backend)


def _where(path: Path | None, backend: Backend) -> str:
    """Where a value stands in what the plugin sends."""
    if backend is Backend.SERVICE:
        return f"``{str(path).removeprefix('.spec')}`` of the request that creates a job."
    return f"``{path}`` of the CR."


def python_members(message: Message) -> str:
    """The fields of the dataclass."""
    lines: list[str] = []
    own = _own(message)
    if message.holds is Holds.ROLE:
        refused = [word for word in message.without if word != "command"]
        if refused:
            names = Group("", "()", tuple(("", py_literal(word)) for word in refused))
            one = "," if len(refused) == 1 else ""
            lines += declaration(
                "_refused", "ClassVar[Tuple[str, ...]]", f"({py_literal(refused[0])},)" if one else names
            )
            if own or "command" not in message.without:
                lines.append("")
        if "command" not in message.without:
            lines += declaration("command", subscript("Optional", subscript("List", "str")), "None")
    deprecated = [each for each in own if each.deprecated]
    if deprecated:
        reasons = literal({each.name: each.deprecated for each in deprecated})
        lines = [*declaration("_deprecated", "ClassVar[Dict[str, str]]", reasons), "", *lines]
    for each in own:
        lines += _declaration(each)
    return "\n".join(lines)


def python_task_base(plugin: Plugin) -> str:
    """Which class of the library the class of the task derives from."""
    if plugin.user_roles:
        return "ReplicatedFunctionTask" if plugin.every_replica else "FunctionTask"
    if plugin.service:
        return "JobTask"
    return "ImageTask" if plugin.pod_roles else "ResourceTask"


def python_targets(plugin: Plugin) -> str:
    """What tells the library what runs the tasks, if that is something else than a propeller alone and matters to the task."""
    targets = [target for target in plugin.targets if target != "flyte2"]
    if (
        targets in ([], ["propeller"])
        or python_task_base(plugin) in ("ResourceTask", "JobTask")
        or plugin.names.plugins == FLYTE2
    ):
        return ""
    return f"_TARGETS = ({', '.join(map(py_literal, targets))}{',' * (len(targets) == 1)})"


def python_task_doc(plugin: Plugin) -> str:
    """What stands between the quotes of the docstring of the class of the task."""
    kind, task, config = with_article(plugin.crd.kind), plugin.names.task_class, plugin.names.config_class
    texts = {
        "FunctionTask": [f"Runs a function in {kind}. A local run calls the function."],
        "ReplicatedFunctionTask": [
            f"Runs a function in every replica of {kind}. A local run calls it once.",
            "The outputs are those of the first replica: of rank 0 where the operator sets ``RANK``, else of index 0 in "
            "the first role. Values that the task's own code sets do not count. An error in any replica fails the task.",
        ],
        "ImageTask": [
            f"Runs {kind}. It has no function, so it is declared, not decorated:",
            "It has neither inputs nor outputs. Its image, resources and environment apply to every pod whose role sets "
            "no others.",
        ],
        "ResourceTask": [
            f"Creates {kind} and waits for its end. It has no function, so it is declared, not decorated:",
            "It has neither inputs nor outputs, and no container.",
        ],
        "JobTask": [
            f"Runs {kind} of {plugin.names.operator} and waits for its end. It has no function, so it is declared, not decorated:",
            "``inputs`` and ``outputs`` are dicts of types by names. A text in the config can name an input: "
            "``{{ .inputs.day }}``. An output is the member of its name in what the service answers at the end, or a single "
            "output is the whole answer.",
        ],
    }[python_task_base(plugin)]
    if not plugin.user_roles:
        texts.insert(1, "")
    lines = []
    for text in texts:
        example = layout(
            "run = ", call(task, name=py_literal("run"), **{_config_word(plugin): f"{config}(...)"}), "", 8
        )
        lines += ["", *(_wrapped(_quotable(text), "    ", "    ") if text else example)]
    return "\n".join(lines[1:])


def _config_word(plugin: Plugin) -> str:
    """The argument of a task that takes the config."""
    return "plugin_config" if plugin.names.plugins == FLYTE2 else "task_config"


def python_used(plugin: Plugin, names: Iterable[str]) -> list[str]:
    """Those of ``names`` (of types and functions) that the fields in task.py use, in the order of an import."""
    return used_in("\n".join(map(python_members, plugin.contract)), names)


def used_in(code: str, names: Iterable[str]) -> list[str]:
    """Those of ``names`` that the code uses, in the order of an import."""
    code = _code_only(code)
    return sorted_names(name for name in names if re.search(rf"(?<![\w.]){name}(?=[\[(\]),.]| =|$)", code, re.M))


def _code_only(code: str) -> str:
    """``code`` without its string literals."""
    return re.sub(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', "", code)


def sorted_names(names: Iterable[str]) -> list[str]:
    """Names as the formatters sort them in an import: constants, classes, then the rest; numbers by their value."""

    def natural(text: str) -> list[Any]:
        return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", text) if part]

    def key(name: str) -> tuple[Any, ...]:
        kind = 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2
        return kind, natural(name.lower()), natural(name)

    return sorted(set(names), key=key)


def python_import(names: Iterable[str], module: str) -> str:
    """``from module import names``, sorted and laid out."""
    ordered = sorted_names(names)
    flat = f"from {module} import {', '.join(ordered)}"
    if len(flat) <= WIDTH:
        return flat
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in ordered) + ")"


def python_call(head: str, *content: str, end: str = "") -> str:
    """``head(content)end``: a call, or the first line of a class or function."""
    return "\n".join(layout("", call(head, *content), end))


# -------------------------------------------------------------------------------------------------------------- corpus
def python_config(plugin: Plugin, full: bool) -> Group:
    """The task config of :mod:`flyte_plugin_scaffold.examples.corpus` as the call that makes it."""
    arguments: dict[str, Node] = {}
    for role in plugin.pod_roles:
        if full or role.required or role.guessed_leader:
            one = _role_call(role, full, plugin.names.plugins)
            arguments[role.name] = {Many.ONE: one, Many.LIST: literal([one]), Many.MAP: literal({corpus.KEY: one})}[
                role.many
            ]
    arguments.update(field_literals(corpus.fields_beside_roles(plugin) if full else plugin.fields, full))
    if full:
        arguments[plugin.overrides] = literal(corpus.SPEC_OVERRIDES)
    return call(plugin.names.config_class, **arguments)


def _role_call(role: Role, full: bool, plugins: str) -> Group:
    arguments: dict[str, Node] = {}
    given = {word: value for word, value in corpus.POD.items() if full and word not in role.without}
    if plugins == FLYTE2 and "requests" in given:
        arguments["resources"] = _resources_2(given)
    for word, value in given.items():
        if plugins == FLYTE2 and _POD_DOCS_2.get(word, word) is None:
            continue
        arguments[word] = literal(value)
        if word in ("requests", "limits"):
            arguments[word] = call("Resources", **{name: literal(amount) for name, amount in value.items()})
        elif word == "accelerator":
            arguments[word] = call("GPUAccelerator", literal(value))
        elif word == "pod_template":
            spec = {name: literal(each) for name, each in value["pod_spec"].items()}
            arguments[word] = call(
                "PodTemplate",
                labels=literal(value["labels"]),
                pod_spec=call("V1PodSpec", containers=literal([]), **spec),
            )
    return call(role.class_name, **arguments, **field_literals(role.fields, full))


def _resources_2(given: Mapping[str, Any]) -> Group:
    """Requests, limits and shared memory in one, as Flyte 2 has them. A device would be a request, too, and is left out."""
    pairs = {
        name: Group("", "()", (("", literal(given["requests"][word])), ("", literal(given["limits"][word]))))
        for name, word in (("cpu", "cpu"), ("memory", "mem"))
    }
    return call("Resources", **pairs, **({"shm": literal(given["shared_memory"])} if "shared_memory" in given else {}))


def field_literals(fields: Iterable[Field], full: bool) -> dict[str, Node]:
    return {each.name: _field_literal(each, full) for each in fields if full or each.required}


def _field_literal(field: Field, full: bool) -> Node:
    if field.shape in (Shape.MESSAGE, Shape.MESSAGES):
        one = call(field.message, **field_literals(field.fields, full))
        return one if field.shape is Shape.MESSAGE else literal([one])
    return literal(field.example)


def python_usage(plugin: Plugin) -> Group:
    """A task config as a user would write it: what must be set, and of one role its count and what it asks for."""
    pods = [role for role in plugin.pod_roles if "requests" not in role.without] or list(plugin.pod_roles)
    counted = [(role, each) for role in pods for each in role.fields if each.relative[-1] in lexicon.COUNTS]
    # Workers come after what leads them, and are what one sets first.
    shown, count = counted[-1] if counted else (pods[-1] if pods else None, None)
    arguments: dict[str, Node] = {}
    for role in plugin.pod_roles:
        if role is not shown and not role.required and not role.guessed_leader:
            continue
        own = field_literals(role.fields, full=False)
        if role is shown and count:
            own[count.name] = literal(_three(count))
        if role is shown and "requests" not in role.without:
            own.update(_two_cores(plugin))
        one = call(role.class_name, **own)
        arguments[role.name] = {Many.ONE: one, Many.LIST: literal([one]), Many.MAP: literal({corpus.KEY: one})}[
            role.many
        ]
    return call(plugin.names.config_class, **arguments, **field_literals(plugin.fields, full=False))


def _two_cores(plugin: Plugin) -> dict[str, Node]:
    if plugin.names.plugins == FLYTE2:
        return {"resources": call("Resources", cpu=literal("2"), memory=literal("4Gi"))}
    return {"requests": call("Resources", cpu=literal("2"), mem=literal("4Gi"))}


def _three(count: Field) -> Any:
    """3, where the CRD allows it."""
    low, high = count.minimum, count.maximum
    fits = count.scalar in (Scalar.INT32, Scalar.INT64) and (low is None or low <= 3) and (high is None or high >= 3)
    return 3 if fits else count.example


def python_called(node: Node, names: Iterable[str]) -> list[str]:
    """Those of ``names`` that the code in ``node`` calls."""
    called = set(re.findall(r"(?<![\w.])(\w+)\(", _code_only(str(node))))
    return [name for name in names if name in called]


def python_config_import(plugin: Plugin, config: Node, *more: str) -> str:
    """The import of the plugin's own classes that the code in ``config`` calls, and of ``more``."""
    own = [message.name for message in plugin.contract]
    return python_import([*more, *python_called(config, own)], plugin.names.python_package)


def python_qualified(node: Node, names: Iterable[str], module: str) -> Node:
    """``node`` with ``module`` before the calls of ``names``."""
    if isinstance(node, str):
        return node
    head = f"{module}.{node.head}" if node.head in names else node.head
    return Group(head, node.brackets, tuple((each, python_qualified(item, names, module)) for each, item in node.items))


def python_contract(plugin: Plugin) -> str:
    """The import of the contract's messages, from an SDK that the connector is installed with."""
    module = f"{plugin.names.name}_pb2"
    first, second = (python_import([module], plugin.of_sdk(sdk).names.python_package) for sdk in (FLYTEKIT, FLYTE2))
    if {"connector", "flyte2"} - set(plugin.targets):
        return second if "flyte2" in plugin.targets else first
    return f"try:\n    {first}\nexcept ImportError:  # it has the same contract\n    {second}  # type: ignore[no-redef]"


def python_argument(node: Node, name: str) -> str:
    """``name=node,`` as one of the arguments of a call at the left margin; its first line has no indent."""
    return "\n".join(layout(f"{name}=", node, ",", 4)).lstrip()


def python_return(node: Node) -> str:
    return "\n".join(layout("return ", node, "", 4))


FILTERS = {
    each.__name__: each
    for each in (
        python_base,
        python_classes,
        python_doc,
        python_members,
        python_task_base,
        python_targets,
        python_task_doc,
        python_used,
        python_import,
        python_call,
        python_config,
        python_called,
        python_usage,
        python_config_import,
        python_qualified,
        python_contract,
        python_argument,
        python_return,
        corpus.full_custom,
        corpus.minimal_custom,
    )
}
