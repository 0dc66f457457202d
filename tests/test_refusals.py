"""Bad answers: all of them named together with the cure, exit status 1, no folder, no traceback."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import rendering, tree
from tests.support.rendering import ROOT, Baked

NEVER_FINISHES = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: NAMEs.acme.dev}
spec:
  group: acme.dev
  scope: Namespaced
  names: {kind: KIND, plural: NAMEs, singular: NAME}
  versions:
    - name: v1
      served: true
      storage: true
      subresources: {status: {}}
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {size: {type: integer}, image: {type: string}}}
            status: {type: object, properties: {phase: {type: string, enum: VALUES}}}
"""


def crd(kind: str, values: str) -> str:
    """A small CRD of ``kind`` with these values of its status."""
    return NEVER_FINISHES.replace("NAME", kind.lower()).replace("KIND", kind).replace("VALUES", values)


# id -> (answers, what standard error says of them)
REFUSED = {
    "example with an operator": ({"operator_name": "KubeRay"}, ["operator_name", "source=example", "kubectl get crd"]),
    "example with a kind": ({"kind": "RayJob"}, ["kind", "source=example", "kubectl get crd"]),
    "no such file": ({"source": "there/is/none.yaml"}, ["source ", "there/is/none.yaml"]),
    "folder without a CRD": ({"source": str(ROOT / "hooks")}, ["source "]),
    "task type in capitals": ({"task_type": "SolverJob"}, ["task_type", "such as solverjob"]),
    "task type of Flyte": ({"task_type": "spark"}, ["task_type", "spark"]),
    "task type is a keyword": ({"task_type": "import"}, ["task_type", "import"]),
    "module is a keyword": ({"task_type": "im-port"}, ["task_type", "import"]),
    "module is published": ({"task_type": "ray"}, ["task_type", "ray"]),
    "task type too long": ({"task_type": "x" * 41}, ["task_type", "at most 40"]),
    "slug leads out": ({"plugin_slug": "../plugin"}, ["plugin_slug", "one folder's name"]),
    "slug is a path": ({"plugin_slug": "/tmp/plugin"}, ["plugin_slug", "one folder's name"]),
    "role without a path": ({"roles": "driver"}, ["roles", "no role"]),
    "role is not in the CRD": ({"roles": "driver: .spec.pilot user"}, ["roles", ".spec.pilot"]),
    "status path is not in the CRD": ({"status_path": ".status.mood"}, ["status_path", ".status.mood"]),
    "phases without success": ({"phases": "Failure=Failed"}, ["phases", "Success"]),
    "value is not in the CRD": ({"phases": "Success=Suceeded"}, ["phases", "Suceeded", "Succeeded, Failed"]),
    "phase unknown": ({"phases": "Success=Succeeded; Paused=Suspended"}, ["phases", "Paused=Suspended"]),
    "condition that no Job has": ({"phases": "Success=Succeeded & job=Completed"}, ["phases", "Complete, Failed"]),
    "two conditions of the Job": (
        {"phases": "Success=Succeeded & job=Complete & job=Failed"},
        ["phases", "two conditions of the Job"],
    ),
    "condition of the Job alone": ({"phases": "Success=job=Complete"}, ["phases", "finished & job=Complete"]),
    "field is not in the CRD": ({"fields": "+.spec.colour"}, ["fields", ".spec.colour"]),
    "kind is nearly right": ({"kind": "SolverJb"}, ["kind", "did you mean SolverJob?"]),
    "role is nearly in the CRD": ({"roles": "workers: .spec.wokers user"}, ["roles", "did you mean .spec.workers?"]),
    "status path is nearly in the CRD": (
        {"status_path": ".status.phse"},
        ["status_path", "did you mean .status.phase?"],
    ),
    "roles are empty": ({"roles": ""}, ["roles", "is empty", "give none"]),
    "fields are empty": ({"fields": ""}, ["fields", "is empty", "give none"]),
    "port is none": ({"container_registry": "ghcr.io:70000/x"}, ["container_registry", "no port from 1 to 65535"]),
    "registry with a tag": ({"container_registry": "ghcr.io/x:v1"}, ["container_registry", "ends in a tag or digest"]),
    "address is none": ({"container_registry": "300.0.0.1:5000"}, ["container_registry", "IPv4"]),
    "licence is nearly right": ({"license": "mit"}, ["license", "did you mean MIT?"]),
    "option is nearly right": ({"options": "name-budget=40"}, ["options", "did you mean name_budget?"]),
    "option is no yes and no no": ({"options": "bundle_secrets=maybe"}, ["options", "must be yes or no"]),
    "the CRD is empty": ({"source": ""}, ["source ", "is empty", "give a CRD, an OpenAPI document, or example"]),
    "no schema and no status": (
        {"source": "widgets.acme.dev/v1/Widget"},
        ["status_path=.status.phase phases='Success=Succeeded; Failure=Failed'"],
    ),
    "fields mix list and edits": ({"fields": ".spec.solver,+.spec.tags"}, ["fields", "mixes"]),
    "module without a host": ({"go_module": "plugin"}, ["go_module", "host/organisation/name"]),
    "registry with a scheme": ({"container_registry": "https://ghcr.io/x"}, ["container_registry", "ghcr.io/acme"]),
    "Flyte is too old": ({"flyte_version": "v1.0.0"}, ["flyte_version", "v1.16.8"]),
    "licence unknown": ({"license": "WTFPL"}, ["license", "Apache-2.0, MIT, BSD-3-Clause, none"]),
    "option unknown": ({"options": "colour=red"}, ["options", "name_budget"]),
    "name budget too small": ({"options": "name_budget=5"}, ["options", "from 20 to 63"]),
    "time without a unit": ({"options": "stuck_timeout=5"}, ["options", "90s, 5m or 1h30m"]),
    "abort patch outside the spec": (
        {"options": "abort_patch=.status.phase=Failed"},
        ["options", "none of .spec.PATH"],
    ),
    "abort patch is not in the CRD": ({"options": "abort_patch=.spec.stop=true"}, ["options", ".spec.suspend=true"]),
    "abort patch of another type": ({"options": "abort_patch=.spec.suspend=yes"}, ["options", "true or false"]),
    "Jinja": ({"operator_name": "{{ cookiecutter }}"}, ["operator_name", "Jinja"]),
    "Jinja that fails": ({"go_module": "{{ 1/0 }}"}, ["go_module", "Jinja"]),
    "Jinja that does not parse": ({"source": "{% if"}, ["source ", "Jinja"]),
    "Jinja comment": ({"license": "{# MIT #}"}, ["license", "Jinja"]),
    "Jinja in a private variable's way": ({"options": "{{ cookiecutter.update({}) }}"}, ["options", "Jinja"]),
}


@pytest.mark.parametrize(("given", "says"), REFUSED.values(), ids=REFUSED)
def test_refused(cookies, capsys: pytest.CaptureFixture[str], given: dict[str, str], says: list[str]) -> None:
    result = cookies.bake(extra_context=given, template=str(ROOT))
    message = capsys.readouterr().err
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    refusal = message[message.index("cannot be used, so nothing was written") :]
    assert all(each in refusal for each in says), message
    (command,) = (line.strip() for line in refusal.splitlines() if line.startswith("  cookiecutter "))
    # pytest-cookies is not cookiecutter's own program: the command line then holds what is no default or is refused.
    repeated = dict(word.split("=", 1) for word in shlex.split(command)[2:])
    repeated["source"] = given.get("source", "")  # it became an absolute path
    assert given.items() <= repeated.items()
    assert all(name in given or f"\n  {name} " in refusal for name in repeated if name != "source")


def test_no_folder_and_no_traceback(bake: Callable[..., Baked], tmp_path: Path) -> None:
    baked = bake(task_type="Spark", license="WTFPL", source="example", into=tmp_path / "out")
    assert baked.status == 1
    assert "Traceback" not in baked.output
    assert list((tmp_path / "out").iterdir()) == []


def test_all_problems_at_once_and_the_command_that_repeats(tmp_path: Path) -> None:
    bad = {
        "operator_name": "",
        "task_type": "Big Job",
        "plugin_slug": "a b",
        "roles": "x",
        "status_path": ".spec.x",
        "fields": "a,+b",
        "go_module": "it's",
        "container_registry": 'say "no"',
        "flyte_version": "v2",
        "license": "x",
        "options": "y",
    }
    baked = rendering.bake(bad, tmp_path)
    refusal = baked.output[baked.output.index("11 answers cannot be used") :].splitlines()
    named = [
        line.split()[0]
        for line in refusal[1 : refusal.index("Change them in the command that repeats what you answered:")]
    ]
    assert named == list(bad)
    words = shlex.split(refusal[-1])
    assert "cookiecutter" in (words[0], words[2]) and str(ROOT) in words and "--no-input" in words
    assert dict(word.split("=", 1) for word in words[-11:]) == bad


def test_an_unreadable_crd_ends_at_once_and_repeats_the_other_answers(bake: Callable[..., Baked]) -> None:
    baked = bake(source="nowhere.yaml", task_type="my-job", license="x")
    assert baked.status == 1 and "Traceback" not in baked.output
    assert "One answer cannot be used" in baked.output
    assert "source=nowhere.yaml task_type=my-job license=x" in baked.output


def test_a_kind_that_never_finishes_names_the_sibling_that_does(bake: Callable[..., Baked], tmp_path: Path) -> None:
    file = tmp_path / "crds.yaml"
    file.write_text(f"{crd('Farm', '[Ready, Degraded]')}---{crd('FarmJob', '[Running, Succeeded, Failed]')}")
    baked = bake(source=str(file), kind="Farm")
    assert baked.status == 1
    assert "Farm is taken; also here: FarmJob" in baked.output
    assert "Farm never finishes: none of the values" in baked.output and "give kind=FarmJob" in baked.output


def test_the_default_kind_is_the_first_that_finishes(bake: Callable[..., Baked], tmp_path: Path) -> None:
    file = tmp_path / "crds.yaml"
    file.write_text(f"{crd('Farm', '[Ready, Degraded]')}---{crd('FarmJob', '[Running, Succeeded, Failed]')}")
    baked = bake(source=str(file), license="x")  # refused for the licence alone
    assert "FarmJob acme.dev/v1" in baked.output and "One answer cannot be used" in baked.output


def test_a_kind_that_never_finishes_is_accepted_with_a_success(bake: Callable[..., Baked], tmp_path: Path) -> None:
    file = tmp_path / "crds.yaml"
    file.write_text(crd("Farm", "[Ready, Degraded]"))
    refused = bake(source=str(file))
    assert refused.status == 1 and "Farm never finishes" in refused.output
    accepted = bake(source=str(file), status_path=".status.phase", phases="Success=Ready", license="x")
    assert "One answer cannot be used" in accepted.output and "license" in accepted.output


def test_answers_of_other_types_are_read_as_text(cookies, capsys: pytest.CaptureFixture[str]) -> None:
    result = cookies.bake(extra_context={"task_type": 5, "license": True, "operator_name": None}, template=str(ROOT))
    assert result.exit_code == 1
    message = capsys.readouterr().err
    assert "'5' must be" in message and "'True' is not offered" in message


def replay(folder: Path, **changed: object) -> tuple[str, str]:
    """The options for a replay file with all answers, as cookiecutter writes one, and ``changed`` ones."""
    context = json.loads((ROOT / "cookiecutter.json").read_text())
    context.pop("__prompts__")
    derived = {
        "kind": "SolverJob",
        "targets": "propeller",
        "operator_name": "Solver",
        "task_type": "solverjob",
        "plugin_slug": "slug",
    }
    derived |= {
        "operations": "none",
        "roles": "driver: .spec.driver user",
        "status_path": ".status.phase",
        "phases": "Success=Succeeded",
    }
    derived |= {
        "fields": "none",
        "go_module": "github.com/a/b",
        "container_registry": "ghcr.io/a",
        "flyte_version": "v1.16.8",
    }
    context |= derived | {"__start": "", "__found": "", "__checked": ""} | changed
    (folder / "replay.json").write_text(json.dumps({"cookiecutter": context}))
    return "--replay-file", str(folder / "replay.json")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"task_type": "Spark"}, ["One answer cannot be used", "task_type"]),
        ({"plugin_slug": "a\0b"}, ["plugin_slug 'a\\x00b' holds U+0000"]),
        ({"plugin_slug": "a/b/c"}, ["plugin_slug 'a/b/c' must be one folder's name"]),
        ({"plugin_slug": "../elsewhere"}, ["must be one folder's name"]),
        ({"source": "a\0b"}, ["source holds a NUL character"]),
        ({"operator_name": "a\0b", "fields": "\0"}, ["2 answers cannot be used", "operator_name", "fields"]),
        ({"_new_lines": "\r\n", "license": "x"}, ["2 answers cannot be used", "_new_lines is no prompt", "license"]),
        ({"_jinja2_env_vars": {"trim_blocks": False}}, ["_jinja2_env_vars is a setting of the template"]),
    ],
)
def test_replay_checks_again(
    bake: Callable[..., Baked], tmp_path: Path, changed: dict[str, object], says: list[str]
) -> None:
    """Nothing is asked in a replay, so that the checks while prompting are not run."""
    baked = bake(options=replay(tmp_path, **changed), into=tmp_path / "out")
    assert baked.status == 1
    said = " ".join(baked.output.split())
    assert [text for text in says if text not in said] == [], said
    assert "Traceback" not in baked.output
    assert list((tmp_path / "out").iterdir()) == [] and not (tmp_path / "elsewhere").exists()


def test_nothing_is_written_over_through_a_link(bake: Callable[..., Baked], tmp_path: Path) -> None:
    """cookiecutter's -f writes into a folder that is there, and follows what is linked in it."""
    elsewhere, here = tmp_path / "elsewhere", tmp_path / "out/flyte-solverjob-plugin"
    for folder in (elsewhere, here):
        folder.mkdir(parents=True)
    (here / "scripts").symlink_to(elsewhere)
    baked = bake(options=("--no-input", "-f"), into=tmp_path / "out", env={"FLYTE_PLUGIN_PROTOS": "skip"})
    assert baked.status == 1
    assert f"plugin_slug {here}/scripts leads out of that folder" in " ".join(baked.output.split())
    assert [*elsewhere.iterdir()] == [] and [each.name for each in here.iterdir()] == ["scripts"]


def test_a_replay_does_not_say_what_is_copied_unrendered(bake: Callable[..., Baked], tmp_path: Path) -> None:
    skip = {"FLYTE_PLUGIN_PROTOS": "skip"}
    made = [
        bake(options=replay(tmp_path, **changed), into=tmp_path / name, env=skip)
        for name, changed in (("plain", {}), ("other", {"_copy_without_render": ["*"]}))
    ]
    assert made[0].path and made[1].path, made[1].output
    assert not tree.differences(made[0].path, made[1].path)
