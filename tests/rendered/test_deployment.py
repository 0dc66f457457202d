"""What is deployed agrees with itself: one list of plugins, one rule, one version, whatever the CRD came with."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.flyte import versions
from flyte_plugin_scaffold.model import Place, Runs
from tests.support import documents, rendering
from tests.support.dockerfile import Dockerfile, context_of
from tests.support.tree import files
from tools import venv

VERBS = ["get", "list", "watch", "create", "delete", "patch"]
SKIP_PROTOS = {"FLYTE_PLUGIN_PROTOS": "skip"}


def _load(file: Path) -> Any:
    return documents.load(file.read_text())


def _one(objects: Iterable[dict], kind: str, name: str) -> dict:
    (found,) = (each for each in objects if each and each["kind"] == kind and each["metadata"]["name"] == name)
    return found


def _ci_commands(repository: Path) -> Iterator[str]:
    for job in _load(repository / ".github/workflows/ci.yml")["jobs"].values():
        yield from (step["run"] for step in job["steps"] if "run" in step)


@pytest.mark.parametrize("kind", ["example"])
def test_the_propellers_image_is_built_from_what_is_copied(kind, repository, tmp_path):
    """Its build command, in a folder that holds nothing else, makes the two programs that the image is then made of."""
    here = repository(kind)
    file = here.path / "flytepropeller/Dockerfile"
    image = Dockerfile.read(file)
    workdir = tmp_path / "src"
    workdir.mkdir()
    image.copy(context_of(here.path, tmp_path / "context"), workdir)
    (command,) = image.commands
    # The arguments of the build; what else its environment has would compile everything once more.
    answer = here.run("sh", "-c", f"cd {workdir} && {command}", TAGS="nospark", VERSION="v7.8.9")
    assert "No such file" not in answer, answer
    built = workdir / "bin"
    assert sorted(each.name for each in built.iterdir()) == ["flytepropeller", "flytepropeller-manager"]
    assert "COPY --from=build /src/bin/ /usr/local/bin/" in file.read_text()
    for each in built.iterdir():
        assert "Version [v7.8.9]" in here.run(str(each), "--help"), each.name
    planned = here.run("sh", "-c", f"cd {workdir} && env {image.environment} {command} --dry-run --always-make")
    assert planned.count('-ldflags "$GO_LDFLAGS -X ') == 2, planned
    assert {"GOFLAGS=-trimpath", "CGO_ENABLED=0"} <= set(image.environment.split())
    assert 'GO_LDFLAGS="-s -w"' in image.environment


@pytest.mark.parametrize("kind", ["example"])
def test_the_demos_image_has_what_the_demo_imports(kind, repository, sdk_python, cache, tmp_path):
    """Its steps, done in an environment that has flytekit, give one in which the workflow runs, with what it imports."""
    here = repository(kind)
    here.make("venv")
    image = Dockerfile.read(here.path / "demo/Dockerfile")
    context = context_of(here.path, tmp_path / "context")
    with (context / "demo/requirements.txt").open("a") as requirements:
        requirements.write("toolz==1.0.0\n")
    workflow = context / "demo/workflows/solverjob.py"
    workflow.write_text(workflow.read_text().replace("return n * n", "return __import__('toolz').identity(n * n)"))
    workdir = tmp_path / "root"
    workdir.mkdir()
    image.copy(context, workdir)
    python = venv.ensure(cache / "demo-image", [], here.python)
    places = [next(each.glob("lib/python*/site-packages")) for each in (python.parent.parent, here.sdk)]
    (places[0] / "flytekit.pth").write_text(f"{places[1]}\n")
    (install,) = (each for each in image.commands if each.startswith("pip install"))
    for target, source in image.mounted.items():
        install = install.replace(target, str(context / source))
    here.run("sh", "-c", f"cd {workdir} && {python} -m {install}", PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONPATH="")
    assert "PYTHONPATH=/root" in image.environment
    program = (
        "from flytekitplugins._solverjob import base; from workflows.solverjob import demo; print(base, demo(n=12))"
    )
    said = here.run(str(python), "-c", program, PYTHONPATH=str(workdir)).split()
    assert said[-2:] == [f"'{places[0]}/flytekitplugins/_solverjob/base.py'>", "144"]


def test_the_readme_names_the_pods_that_the_demos_image_is_not_for(kind, rendered):
    plugin = drafting.build(_load(rendered(kind) / ".flyte-plugin.yaml")["answers"], str(rendered(kind)))
    text = (rendered(kind) / f"docs/{plugin.names.name}.md").read_text()
    told = text[text.index("The demo's image") :].partition("## ")[0]
    needed = [f"`{role.name}`" for role in plugin.pod_roles if role.runs is not Runs.USER]
    needed += [f"`{role.path}`" for role in plugin.user_roles if role.place is Place.COMMAND]
    assert sorted(re.findall("^- (`[^`]+`)", told, re.M)) == sorted(needed)
    assert ("DEMO_BASE=" in told) == bool(needed)


@pytest.mark.parametrize("kind", ["example"])
def test_ci_runs_what_images_are_built_with(kind, rendered):
    targets = {word for each in _ci_commands(rendered(kind)) if each.startswith("make ") for word in each.split()[1:]}
    (command,) = Dockerfile.read(rendered(kind) / "flytepropeller/Dockerfile").commands
    assert command.split()[0] == "make" and set(command.split()[1:]) <= targets
    # pip makes the wheel that this target makes.
    assert "build_python" in targets


def test_enabled_plugins_are_the_union_everywhere(kind, rendered):
    """A list replaces a chart's: what a chart enables is in each of ours, and nothing that is not enabled is a default."""
    repository = rendered(kind)
    task_type = _load(repository / ".flyte-plugin.yaml")["answers"]["task_type"]
    wanted = [*versions.of("")["chart_plugins"].split(","), task_type]
    for name, keys in {
        "kustomize/propeller/config.yaml": (),
        "kustomize/values/flyte-core.yaml": ("configmap", "enabled_plugins"),
        "kustomize/values/flyte-binary.yaml": ("enabled_plugins",),
    }.items():
        settings = _load(repository / name)
        for key in keys:
            settings = settings[key]
        plugins = settings["tasks"]["task-plugins"]
        assert plugins["enabled-plugins"] == wanted, name
        assert plugins["default-for-task-types"][task_type] == task_type, name
        # propeller panics at a default that is not enabled.
        assert set(plugins["default-for-task-types"].values()) <= set(wanted), name


def test_rights_are_the_same_everywhere(kind, rendered):
    """The six verbs on exactly this kind, and a look at pods and events, and at Jobs where one has the result or owns pods
    that cannot be labelled: for a ClusterRole, and in the values of the chart that grants none."""
    repository = rendered(kind)
    group, plural = next(
        (crd["spec"]["group"], crd["spec"]["names"]["plural"])
        for crd in map(_load, repository.glob("crd/*.yaml"))
        if crd["kind"] == "CustomResourceDefinition"
    )
    rules = [
        {"apiGroups": [group], "resources": [plural], "verbs": VERBS},
        {"apiGroups": [""], "resources": ["pods", "events"], "verbs": ["list"]},
    ]
    jobs = {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["list"]}
    (kind_rows,) = repository.glob("go/*/zz_generated_kind.go")
    if "job=" in _load(repository / ".flyte-plugin.yaml")["answers"]["phases"]:
        rules.insert(1, jobs)
    elif re.search(r"Labelled: +false", kind_rows.read_text()):
        rules.append(jobs)
    (file,) = (each for each in repository.glob("kustomize/rbac/*.yaml") if each.stem != "kustomization")
    objects = list(documents.load_all(file.read_text()))
    (role,) = (each for each in objects if each["kind"] == "ClusterRole")
    assert role["rules"] == rules
    assert _load(repository / "kustomize/values/flyte-binary.yaml")["rbac"]["extraRules"] == rules


@pytest.mark.parametrize("kind", ["example"])
def test_one_namespace_gets_the_same_rights(kind, repository):
    here = repository(kind)
    cluster = here.overlay("kustomize/rbac")
    one = here.overlay("kustomize/rbac-namespaced")
    assert sorted(each["kind"] for each in one) == ["Role", "RoleBinding"]
    name = one[0]["metadata"]["name"]
    assert _one(one, "Role", name)["rules"] == _one(cluster, "ClusterRole", name)["rules"]
    binding = _one(one, "RoleBinding", name)
    assert binding["roleRef"]["kind"] == "Role"
    # The namespace of the tasks is not the one of propeller's account.
    assert binding["metadata"]["namespace"] != binding["subjects"][0]["namespace"] == "flyte"


@pytest.mark.parametrize("account", ["", "solver"], ids=["no account", "an account"])
def test_templates_for_namespaces_are_files_of_one_object(account, repository):
    """flyteadmin drops what else is in a file, and puts the namespace's name where the variable stands."""
    here = repository("example", **({"options": f"service_account={account}"} if account else {}))
    here.make("cluster_resources")
    texts = [each.read_text() for each in sorted((here.path / "build/cluster-resources").iterdir())]
    objects = [documents.load(text.replace("{{ namespace }}", "solving-development")) for text in texts]
    assert [each["kind"] for each in objects] == ["Role", "RoleBinding", *(["ServiceAccount"] if account else [])]
    assert {each["metadata"]["namespace"] for each in objects} == {"solving-development"}
    (role,) = (each for each in here.overlay("kustomize/rbac") if each["kind"] == "ClusterRole")
    assert objects[0]["rules"] == role["rules"]
    assert objects[1]["subjects"] == [{"kind": "ServiceAccount", "name": "flytepropeller", "namespace": "flyte"}]
    if account:
        assert objects[2]["metadata"]["name"] == account


@pytest.mark.parametrize("kind", ["example"])
def test_propeller_has_its_configuration_and_image(kind, repository):
    """The ConfigMap is kustomize/propeller/config.yaml as it is, and every container runs the image that make builds."""
    here = repository(kind)
    objects = here.overlay("kustomize/propeller")
    (config,) = (each for each in objects if each["kind"] == "ConfigMap")
    assert list(config["data"].values()) == [(here.path / "kustomize/propeller/config.yaml").read_text()]
    built = here.make("-n", "push_propeller").split()[-1]
    pods = [each["spec"]["template"]["spec"] for each in objects if each["kind"] == "Deployment"]
    assert {c["image"] for pod in pods for c in pod["containers"] + pod.get("initContainers", [])} == {built}
    mounted = [source for pod in pods for v in pod["volumes"] for source in v.get("projected", {}).get("sources", [])]
    assert {each["configMap"]["name"] for each in mounted if "configMap" in each} == {config["metadata"]["name"]}


@pytest.mark.parametrize("kind", ["example"])
def test_propellers_pods_are_confined(kind, repository):
    """Each container has a limit and a root file system that it cannot write to; only what serves can be reached."""
    objects = repository(kind).overlay("kustomize/propeller")
    pods = [each["spec"]["template"] for each in objects if each["kind"] == "Deployment"]
    for pod in pods:
        for container in pod["spec"]["containers"] + pod["spec"].get("initContainers", []):
            assert container["securityContext"]["readOnlyRootFilesystem"], container["name"]
            assert "memory" in container["resources"]["limits"] and "cpu" in container["resources"]["requests"]
        # The configuration has the keys of the storage in it, and what serves metrics would show it to anybody.
        assert all("--prof.DisableConfigEndpoint" in container["args"] for container in pod["spec"]["containers"])
    sidecars = _load(repository(kind).path / "kustomize/values/flyte-binary.yaml")["deployment"]
    for container in sidecars["initContainers"] + sidecars["sidecars"]:
        assert container["securityContext"] == pods[0]["spec"]["containers"][0]["securityContext"], container["name"]
    assert all("--prof.DisableConfigEndpoint" in container["args"] for container in sidecars["sidecars"])
    policies = {each["metadata"]["name"]: each["spec"] for each in objects if each["kind"] == "NetworkPolicy"}
    for pod in pods:
        policy = policies.pop(pod["metadata"]["labels"]["app.kubernetes.io/name"])
        assert policy["podSelector"]["matchLabels"] == pod["metadata"]["labels"]
        opened = {each["port"] for rule in policy["ingress"] for each in rule["ports"]}
        assert opened == {port["name"] for c in pod["spec"]["containers"] for port in c["ports"]}
        assert policy["policyTypes"] == ["Ingress"]
    assert not policies


@pytest.mark.parametrize("kind", ["example"])
def test_set_version_changes_every_place(kind, repository, tmp_path):
    here = repository(kind)
    copy = tmp_path / "copy"
    shutil.copytree(here.path, copy, ignore=shutil.ignore_patterns("bin", "build"))
    here.run("make", "-C", str(copy), "set_version", "VERSION=v7.8.9")
    changed = {
        str(file.relative_to(copy))
        for file in copy.rglob("*")
        if file.is_file() and ".git" not in file.parts and b"7.8.9" in file.read_bytes()
    }
    assert changed == {
        "flytekit-solverjob/pyproject.toml",
        "kustomize/propeller/kustomization.yaml",
        "kustomize/values/flyte-binary.yaml",
        "kustomize/values/flyte-core.yaml",
    }
    for name in changed:
        assert len((copy / name).read_text().split("7.8.9")) == 2, f"{name}: one version"
        assert "0.1.0" not in (copy / name).read_text(), name


@pytest.mark.parametrize("version", ["", "1.2.3", "v1/2", "latest"])
def test_set_version_takes_nothing_but_a_tag(version, repository):
    """Images have the tag v1.2.3 where the SDK has the version 1.2.3: another form would part the two."""
    here = repository("example")
    files = [here.path / "flytekit-solverjob/pyproject.toml", *here.path.glob("kustomize/*/*.yaml")]
    before = {file: file.read_text() for file in files}
    answer = here.run("make", "set_version", *[f"VERSION={version}"] * bool(version), check=False)
    assert "make set_version VERSION=v0.2.0" in answer
    assert {file: file.read_text() for file in files} == before
    assert not list(here.path.glob("**/*.new"))


BUNDLE = """\
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: solver-operator
  namespace: solver
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: solver|operator
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: solver-operator, namespace: solver}]
---
apiVersion: v1
kind: Secret
metadata:
  name: solver-password
  namespace: solver
stringData: {password: hunter2}
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
metadata:
  name: inner
resources: [there/is/none]
"""


def test_an_install_bundle_is_kept(bake, crd_path, tmp_path):
    """What came with the CRD is installed with it, unchanged, and the README says what it is and what to look at."""
    bundle = tmp_path / "bundle.yaml"
    bundle.write_text(crd_path("example").read_text() + BUNDLE)
    account, binding, secret, _ = documents.load_all(BUNDLE[4:])
    baked = bake(source=str(bundle), env=SKIP_PROTOS)
    assert baked.path, baked.output
    assert list(documents.load_all((baked.path / "kustomize/operator/bundle.yaml").read_text())) == [account, binding]
    readme = (baked.path / "README.md").read_text()
    for line in (
        "make install     # the CRD and the rest of the bundle",
        "| ServiceAccount | solver/solver-operator |",
        r"| ClusterRoleBinding | solver\|operator |",
        r"- ClusterRoleBinding solver\|operator: gives cluster-admin to ServiceAccount solver-operator",
        r"- Secret solver/solver-password: Secrets stay out of a repository; bundle\_secrets=yes in options keeps them",
        "- Kustomization inner: configuration of kustomize, which would run it",
    ):
        assert f"\n{line}" in readme, line
    assert not any("hunter2" in file.read_text() for file in files(baked.path))
    listed = _load(baked.path / "kustomize/operator/kustomization.yaml")["resources"]
    assert listed == ["../../crd", "bundle.yaml"]
    assert "-k kustomize/operator" in (baked.path / "Makefile").read_text()
    given = {"source": str(bundle), "options": "bundle_secrets=yes"}
    asked = rendering.bake(given, tmp_path / "asked", env=SKIP_PROTOS)
    assert secret in documents.load_all((asked.path / "kustomize/operator/bundle.yaml").read_text())


def test_a_bundle_of_which_nothing_is_left(bake, crd_path, tmp_path):
    bundle = tmp_path / "bundle.yaml"
    bundle.write_text(crd_path("example").read_text() + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\n")
    baked = bake(source=str(bundle), env=SKIP_PROTOS)
    assert baked.path, baked.output
    assert not (baked.path / "kustomize/operator").exists()
    assert "-k crd" in (baked.path / "Makefile").read_text()
    assert "- Secret a: Secrets stay out" in (baked.path / "README.md").read_text()


def test_without_a_crd_there_is_nothing_to_install(bake):
    baked = bake(
        source="gadgets.example.com/v1/Gadget",
        roles="none",
        status_path=".status.phase",
        phases="Success=Done; Failure=Broken",
        env=SKIP_PROTOS,
    )
    assert baked.path, baked.output
    assert not (baked.path / "crd").exists()
    for name in ("Makefile", "README.md"):
        text = (baked.path / name).read_text()
        assert "make install" not in text and "install:" not in text, name


@pytest.mark.parametrize(
    ("registry", "secret"), [("ghcr.io/acme", "secrets.GITHUB_TOKEN"), ("quay.io/acme", "secrets.REGISTRY_PASSWORD")]
)
def test_release_logs_in_where_images_go(bake, registry, secret):
    baked = bake(container_registry=registry, env=SKIP_PROTOS)
    assert baked.path, baked.output
    job = _load(baked.path / ".github/workflows/release.yml")["jobs"]["publish_images"]
    (login,) = (step["env"] for step in job["steps"] if "skopeo login" in step.get("run", ""))
    assert login["REGISTRY"] == registry.split("/")[0]
    assert login["PASSWORD"] == "${{ " + secret + " }}"
    assert all(each["image"].startswith(registry + "/") for each in job["strategy"]["matrix"]["include"])
    # GitHub's own registry takes the token of the workflow.
    assert job.get("permissions", {}) == ({"packages": "write"} if registry.startswith("ghcr.io") else {})
