"""Prints what a plugin for the SDK alone has of its own: the classes of its settings, and where a pod template names them."""

from __future__ import annotations

import re
import textwrap

from flyte_plugin_scaffold.languages.filters import docstring
from flyte_plugin_scaffold.languages.python_code import (
    WIDTH,
    Group,
    Node,
    call,
    field_literals,
    layout,
    literal,
    python_argument,
    python_config_import,
    python_import,
    used_in,
)
from flyte_plugin_scaffold.languages.python_code import python_members as members
from flyte_plugin_scaffold.model import FLYTE2, FLYTEKIT, Form, Holds, Member, Message, Plugin, Project, Scalar, Shape
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.text.characters import visible_prose
from flyte_plugin_scaffold.text.names import with_article

_CONFIG_NAMES = ("Int32", "Int64", "NumberRange", "Validated")
_ADDRESSES = ("uri", "url", "iri")
_LABEL = re.compile(r"(?!.{64})([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")


def settings_base(message: Message, plugin: Plugin) -> str:
    """The class on which that of the settings, or of an object in them, is built."""
    return "Decorator" if message.holds is Holds.SPEC and plugin.form is Form.DECORATOR else "Validated"


def settings_used(plugin: Plugin) -> list[str]:
    """The names of the library's module ``config`` that the classes use."""
    code = "\n".join(map(members, plugin.contract))
    bases = {settings_base(each, plugin) for each in plugin.contract} & {"Validated"}
    return sorted({*used_in(code, _CONFIG_NAMES), *bases})


def settings_example(plugin: Plugin, full: bool, address: str = "") -> Group:
    """The settings as the call that makes them: all that can be set, or what must be set; with an ``address`` where one can be."""
    arguments: dict[str, Node] = field_literals(plugin.fields, full)
    member = settings_address(plugin)
    if address and member:
        arguments[member.name] = literal(address)
    return call(plugin.names.config_class, **arguments)


def settings_address(plugin: Plugin) -> Member | None:
    """The setting that has the address of a service: a text whose format says so."""
    for each in plugin.fields:
        node = schema.lookup(plugin.crd.schema, each.path)
        if each.scalar is Scalar.STRING and each.shape is Shape.SCALAR and node and node.get("format") in _ADDRESSES:
            return each
    return None


def settings_scalars(plugin: Plugin) -> list[Member]:
    """The settings that are one value each."""
    return [each for each in plugin.fields if each.shape is Shape.SCALAR]


def settings_labels(plugin: Plugin) -> list[Member]:
    """The settings every value of which Kubernetes takes for that of a label."""
    return [each for each in settings_scalars(plugin) if _fits_label(each)]


def _fits_label(member: Member) -> bool:
    if member.scalar is Scalar.STRING:
        return bool(member.enum) and all(_LABEL.fullmatch(value) for value in member.enum)
    return member.scalar is Scalar.BOOL


def settings_variable(member: Member, plugin: Plugin) -> str:
    """The environment variable that has a setting."""
    return f"{plugin.names.name}_{member.name}".upper()


def python_exports(plugin: Plugin) -> str:
    """The imports of what users import from the package of a kind."""
    classes = [each.name for each in plugin.contract]
    package = plugin.names.python_package
    if plugin.form is None:
        return python_import([*classes, plugin.names.task_class], f"{package}.task")
    lines = [python_import(classes, f"{package}.settings")]
    if plugin.form is not Form.DECORATOR:
        lines.append(python_import([plugin.names.task_class], f"{package}.tasks"))
    return "\n".join(lines)


def python_exported(plugin: Plugin) -> list[str]:
    """The names of :func:`python_exports`."""
    classes = [each.name for each in plugin.contract]
    return sorted([*classes, plugin.names.task_class] if plugin.form is not Form.DECORATOR else classes)


def python_summary(plugin: Plugin) -> str:
    """What the package of a kind is for, as a sentence."""
    if plugin.form is None:
        return f"Flyte tasks that run as {with_article(plugin.crd.kind)} ({plugin.crd.api_version})."
    texts = {
        Form.DECORATOR: f"@{plugin.names.config_class}(...) gives a task what every pod of {plugin.names.operator} has.",
        Form.EXECUTOR: f"Tasks that call {plugin.names.operator} from their container.",
        Form.NOTEBOOK: f"Notebooks that run as tasks of {plugin.names.operator}.",
    }
    return docstring(texts[plugin.form])


def settings_summary(plugin: Plugin) -> str:
    """What the module of the settings is for, as a sentence."""
    if plugin.form is Form.DECORATOR:
        return docstring(f"@{plugin.names.config_class}(...), whose arguments are the settings.")
    return docstring(f"The settings of {plugin.names.task_class}.")


def python_decorator(node: Group) -> str:
    """The call as a decorator."""
    return "\n".join(layout("@", node))


def settings_argument(plugin: Plugin) -> str:
    """The argument of a declared task that has the settings."""
    return {FLYTEKIT: "task_config", FLYTE2: "settings"}[plugin.names.plugins]


def python_types(plugin: Plugin, name: str) -> str:
    """The types of inputs or outputs, of which there is one whole number."""
    return {FLYTEKIT: f"kwtypes({name}=int)", FLYTE2: f'{{"{name}": int}}'}[plugin.names.plugins]


def form_task_doc(plugin: Plugin) -> str:
    """What stands between the quotes of the docstring of the class of the task."""
    names = plugin.names
    arguments: dict[str, Node] = {"name": '"run"', settings_argument(plugin): f"{names.config_class}(...)"}
    if plugin.form is Form.NOTEBOOK:
        arguments["notebook_path"] = '"run.ipynb"'
    arguments |= {"inputs": python_types(plugin, "n"), "outputs": python_types(plugin, "square")}
    if names.plugins == FLYTE2:
        arguments["environment"] = "env"
    does = {
        Form.EXECUTOR: "Runs the executor of this package in its container, with the settings and the inputs.",
        Form.NOTEBOOK: "Runs a notebook in its container, with the settings and the inputs.",
    }
    text = f"{does[plugin.form or Form.EXECUTOR]} It has no function, so it is declared:"
    lines = textwrap.wrap(text, WIDTH, initial_indent="    ", subsequent_indent="    ")
    return "\n".join([*lines, "", *layout("run = ", call(names.task_class, **arguments), "", 8)])


def python_form_usage(plugin: Plugin) -> str:
    """A short example, as a user writes it."""
    flyte2 = plugin.names.plugins == FLYTE2
    if plugin.form is Form.DECORATOR:
        return _usage_of_decorator(plugin, flyte2)
    usage = settings_example(plugin, full=False)
    own = python_config_import(plugin, usage, plugin.names.task_class)
    notebook = plugin.form is Form.NOTEBOOK
    path = '    notebook_path="square.ipynb",\n' if notebook else ""
    square = f"""square = {plugin.names.task_class}(
    name="example.square",
{path}    {python_argument(usage, settings_argument(plugin))}
    inputs={python_types(plugin, "n")},
    outputs={python_types(plugin, "square")},
"""
    if flyte2:
        include = ', include=("square.ipynb",)' if notebook else ""
        return f"""import flyte
{own}

env = flyte.TaskEnvironment(name="example"{include})

{square}    environment=env,
)

@env.task
async def squared(n: int = 12) -> int:
    return await square(n)"""
    return f"""from flytekit import kwtypes, workflow
{own}

{square})

@workflow
def squared(n: int = 12) -> int:
    return square(n=n)"""


def _usage_of_decorator(plugin: Plugin, flyte2: bool) -> str:
    usage = settings_example(plugin, full=False)
    own = python_config_import(plugin, usage)
    if flyte2:
        return f"""import flyte
{own}

env = flyte.TaskEnvironment(name="example")

{python_decorator(usage)}
@env.task
async def square(n: int) -> int:
    return n * n"""
    return f"""from flytekit import task
{own}

{python_decorator(usage)}
@task
def square(n: int) -> int:
    return n * n"""


def form_runs(plugin: Plugin) -> str:
    """The commands that run the short example, on this machine and in a cluster."""
    name = "square" if plugin.form is Form.DECORATOR else "squared"
    here = {
        Form.DECORATOR: "here, as a plain function",
        Form.EXECUTOR: f"here; a service answers at the {_address(plugin)}",
        Form.NOTEBOOK: "here; square.ipynb is beside example.py",
    }[plugin.form or Form.DECORATOR]
    if plugin.names.plugins == FLYTE2:
        return f"""flyte run --local example.py {name} --n 12  # {here}
flyte run example.py {name} --n 12  # in the cluster; the image of the environment has this package in it"""
    more = " --copy all" if plugin.form is Form.NOTEBOOK else ""
    return f"""pyflyte run example.py {name} --n 12  # {here}
pyflyte run --remote{more} --image IMAGE example.py {name} --n 12  # in the cluster; IMAGE has this package in it"""


def _address(plugin: Plugin) -> str:
    setting = settings_address(plugin)
    return f"address in {setting.name}" if setting else f"address in {plugin.names.name.upper()}_URL"


def sdk_description(project: Project) -> str:
    """What the SDK's distribution is, for an index of packages."""
    if project.form is None:
        tasks = "tasks of Flyte 2" if project.names.plugins == FLYTE2 else "Flyte tasks"
        return f"Runs {tasks} as resources of Kubernetes: {', '.join(kind.crd.kind for kind in project.kinds)}"
    return visible_prose(python_summary(project.kinds[0]).removesuffix("."))


def sdk_dependencies(project: Project) -> list[str]:
    """What the SDK needs, as requirements in the order of their names."""
    if project.names.plugins == FLYTE2:
        flyte = project.versions["flyte2"]
        of_forms = {
            Form.DECORATOR: ["kubernetes>=28", "pyyaml>=6"],
            Form.NOTEBOOK: [f"flyteplugins-papermill{flyte}", "papermill>=2.4"],
        }
        more = of_forms.get(project.form, []) if project.form else []
        return sorted([f"flyte{flyte}", "protobuf>=6.30.1", *more])
    flytekit = project.versions["flytekit"]
    if project.form is None:
        return [f"flyteidl{flytekit}", f"flytekit{flytekit}", "protobuf>=4.21.12"]
    more = {
        Form.DECORATOR: ["kubernetes>=24", "pyyaml>=6"],
        Form.EXECUTOR: [],
        Form.NOTEBOOK: [f"flytekitplugins-papermill{flytekit}", "ipykernel>=6"],
    }[project.form]
    return sorted([f"flytekit{flytekit}", "protobuf>=4.21.12", *more])


def sdk_requirement(project: Project) -> str:
    """The SDK of Flyte that is needed, as a text: ``flytekit >=1.16,<2``."""
    return f"{project.names.sdk} {project.versions['flyte2' if project.names.plugins == FLYTE2 else 'flytekit']}"


def form_page(project: Project) -> str:
    """The page on how a plugin without a backend works, for the SDK of the names."""
    form = project.form.value if project.form else ""
    return f"docs/{form}_flyte2.md" if project.names.plugins == FLYTE2 else f"docs/{form}.md"


def form_pages(project: Project) -> list[str]:
    """The pages on how a plugin without a backend works, one of each SDK."""
    sdks = (FLYTEKIT,) * project.flyte1 + (FLYTE2,) * ("flyte2" in project.targets)
    return [form_page(project.of_sdk(each)) for each in sdks]


FILTERS = {
    each.__name__: each
    for each in (
        settings_base,
        settings_used,
        settings_example,
        settings_scalars,
        settings_labels,
        settings_variable,
        settings_summary,
        settings_address,
        settings_argument,
        python_types,
        form_task_doc,
        python_decorator,
        python_form_usage,
        form_runs,
        sdk_description,
        sdk_dependencies,
        sdk_requirement,
        form_page,
        form_pages,
        python_exports,
        python_exported,
        python_summary,
    )
}
