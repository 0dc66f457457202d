"""The rendered repository as its own oracle: what its owner would run first must be green at once, for every kind."""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
import zipfile

import pytest

from tests.support import documents, go_suite, kinds, lint

pytestmark = pytest.mark.go

COVERAGE = 95.0  # percent; tests/library has that of the library


def _changed(repository) -> str:
    """What git sees as changed since the rendering."""
    return subprocess.run(
        ["git", "status", "--porcelain"], cwd=repository.path, capture_output=True, text=True, check=True
    ).stdout


def _covers_itself(here) -> None:
    names = {kind: plugin.names.name for kind, plugin in here.plugins.items()}
    (module,) = {plugin.names.go_module for plugin in here.plugins.values()}
    suite = go_suite.prepare(here.path, module, names.values()).relative_to(here.path)
    profile = here.path / "build/cover.out"
    # Vet is a part of `make lint`.
    flags = ("-vet=off", "-tags", "nospark", f"-coverprofile={profile}")
    measured = ",".join(f"./{suite}/{name}" for name in names.values())
    try:
        here.run("go", "test", *flags, f"-coverpkg={measured}", f"./{suite}")
    finally:
        shutil.rmtree(here.path / suite)
    blocks = [line.split() for line in profile.read_text().splitlines()[1:]]
    for kind, name in names.items():
        counted = [
            (int(size), runs != "0")
            for where, size, runs in blocks
            if where.startswith(f"{module}/{suite}/{name}/") and f"/{go_suite.TESTS}:" not in where
        ]
        covered = 100 * sum(size for size, runs in counted if runs) / sum(size for size, _ in counted)
        assert covered >= COVERAGE, f"{kind}: {covered:.1f}%"


def test_generate_changes_nothing(home, repository):
    """The hook's generated code is what `make generate` makes."""
    here = repository(home)
    here.make("generate", DELTA_CHECK="1")
    assert _changed(here) == ""


def test_stale_generated_code_is_noticed(repository):
    here = repository("example")
    (stub,) = here.path.glob("gen/pb-go/**/*.pb.go")
    before = stub.read_text()
    stub.write_text(before + "// stale\n")
    try:
        with pytest.raises(AssertionError, match="ended with status") as failure:
            here.make("generate", DELTA_CHECK="1")
        assert re.search("make generate", str(failure.value)), "the message names the cure"
    finally:
        stub.write_text(before)


def test_gofmt(home, repository, go):
    here = repository(home)
    assert here.run("gofmt", "-l", ".") == ""


def test_go_modules_are_complete(home, repository):
    """go.mod and go.sum as rendered suffice: nothing is resolved when they are first used."""
    here = repository(home)
    here.run("go", "build", "-mod=readonly", "-tags", "nospark", "./go/...", "./gen/...")
    assert _changed(here) == ""


def test_go(home, repository):
    """Nearly every statement that a kind has of its own is run by its tests, generated ones too.

    Those of all kinds in one program, which `make test_go` has one for each of.
    """
    _covers_itself(repository(home))


def test_go_beside_the_plugin(repository):
    """The doctor, propeller's command and what else all kinds have alike; `make lint` compiles them for every kind."""
    output = repository("example").make("test_go")
    assert len(re.findall(r"^ok\s", output, re.M)) >= 4, output


def test_python(home, repository, sdk_python):
    repository(home).make("test_python")


# What is put into a file, and what the linter of such files says of it.
FLAWS = {
    "scripts/go.sh": ("\necho $1\n", "SC2086"),
    "demo/Dockerfile": ("\nRUN cd /tmp && ls\n", "DL3003"),
    ".github/workflows/release.yml": (
        "  more:\n    runs-on: ubuntu\n    permissions: write-all\n    steps: []\n",
        "excessive-permissions",
    ),
    ".github/workflows/ci.yml": ("      - run: echo ${{ github.none }}\n", 'property "none" is not defined'),
}


# One of each form: a Go type and unstructured objects, one role and many, and every odd name and place. A kind without any is in
# the repository of test_several_kinds.py, which lints it as well.
FORMS = ["operators", "OddJob", "Assembly"]


def test_lint(repository, sdk_python):
    repository("example").make("lint")


@pytest.mark.parametrize("home", FORMS)
def test_lint_of_another_form(home, repository, sdk_python):
    lint.all_but_types(repository(home))


def test_lint_looks_at_scripts_images_and_workflows(repository, sdk_python):
    here = repository("example")
    commands = [
        each for each in lint.commands(here) if lint.runs(each, "shellcheck", "hadolint", "zizmor", "actionlint")
    ]
    before = {name: (here.path / name).read_text() for name in FLAWS}
    try:
        for name, (flaw, _) in FLAWS.items():
            (here.path / name).write_text(before[name] + flaw)
        answer = "".join(here.run("bash", "-c", command, check=False) for command in commands)
    finally:
        for name, text in before.items():
            (here.path / name).write_text(text)
    assert not [said for _, said in FLAWS.values() if said not in answer], answer


def test_wheel_and_sdist_have_the_licence(repository, sdk_python):
    here = repository("example")
    here.make("build_python")
    (wheel,), (sdist,) = (here.path / "dist").glob("*.whl"), (here.path / "dist").glob("*.tar.gz")
    licence = (here.path / "LICENSE").read_bytes()
    with zipfile.ZipFile(wheel) as found:
        (name,) = (each for each in found.namelist() if each.endswith("/licenses/LICENSE"))
        assert found.read(name) == licence
        metadata = found.read(name.replace("licenses/LICENSE", "METADATA")).decode()
    assert "\nLicense-Expression: Apache-2.0\n" in metadata and "\nLicense-File: LICENSE\n" in metadata
    with tarfile.open(sdist) as found:
        (name,) = (each for each in found.getnames() if each.endswith("/LICENSE"))
        assert found.extractfile(name).read() == licence


@pytest.mark.parametrize("kind", ["example", "OddJob"])
def test_kustomize(kind, repository):
    """Every overlay builds. Those of the other kinds are built, and applied, in tests/backend/test_overlays.py."""
    here = repository(kind)
    built = {line.split()[-1] for line in here.make("kustomize").splitlines() if line.startswith("kustomize build ")}
    overlays = {str(each.parent.relative_to(here.path)) for each in here.path.glob("kustomize/*/kustomization.yaml")}
    assert "kustomize/propeller" in overlays and built == {"crd", *overlays}


@pytest.mark.parametrize("kind", kinds.ALONE)
def test_propeller(kind, repository, tmp_path):
    """The rendered flytepropeller is built, starts, and accepts its configuration; it says which keys it does not.

    Those of the other kinds are built, and run tasks, in tests/backend.
    """
    here = repository(kind)
    here.make("propeller", TAGS="nospark")
    binary = here.path / "bin/flytepropeller"
    assert "propeller" in here.run(str(binary), "--help").lower()
    # Help comes after the flags before it were understood.
    deployments = documents.load_all((here.path / "kustomize/propeller/propeller.yaml").read_text())
    pods = [each["spec"]["template"]["spec"] for each in deployments if each["kind"] == "Deployment"]
    binary_values = documents.load((here.path / "kustomize/values/flyte-binary.yaml").read_text())["deployment"]
    pods.append({"initContainers": binary_values["initContainers"], "containers": binary_values["sidecars"]})
    for container in [each for pod in pods for each in pod["containers"] + pod.get("initContainers", [])]:
        here.run(str(binary), *container["args"], "--help")
    assert "unknown flag" in here.run(str(binary), "--no-such-flag", "--help", check=False)
    config = here.path / "kustomize/propeller/config.yaml"
    answer = here.run(str(binary), "config", "validate", "--strict", "--file", str(config))
    # Where it finds no file the command has nothing to complain of.
    assert "Config file(s) found" in answer and str(config) in answer, answer
    spoilt = tmp_path / "spoilt.yaml"
    spoilt.write_text(config.read_text().replace("enabled-plugins:", "enabled-plugin:", 1))
    answer = here.run(str(binary), "config", "validate", "--strict", "--file", str(spoilt), check=False)
    assert "Config file(s) found" in answer and "enabled-plugin" in answer, f"a wrong key was accepted:\n{answer}"


def test_blanks_in_paths(repository, tmp_path, sdk_python):
    """The repository, and what it is told of, may lie in folders such as `my projects`."""
    here = repository("example")
    here.make("venv")
    copy = tmp_path / "my projects"
    shutil.copytree(here.path, copy, ignore=shutil.ignore_patterns("bin", "build", ".git"))
    (copy / ".venv").symlink_to(here.sdk)
    here.run("make", "-C", str(copy), "serialize", f"PYTHON={here.python}")
    assert (copy / "build/demo.tgz").stat().st_size

    (copy / "my assets").mkdir()
    (copy / "my go").write_text(
        '#!/bin/sh\n[ "$*" = "env GOVERSION" ] && echo go1.99 || echo "assets $KUBEBUILDER_ASSETS"\n'
    )
    (copy / "my go").chmod(0o755)
    answer = here.run("make", "-C", str(copy), "envtest", "KUBEBUILDER_ASSETS=my assets", "GO=./my go")
    assert f"assets {copy}/my assets" in answer

    (copy / "bin").mkdir()
    (copy / "bin/doctor").write_text("#!/bin/sh\nprintf '<%s>' \"$@\"\n")
    (copy / "bin/doctor").chmod(0o755)
    answer = here.run("make", "-C", str(copy), "doctor", "GO=./my go", "CONFIG=my config", "SDK_PYTHON=my venv/python")
    assert "<--config=my config><--sdk-python=my venv/python>" in answer


def test_a_python_that_does_not_fit_is_refused(repository, tmp_path):
    here = repository("example")
    answer = here.run("make", "venv", f"VENV={tmp_path}/venv", "PYTHON=false", check=False)
    assert "flytekit needs Python" in answer and not (tmp_path / "venv").exists()
    # The generator takes it as well: what is `python3` on PATH may be older.
    answer = here.run("make", "generate", "PYTHON=false", XDG_CACHE_HOME=str(tmp_path), check=False)
    assert "Python 3.10 or newer" in answer


def test_nothing_was_left_in_the_tree(home, repository):
    """Everything that the targets above made is ignored by the rendered .gitignore."""
    assert _changed(repository(home)) == ""
