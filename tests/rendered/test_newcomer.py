"""The rendered repository on a machine where something is missing or wrong: one line says what, before anything is made."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.flyte import versions
from tests.support import rendering, tree

WANTED = versions.of(versions.newest())["go"]
IMAGE = "ghcr.io/example/flytepropeller-solverjob"

# What is on every machine that has make. Each target is tried without one of the others.
BASIC = "awk basename cat chmod cksum cp cut dirname env expr find grep head ls make mkdir mktemp mv rm sed sh sort tail touch"

NEEDS = {
    **dict.fromkeys(("test", "test_go", "envtest", "kustomize", "propeller", "manager", "cluster_resources"), "go"),
    **dict.fromkeys(("generate", "lint", "format", "doctor", "check_crd", "upgrade_flyte", "add_plugin"), "go"),
    **dict.fromkeys(("test_python", "venv", "build_python", "publish_python", "values", "serialize"), "python"),
    **dict.fromkeys(("generate_clients", "register", "find_flyte", "regenerate", "add_kind"), "python"),
    **dict.fromkeys(("build_propeller", "push_propeller", "build_demo_docker", "push_demo_docker"), "docker"),
    **dict.fromkeys(("install", "deploy", "undeploy", "demo_cluster"), "kubectl"),
    **dict.fromkeys(("set_version", "clean", "help"), ""),
}
SAID = {
    "go": f"make: Go {WANTED} or later is needed, and there is no go: https://go.dev/doc/install, or make GO=/path/to/go",
    "python": "make: flytekit needs Python 3.10, 3.11 or 3.12: https://www.python.org/downloads, or make PYTHON=/path/to/python3.12",
    "docker": "make: Docker 23 or later is needed, and there is no docker: https://docs.docker.com/get-docker, or make DOCKER=podman",
    "kubectl": "make: kubectl of the cluster's release is needed, and there is no kubectl: https://kubernetes.io/docs/tasks/tools",
    "bash": "make: bash is needed: install it with the system's package manager",
}


class Machine:
    """A rendering, and a PATH that holds what every machine has and what a test puts there."""

    def __init__(self, repository: Path, folder: Path) -> None:
        self.path = folder / "repository"
        shutil.copytree(repository, self.path)
        self.tools = folder / "tools"
        self.tools.mkdir()
        for name in BASIC.split():
            found = shutil.which(name)
            assert found, name
            (self.tools / name).symlink_to(found)
        self.start = tree.contents(self.path)

    def has(self, name: str, script: str = "exit 0") -> Machine:
        """Put a command there that is a shell script."""
        (self.tools / name).write_text(f"#!{shutil.which('sh')}\n{script}\n")
        (self.tools / name).chmod(0o755)
        return self

    def has_go(self, version: str = f"go{WANTED}", script: str = "exit 0") -> Machine:
        return self.has("go", f'if [ "$*" = "env GOVERSION" ]; then echo {version}; exit; fi\n{script}')

    def has_python(self) -> Machine:
        return self.has("python3.12", f'exec {sys.executable} "$@"')

    def run(self, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.path,
            env={"PATH": str(self.tools), "HOME": str(self.path.parent), **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def make(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return self.run("make", *arguments, **env)

    def refuses(self, *arguments: str, **env: str) -> str:
        """What make says that it cannot do: one line, besides make's own, and nothing was made."""
        run = self.make(*arguments, **env)
        assert run.returncode == 2, run
        assert run.stdout == ""
        said = [line for line in run.stderr.splitlines() if not re.match(r"make(\[\d\])?: \*\*\*", line)]
        assert len(said) == 1, run.stderr
        assert tree.contents(self.path) == self.start
        return said[0]


@pytest.fixture(scope="module")
def baked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = rendering.bake({}, tmp_path_factory.mktemp("newcomer"), env={"FLYTE_PLUGIN_PROTOS": "skip"})
    assert found.path, found.output
    return found.path


@pytest.fixture
def machine(baked: Path, tmp_path: Path) -> Machine:
    return Machine(baked, tmp_path)


# ---------------------------------------------------------------------------------------------------------- what is missing
def test_every_target_is_tried(baked: Path) -> None:
    assert set(re.findall(r"^([a-z][a-z_]*):.* ## ", tree.makefile(baked), re.M)) == set(NEEDS)


@pytest.mark.parametrize("target", [target for target, tool in NEEDS.items() if tool])
def test_a_missing_tool_is_said_before_anything_is_made(machine: Machine, target: str) -> None:
    for tool in ("bash", "docker", "kubectl"):
        if tool != NEEDS[target]:
            machine.has(tool)
    if NEEDS[target] != "go":
        machine.has_go()
    if NEEDS[target] != "python":
        machine.has_python()
    assert machine.refuses(target) == SAID[NEEDS[target]]


@pytest.mark.parametrize("target", ["generate", "lint", "register"])
def test_missing_bash_is_said(machine: Machine, target: str) -> None:
    assert machine.has_go().has_python().refuses(target) == SAID["bash"]


def test_tests_look_for_python_before_go_begins(machine: Machine) -> None:
    assert machine.has_go(script="echo tested").refuses("test") == SAID["python"]


@pytest.mark.parametrize("version", ["go1.20.14", "go1.25.9", "go1.3", "devel go1.25-abcdef", "unknown"])
def test_an_old_go_is_said(machine: Machine, version: str) -> None:
    said = machine.has_go(f"'{version}'").refuses("test_go")
    assert said == SAID["go"].replace("there is no go", f"go is {version}")


@pytest.mark.parametrize("version", [f"go{WANTED}", "go1.99", "go1.30rc1", "'devel go1.99-abcdef Mon'"])
def test_a_new_go_is_taken(machine: Machine, version: str) -> None:
    assert machine.has_go(version).make("test_go").returncode == 0


def test_a_go_that_fetches_the_right_one_is_taken(machine: Machine) -> None:
    """As Go does since 1.21, unless told not to."""
    machine.has_go(f'$([ "$GOTOOLCHAIN" = local ] && echo go1.21.13 || echo go{WANTED})')
    assert machine.make("test_go").returncode == 0
    machine.has_go("$([ \"$GOTOOLCHAIN\" = local ] && echo go1.21.13 || echo 'go: no network' >&2)")
    run = machine.make("test_go")
    assert run.returncode == 2 and "go: no network" in run.stderr and "go is go1.21.13" in run.stderr


def test_a_go_elsewhere_is_taken(machine: Machine) -> None:
    (machine.path / "my go").mkdir()
    machine.has_go().tools.joinpath("go").rename(machine.path / "my go/go")
    assert machine.make("test_go", "GO=./my go/go").returncode == 0
    assert "there is no ./nowhere/go" in machine.make("test_go", "GO=./nowhere/go").stderr


@pytest.mark.parametrize("target", ["install", "deploy", "undeploy"])
def test_a_cluster_that_does_not_answer_is_said(machine: Machine, target: str) -> None:
    machine.has(
        "kubectl", "for try in 1 2 3; do echo 'memcache: cannot list groups'; done >&2; echo refused >&2; exit 1"
    )
    assert machine.refuses(target) == (
        "make: no cluster answers kubectl: choose one with KUBECONFIG or kubectl config use-context; it says: refused"
    )


def test_a_cluster_that_says_no_is_one(machine: Machine) -> None:
    machine.has("kubectl", "[ $1 != get ] || { echo 'Error from server (Forbidden): no' >&2; exit 1; }")
    assert machine.make("install").returncode == 0


def test_a_python_environment_that_is_there_needs_no_python(machine: Machine) -> None:
    machine.has(
        "python3.12",
        "[ $1 = -c ] || { mkdir -p mine/bin; printf '#!/bin/sh\\n' > mine/bin/python; chmod +x mine/bin/python; }",
    )
    assert "setting up mine (once: about 750 MB)" in machine.make("venv", "VENV=mine").stdout
    (machine.tools / "python3.12").unlink()
    assert machine.make("test_python", "VENV=mine").returncode == 0


def test_what_the_demo_imports_is_installed_when_it_changes(machine: Machine) -> None:
    """Registering imports the workflows, so what is in their image must be here too."""
    pip = 'echo "$@" >> pip.log'
    machine.has(
        "python3.12",
        f"[ $1 = -c ] || {{ mkdir -p mine/bin; echo '{pip}' > mine/bin/python; chmod +x mine/bin/python; }}",
    )
    for packages in ("numpy==2.3.1\n", "numpy==2.3.2\n"):
        (machine.path / "demo/requirements.txt").write_text(packages)
        for again in (False, True):
            assert ("setting up mine" not in machine.make("venv", "VENV=mine").stdout) is again
    assert (machine.path / "pip.log").read_text().count("-r requirements-dev.txt") == 2
    assert "\n-r demo/requirements.txt\n" in (machine.path / "requirements-dev.txt").read_text()


def test_packages_that_cannot_be_had_are_said(machine: Machine) -> None:
    pip = "#!/bin/sh\necho 'WARNING: Retrying' >&2\necho 'ERROR: no flytekit' >&2\nexit 1\n"
    (machine.path / "pip").write_text(pip)
    machine.has("python3.12", "[ $1 = -c ] || { mkdir -p mine/bin; cp pip mine/bin/python; chmod +x mine/bin/python; }")
    run = machine.make("venv", "VENV=mine")
    assert run.returncode == 2 and run.stderr.splitlines()[:2] == [
        "ERROR: no flytekit",
        "make: requirements-dev.txt cannot be installed: is the index of pip's settings within reach? More in mine/pip.log",
    ]
    assert "WARNING: Retrying" in (machine.path / "mine/pip.log").read_text()
    assert not list(machine.path.glob("mine/.ready-*"))


# ------------------------------------------------------------------------------------------------------------------- go.sh
FIRST = "make: the first build compiles all of Flyte's propeller"


def test_the_first_build_is_announced_once(machine: Machine) -> None:
    machine.has_go(script="[ ! -f fails ]")
    (machine.path / "fails").touch()
    assert FIRST in machine.make("test_go").stderr
    (machine.path / "fails").unlink()
    assert FIRST in machine.make("test_go").stderr, "the first one did not succeed"
    assert FIRST not in machine.make("propeller").stderr
    assert FIRST not in machine.make("clean", "kustomize").stderr, "that is no build of propeller"
    assert FIRST in machine.make("test_go").stderr


def test_downloads_are_counted_and_nothing_else_is_lost(machine: Machine) -> None:
    downloads = 'i=0; while [ $i -lt 174 ]; do echo "go: downloading example.com/m$i v1.0.0" >&2; i=$((i + 1)); done'
    machine.has_go(
        script=f"{downloads}\necho ok one; printf '%s\\n' 'a.go:1: \\n 100% wrong' >&2; printf last >&2; exit 3"
    )
    run = machine.run("scripts/go.sh", "vet", "./...")
    assert run.returncode == 3 and run.stdout == "ok one\n"
    lines = [line for line in run.stderr.splitlines() if not line.startswith(FIRST)]
    counts = [f"make: downloading modules, {count} so far ..." for count in (50, 100, 150)]
    assert lines == [
        "make: downloading modules ...",
        *counts,
        "a.go:1: \\n 100% wrong",
        "last",
    ]


def test_what_go_is_given_arrives_as_it_is(machine: Machine) -> None:
    machine.has_go(script="printf '<%s>' \"$@\"; cat")
    assert machine.run("scripts/go.sh", "run", "a b", "", "$(x)", "*").stdout == "<run><a b><><$(x)><*>"


SPARK = "spark.go:11:2: github.com/kubeflow/spark-operator@v0.0.0-1: reading https://proxy/x.zip: 403 Forbidden"
OTHER = 'a.go:1:2: example.com/m@v1.0.0: Get "https://proxy/x.zip": dial tcp: lookup proxy: no such host'


@pytest.mark.parametrize(
    "error, said",
    [
        (SPARK, "TAGS=nospark builds a propeller without Spark tasks"),
        (OTHER, "cannot download modules from GOPROXY=https://proxy: is the network up"),
        (f"{SPARK}\n{OTHER}", "cannot download modules from GOPROXY=https://proxy: is the network up"),
        ("spark.go:11:2: undefined: x", ""),
    ],
    ids=["Spark's", "another", "both", "none"],
)
def test_a_module_that_cannot_be_had_is_said(machine: Machine, error: str, said: str) -> None:
    machine.has_go(script=f"[ $1 != env ] || {{ echo https://proxy; exit; }}\ncat >&2 <<'E'\n{error}\nE\nexit 1")
    lines = machine.make("propeller").stderr.splitlines()
    at = lines.index(error.splitlines()[-1])
    assert (said in lines[at + 1]) if said else lines[at + 1].startswith("make: ***")


@pytest.mark.parametrize("tags, held", [("", "<--held><spark>"), ("nospark", ""), ("mine,nospark", "")])
def test_doctor_needs_no_module_of_spark(machine: Machine, tags: str, held: str) -> None:
    """It is a propeller without Spark's plugin, and is told that the one that runs has it."""
    doctor = 'printf \'#!/bin/sh\\nprintf "<%%s>" "$@"\\n\' > bin/doctor; chmod +x bin/doctor'
    machine.has_go(
        script=f"[ \"$*\" = 'build -tags nospark -o bin/doctor ./flytepropeller/cmd' ] && mkdir -p bin && {doctor}"
    )
    answer = machine.make("doctor", f"TAGS={tags}").stdout
    assert answer == f"<doctor><--as><system:serviceaccount:flyte:flytepropeller>{held}"
    assert not (machine.path / "bin/flytepropeller").exists(), "that one may be about to be shipped"
    assert machine.make("check_crd", "ARGS=--verbose").stdout == "<check-crd><--verbose><--><crd/solverjobs.yaml>"


def test_a_crd_that_is_not_there_is_said(machine: Machine) -> None:
    said = machine.has_go().refuses("check_crd", "CRD=my crd.yaml")
    assert said.startswith("make: there is no my crd.yaml to compare with") and "> crd/solverjobs.yaml" in said


# -------------------------------------------------------------------------------------------------------------------- help
def test_help_fits_a_terminal_and_names_every_variable(machine: Machine) -> None:
    text = machine.make("help").stdout
    assert [line for line in text.splitlines() if len(line) > 80] == []
    makefile = tree.makefile(machine.path)
    (names,), (texts,) = re.findall(r"^NAMES := (.*)$", makefile, re.M), re.findall(r"^TEXTS := (.*)$", makefile, re.M)
    given = {*names.split(), *texts.split(), *re.findall(r"^([A-Z_]+) \?=", makefile, re.M)}
    assert given - set(re.findall(r"\b([A-Z][A-Z_0-9]+)=", text)) - {"SETUP_ENVTEST"} == set()


# -------------------------------------------------------------------------------------------------------------- make values
GIVE = "helm get values RELEASE --namespace NAMESPACE --output yaml > current.yaml"
NO_VALUES = {
    "a Deployment": (
        "apiVersion: apps/v1\nkind: Deployment\nspec: {}\n",
        "it is a Kubernetes object, a Deployment",
        GIVE,
    ),
    "a list": ("- a\n", "it is a list", GIVE),
    "a list of JSON": ('["a"]', "it is a list", GIVE),
    "a text": ("values", "it is a str", GIVE),
    "no YAML": ("no: [yaml", "cannot be read", GIVE),
    "bytes": (b"\xff\xfe\x00", "cannot be read", GIVE),
    "two documents": ("a: 1\n---\nb: 2\n", "cannot be read", GIVE),
    "a date that is none": ("flyteadmin: 2024-99-99", "cannot be read", GIVE),
    "a template": ("replicas: {{ .Values.n }}\n{{- if .x }}\n", "is a template of a chart", GIVE),
    "with helm's header": ("USER-SUPPLIED VALUES:\nconfigmap: {}\n", "has a header of helm in it", GIVE),
    "all of helm's": ("COMPUTED VALUES:\nconfigmap: {}\n", "has a header of helm in it", GIVE),
    "another chart's": ("replicaCount: 2\n", "is of another chart", GIVE),
    "another chart's, with a key of Flyte's": ("replicaCount: 2\nservice: {}\n", "have no replicaCount;", GIVE),
    "of a chart around it": (
        "flyte-core: {configmap: {}}\n",
        "has a key flyte-core with its values",
        "give what stands below it",
    ),
    "empty": ("", "has nothing that only one chart has", "CHART=flyte-core or CHART=flyte-binary"),
    "what helm writes for none": (
        "null\n",
        "has nothing that only one chart has",
        "CHART=flyte-core or CHART=flyte-binary",
    ),
    "both charts'": (
        "flyteadmin: {}\nconfiguration: {}\n",
        "has keys of both",
        "CHART=flyte-core or CHART=flyte-binary",
    ),
    "what both have": ("flyteconnector: {}\n", "has nothing that only one chart has", "CHART=flyte-core"),
}


def _values(baked: Path, tmp_path: Path, content: str | bytes, *more: str) -> subprocess.CompletedProcess[str]:
    file = tmp_path / "current.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    command = [sys.executable, str(baked / "scripts/values.py"), str(file), *more]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("content, wrong, cure", NO_VALUES.values(), ids=NO_VALUES)
def test_what_are_no_values_is_refused(baked, tmp_path, content, wrong, cure):
    run = _values(baked, tmp_path, content)
    assert run.returncode == 1 and run.stdout == ""
    assert run.stderr.count("\n") == 1 and run.stderr.startswith(str(tmp_path / "current.yaml"))
    assert wrong in run.stderr and cure in run.stderr


def test_no_file_is_said_once(baked, tmp_path):
    run = subprocess.run(
        [sys.executable, str(baked / "scripts/values.py"), str(tmp_path / "x")], capture_output=True, text=True
    )
    assert run.returncode == 1 and run.stderr.count(str(tmp_path)) == 1


@pytest.mark.parametrize(
    "content, said",
    [
        (
            "flytepropeller: {}\nconfigmap: {}\n",
            "# Detected as values of flyte-core, which has configmap, flytepropeller;",
        ),
        ("configuration: {}\n", "# Detected as values of flyte-binary, which has configuration;"),
    ],
)
def test_the_guess_of_the_chart_is_said(baked, tmp_path, content, said):
    run = _values(baked, tmp_path, content)
    other = "flyte-core" if "flyte-binary" in said else "flyte-binary"
    assert run.returncode == 0 and run.stderr == ""
    assert run.stdout.splitlines()[1] == f"{said} otherwise set CHART={other}."


@pytest.mark.parametrize("content", ["", "null", "{}", "flyteadmin: {}\nconfiguration: {}\n", "flyteconnector: {}\n"])
@pytest.mark.parametrize("chart", ["flyte-core", "flyte-binary"])
def test_the_chart_can_be_told(baked, tmp_path, content, chart):
    run = _values(baked, tmp_path, content, "", chart)
    assert run.returncode == 0 and run.stderr == ""
    first, second = run.stdout.splitlines()[:2]
    assert f"kustomize/values/{chart}.yaml in one" in first and not second.startswith("#")


def test_a_chart_that_is_none_is_refused(baked, tmp_path):
    run = _values(baked, tmp_path, "configmap: {}", "", "flyte")
    assert run.returncode == 1 and run.stderr == "CHART=flyte is none of the charts: flyte-core, flyte-binary\n"


# --------------------------------------------------------------------------------------------------------- make find_flyte
HELM = {"meta.helm.sh/release-name": "mine", "meta.helm.sh/release-namespace": "home"}
CORE = "cr.flyte.org/flyteorg/flytepropeller:v1.16.8"
BINARY = "cr.flyte.org/flyteorg/flyte-binary:v1.16.8"


def _deployment(*containers: tuple[str, str], chart: str = "", helm: bool = True, name: str = "runs") -> dict[str, Any]:
    labels = {"labels": {"helm.sh/chart": chart}} if chart else {}
    pod = {
        "serviceAccountName": "robot",
        "containers": [
            {"name": container, "image": image, "args": ["webhook" if container == "webhook" else "--config"]}
            for container, image in containers
        ],
    }
    return {
        "metadata": {"namespace": "flyte", "name": name, **labels, **({"annotations": HELM} if helm else {})},
        "spec": {"template": {"spec": pod}},
    }


ADMIN = _deployment(("flyteadmin", "cr.flyte.org/flyteorg/flyteadmin:v1.16.8"), chart="flyte-core-v1.16.8")
WEBHOOK = _deployment(("webhook", CORE), chart="flyte-core-v1.16.8", name="flyte-pod-webhook")
BY_HELM, OF_YOUR_OWN, BY_ITSELF = (
    "The charts flyte-core and flyte-binary",
    "A propeller (or flyte-binary) that you build already",
    "A propeller by itself",
)
CLUSTERS = {
    "flyte-core": (
        _deployment(("flytepropeller", CORE), chart="flyte-core-v1.16.0-b1"),
        BY_HELM,
        "helm upgrade mine flyteorg/flyte-core --version v1.16.0-b1 \\",
    ),
    "flyte-core with its manager": (
        _deployment(("flytepropeller-manager", CORE), chart="flyte-core-v1.16.8"),
        BY_HELM,
        "CHART=flyte-core",
    ),
    "flyte-core with this plugin": (
        _deployment(("flytepropeller", f"{IMAGE}:v0.1.0"), chart="flyte-core-v1.16.8"),
        BY_HELM,
        "That is this repository's image",
    ),
    "flyte-binary": (
        _deployment(("flyte", BINARY), chart="flyte-binary-v1.16.8"),
        BY_HELM,
        "helm get values mine --namespace home --output yaml > current.yaml",
    ),
    "flyte-binary with this plugin": (
        _deployment(
            ("flyte", BINARY), ("flytepropeller", f"{IMAGE}@sha256:1"), ("webhook", IMAGE), chart="flyte-binary-v1"
        ),
        BY_HELM,
        "That is this repository's image",
    ),
    "a chart without helm": (
        _deployment(("flyte", BINARY), chart="flyte-binary-v1.16.8", helm=False),
        BY_HELM,
        "Argo CD or Flux",
    ),
    "an image of one's own": (
        _deployment(("flytepropeller", "registry:5000/platform/propeller:7"), chart="flyte-core-v1.16.8"),
        OF_YOUR_OWN,
        f"put {IMAGE} in its place",
    ),
    "an own flyte-binary": (
        _deployment(("app", "flyte-binary-ours:1"), helm=False),
        OF_YOUR_OWN,
        "of no chart of Flyte's",
    ),
    "by itself, with this plugin": (_deployment(("flytepropeller", f"{IMAGE}:v0.1.0")), BY_ITSELF, "That is this"),
}


def _kubectl(machine: Machine, *items: dict[str, Any]) -> Machine:
    (machine.tools / "items.json").write_text(json.dumps({"items": items}))
    return machine.has_python().has("kubectl", f"cat {machine.tools}/items.json")


@pytest.mark.parametrize("deployment, section, command", CLUSTERS.values(), ids=CLUSTERS)
def test_the_cluster_tells_which_way_is_yours(machine, deployment, section, command):
    answer = _kubectl(machine, ADMIN, deployment, WEBHOOK).make("find_flyte").stdout
    assert answer.count('Yours is "') == 1 and f'Yours is "{section}" in README.md, section 4' in answer
    assert command in answer
    assert "make doctor ACCOUNT=system:serviceaccount:flyte:robot NAMESPACE=" in answer
    assert f"**{section}" in tree.text(machine.path / "README.md")


def test_a_cluster_without_propeller_is_told(machine):
    answer = _kubectl(machine, ADMIN, WEBHOOK).make("find_flyte").stdout
    assert answer == f'No propeller of Flyte was found: yours is "{BY_ITSELF}" in README.md, section 4.\n'


def test_two_propellers_are_both_told(machine):
    found = [_deployment(("flytepropeller", CORE), name=name, chart="flyte-core-v1") for name in ("one", "two")]
    answer = _kubectl(machine, *found).make("find_flyte").stdout
    assert "flyte/one runs" in answer and "flyte/two runs" in answer


def test_where_one_namespace_may_be_seen_it_is_looked_at(machine):
    _kubectl(machine).has("kubectl", "[ $3 = --namespace ] || exit 1\necho '{\"items\": []}'")
    assert "was found in the namespace flyte: yours" in machine.make("find_flyte").stdout


NO_CLUSTER = {
    "no answer": (
        "echo 'cannot get the list' >&2; echo 'connection refused' >&2; exit 1",
        "cluster: connection refused",
    ),
    "no rights": ("echo 'Error from server (Forbidden): no' >&2; exit 1", "cluster: Error from server (Forbidden): no"),
    "no word": ("exit 1", "cluster: status 1"),
    "no JSON": ("echo broken", "kubectl gives no JSON ("),
    "no kubectl": ("", "kubectl cannot be run (No such file or directory)"),
}


@pytest.mark.parametrize("kubectl, said", NO_CLUSTER.values(), ids=NO_CLUSTER)
def test_without_a_cluster_it_is_said_how_to_tell(machine, kubectl, said):
    machine.has_python()
    if kubectl:
        machine.has("kubectl", kubectl)
    run = machine.make("find_flyte")
    assert run.returncode == 2 and run.stdout == "" and "Traceback" not in run.stderr
    first, *rest = run.stderr.splitlines()
    assert first.startswith("Cannot list the deployments of the cluster: ") and said in first
    assert "helm list --all-namespaces" in rest[0]
    for section in (BY_HELM, OF_YOUR_OWN, BY_ITSELF):
        assert f'"{section}"' in run.stderr


def test_names_of_the_cluster_are_no_commands(machine):
    deployment = _deployment(("flytepropeller", f"{CORE}\x1b[2J\n$(touch pwned)"), chart="flyte-core-v1.16.8")
    deployment["metadata"]["annotations"] = {"meta.helm.sh/release-name": "a; touch pwned"}
    answer = _kubectl(machine, deployment).make("find_flyte").stdout
    assert "\x1b" not in answer and "helm get values 'a; touch pwned' --namespace flyte" in answer


# ------------------------------------------------------------------------------------------------------------ what is guessed
README = rendering.ROOT / "{{cookiecutter.plugin_slug}}/docs/{{ of_operator() }}{{ kind_name() }}.md"


def test_the_readme_says_what_was_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    build: Callable = drafting.build
    assert "## What was guessed" not in rendering.rendered_file(README)
    guesses = ("The state `Gone` is taken for a success.", "The role <leader> runs the user's code.")
    monkeypatch.setattr(drafting, "build", lambda answers: dataclasses.replace(build(answers), guesses=guesses))
    text = rendering.rendered_file(README)
    section = text.partition("## What was guessed\n")[2].partition("\n## ")[0]
    assert "The CRD does not say what follows. Check it against the operator's documentation or code" in section
    assert "`go/solverjob/phases.go`" in section and "`phases=`" in section
    assert (
        "\n- The state \\`Gone\\` is taken for a success.\n- The role \\<leader\\> runs the user's code.\n" in section
    )
