"""The SDK's Python comes out as ruff formats it, however long names, enums and values are."""

import random
import subprocess
from dataclasses import replace
from pathlib import Path as FilePath

import pytest

from flyte_plugin_scaffold import model
from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.building import messages, placement
from flyte_plugin_scaffold.deriving import naming
from flyte_plugin_scaffold.languages import python_code
from flyte_plugin_scaffold.languages.python_code import call, declaration, layout, literal, subscript
from flyte_plugin_scaffold.model import Field, Path, RoleAnswer, Runs, Scalar, Shape, Step, StepKind
from flyte_plugin_scaffold.reading.schema import parse_path
from tests.support import rendering
from tests.support.contracts import crd_file, repository
from tests.support.formatted import RUFF, lint, unchanged_by_ruff
from tests.support.rendering import rendered_file
from tests.support.schemas import CONTAINER, STRING, TEMPLATE, array, obj
from tests.support.schemas import crd as crd_of

ROOT = FilePath(__file__).parents[2]
SDK = ROOT / "{{cookiecutter.plugin_slug}}/flytekit-{{ project_name() }}"


def identifier(choice, longest=90):
    return "n" + "".join(choice.choice("abcdefgh_") for _ in range(choice.randint(1, longest)))


def class_name(choice, longest=60):
    return "N" + "".join(choice.choice("abcdefgh") for _ in range(choice.randint(1, longest)))


def value(choice, depth=0):
    kind = choice.random()
    if kind < 0.4 or depth > 3:
        return choice.choice([1, -2.5, True, None, identifier(choice, 60), 'a "b" \\c', "it's"])
    count = choice.choice([0, 1, 2, 5])
    if kind < 0.7:
        return [value(choice, depth + 1) for _ in range(count)]
    if kind < 0.9:
        return {identifier(choice, 30): value(choice, depth + 1) for _ in range(count)}
    named = {identifier(choice, 30): literal(value(choice, depth + 1)) for _ in range(count)}
    return call(class_name(choice), **named)


def field(choice):
    shape = choice.choice(list(Shape))
    scalar = choice.choice(list(Scalar)) if shape in (Shape.SCALAR, Shape.LIST, Shape.MAP) else None
    name = identifier(choice)
    enum = ()
    if scalar is Scalar.STRING and choice.random() < 0.6:
        enum = tuple(identifier(choice, 40) for _ in range(choice.choice([1, 2, 4, 20])))
    return Field(
        path=Path((Step(StepKind.FIELD, "spec"), Step(StepKind.FIELD, name))),
        relative=(name,),
        name=name,
        json_name=name,
        go_name=name,
        number=1,
        shape=shape,
        scalar=scalar,
        enum=enum,
        int_or_string=scalar is Scalar.STRING and not enum and choice.random() < 0.3,
        required=choice.random() < 0.3,
        message=class_name(choice) if shape in (Shape.MESSAGE, Shape.MESSAGES, Shape.MESSAGE_MAP) else "",
        minimum=choice.choice([None, 0, -9223372036854775808]),
        maximum=choice.choice([None, 1, 2147483647]),
    )


@pytest.mark.parametrize("seed", range(8))
def test_fields(seed):
    choice = random.Random(seed)
    fields = [field(choice) for _ in range(150)]
    lines = ["class Sample:"]
    for each in fields:
        lines += python_code._declaration(each)
    source = "\n".join(lines) + "\n"
    assert unchanged_by_ruff(source) == source


@pytest.mark.parametrize("seed", range(8))
def test_roles(seed):
    choice = random.Random(seed)
    lines = ["class Sample:"]
    for _ in range(80):
        name = class_name(choice)
        hint = choice.choice([name, subscript("List", name), subscript("Dict", "str", name)])
        factory = name if isinstance(hint, str) else choice.choice(["list", "dict"])
        lines += declaration(identifier(choice), hint, call("field", default_factory=factory))
    source = "\n".join(lines) + "\n"
    assert unchanged_by_ruff(source) == source


@pytest.mark.parametrize("seed", range(8))
def test_values(seed):
    choice = random.Random(seed)
    lines = ["def sample():"]
    for _ in range(60):
        lines += layout("return ", literal(value(choice)), "", 4)
    source = "\n".join(lines) + "\n"
    assert unchanged_by_ruff(source) == source


def test_names_are_sorted_as_in_an_import():
    names = ["worker10", "Worker", "worker9", "GPU", "Driver", "alpha", "TLS2", "driver"]
    ordered = python_code.sorted_names(names)
    assert ordered == ["GPU", "TLS2", "Driver", "Worker", "alpha", "driver", "worker9", "worker10"]
    source = python_code.python_import(names, "package") + "\n\nprint(" + ", ".join(ordered) + ")\n"
    command = [RUFF, "check", "--isolated", "--select=I", "-"]
    result = subprocess.run(command, input=source, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_an_argument_may_have_any_name():
    """A role called head, for one: nothing of the layout's own may be in its way."""
    assert str(call("Job", head="1", content="2", named="3")) == "Job(head=1, content=2, named=3)"


def test_only_names_in_code_are_imported():
    code = call("Sample", mode=literal("List[Literal(Other("), other=call("Other"))
    assert python_code.python_called(code, ["Other", "Literal", "List", "Sample"]) == ["Other", "Sample"]


def test_a_role_can_have_no_field_beside_what_it_refuses():
    """A bare container: no room for the rest of a pod, and no field of its own."""
    (role,), _ = placement.build(crd_of(obj(box=CONTAINER)), [RoleAnswer("box", parse_path(".spec.box"), Runs.USER)])
    _, message = messages.build("Job", "", [replace(role, number=2)], [], crd_of(obj()))
    members = python_code.python_members(message)
    assert members.startswith("    _refused") and members == members.strip("\n")


def test_a_role_has_another_class_than_the_task():
    """They are in one module."""
    crd = crd_of(obj(solverJobTask=TEMPLATE))
    (role,), problems = placement.build(
        crd, [RoleAnswer("solver_job_task", parse_path(".spec.solverJobTask"), Runs.USER)]
    )
    assert (naming.kind_stem(crd), role.class_name, problems) == ("SolverJob", "SolverJobTaskRole", ())


@pytest.mark.parametrize("crd", ["example", "oddjobs", "restores"])
@pytest.mark.parametrize(
    "name",
    [
        "flytekitplugins/{{ kind_name() }}/task.py",
        "tests/kinds/{{ kind_name() }}.py",
    ],
)
def test_files_of_the_sdk(crd, name):
    answers = {"source": crd if crd == "example" else str(ROOT / f"tests/crds/{crd}.yaml")}
    if crd == "restores":
        answers["roles"] = "none"
    source = rendered_file(SDK / name, **answers)
    compile(source, name, "exec")
    assert unchanged_by_ruff(source) == source
    lint(source)


def test_files_of_a_contract_that_has_lost_much(tmp_path):
    many = {f"property_with_a_long_name_{index}": STRING for index in range(4)}
    made = repository(tmp_path, job=TEMPLATE, workers=array(TEMPLATE), rules=array(obj(a=STRING)), **many)
    answers = {"source": str(made), "roles": drafting.draft({"source": str(made)}).answer("roles")}
    crd_file(made, job=TEMPLATE, rules=array(obj(b=STRING)))
    source = rendered_file(SDK / "flytekitplugins/{{ kind_name() }}/task.py", **answers)
    assert source.count("_deprecated: ClassVar[Dict[str, str]] = ") == 2
    assert "\n    property_with_a_long_name_1: Optional[str] = None\n" in source
    assert "\n    workers: Optional[List[Worker]] = None\n" in source
    assert unchanged_by_ruff(source) == source
    lint(source)


LIBRARY = [
    *SDK.glob("flytekitplugins/_*/*.py"),
    *(each for each in SDK.glob("tests/*.py") if "{{" not in each.read_text()),
]


@pytest.mark.parametrize("file", LIBRARY, ids=[each.name for each in LIBRARY])
def test_files_of_the_library(file):
    source = file.read_text()
    assert unchanged_by_ruff(source) == source
    lint(source)


def test_descriptions_are_data():
    doc = python_code.python_doc(drafting.build({"source": str(ROOT / "tests/crds/oddjobs.yaml")}).contract[0])
    compiled = compile(f'"""\n{doc}\n    """\n', "doc", "exec")
    assert "with 'quotes' {{ braces }} {% x %} {# c #} and a newline here, ends with \"" in compiled.co_consts[0]
    assert ":param from_value: \\N{DASH} \\x\n" in compiled.co_consts[0]


def test_pods_of_flyte_2_have_its_words():
    plugin = rendering.draft("example").project.of_sdk(model.FLYTE2).kinds[0]
    driver = next(each for each in plugin.contract if each.name == "Driver")
    doc = python_code.python_doc(driver, model.FLYTE2)
    assert ":param resources: " in doc and "``flyte.TaskEnvironment``" in doc
    assert [word for word in ("requests", "limits", "accelerator", "shared_memory") if f":param {word}:" in doc] == []
    said = str(python_code.python_config(plugin, full=True))
    assert 'Driver(resources=Resources(cpu=("500m", "1"), memory=("1Gi", "2Gi"), shm="1Gi"), image=' in said
    assert "requests=" not in said and "shared_memory=" not in said and "accelerator=" not in said
    usage = python_code.python_qualified(python_code.python_usage(plugin), ["Resources"], "flyte")
    assert str(usage) == 'SolverJob(workers=Workers(replicas=3, resources=flyte.Resources(cpu="2", memory="4Gi")))'
    assert "plugin_config" in python_code.python_task_doc(
        rendering.draft("example", roles="none").project.of_sdk(model.FLYTE2).kinds[0]
    )


@pytest.mark.parametrize(
    "answers, expected",
    [
        ({}, ""),
        ({"targets": "connector"}, '_TARGETS = ("connector",)'),
        ({"targets": "connector, propeller"}, '_TARGETS = ("propeller", "connector")'),
        ({"targets": "connector", "roles": "none"}, ""),  # there is no pod
    ],
)
def test_targets_of_a_task(answers: dict[str, str], expected: str) -> None:
    assert python_code.python_targets(rendering.draft("example", **answers).plugin) == expected
