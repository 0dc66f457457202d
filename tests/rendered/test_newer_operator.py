"""A repository that was rendered from KubeRay's v1.3.0 follows v1.5.1, and gets a DaskJob beside its RayJob."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator

import pytest

from tests.rendered.test_regenerate import Owned
from tests.support import kinds, rendering, toolchain, tree

OLDER = kinds.KUBERAY.replace("v1.5.1", "v1.3.0")
CRD = kinds.KINDS["RayJob"].file
# Sent to the older plugin by tasks that are registered: the newer one reads it, without what its CRD has lost.
OLD_CUSTOM = "contract/registered.custom.json"
OLD_CUSTOM_TEST = """package rayjob

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/example/flyte-rayjob-plugin/internal/plugintest"
)

// What was registered with the older plugin still runs, without the field that the CRD has lost.
func TestRegisteredTasks(t *testing.T) {
	reader := plugintest.NewContext(taskOf(t, readFile(t, "contract/registered.custom.json"))).TaskReader()

	spec, err := plugin.BuildSpec(context.Background(), reader, plugintest.PodOf)
	require.NoError(t, err)

	raw, err := json.Marshal(spec)
	require.NoError(t, err)
	require.NotContains(t, string(raw), "deletionPolicy")
	require.Contains(t, string(raw), "rayClusterSpec")
}
"""
ROW = '\toperator.PhaseSystemFailure.When(operator.Is("Evicted", "jobDeploymentStatus")),\n'


@pytest.fixture(scope="module")
def here() -> Iterator[Owned]:
    """The older repository, worked in by its owner."""
    folder, lock = toolchain.free_folder(toolchain.CACHE / "work", "newer-operator")
    source = kinds.module_folder(OLDER) / CRD
    made = rendering.bake({"source": str(source)}, folder.with_name(f"{folder.name}-rendering"))
    assert made.path, made.output
    shutil.rmtree(folder, ignore_errors=True)  # an earlier session's has been through all of this
    rendering.sync(made.path, folder)
    shutil.rmtree(made.path.parent)
    repository = Owned(folder)
    repository.edit(
        "go/rayjob/phases.go",
        lambda text: text.replace("var rules = []operator.Rule{\n", f"var rules = []operator.Rule{{\n{ROW}"),
    )
    repository.edit(
        "kustomize/propeller/config.yaml", lambda text: f"{text}# Our log system is https://logs.example.com.\n"
    )
    repository.edit("README.md", lambda text: f"{text}\n## Whom to ask\n\nThe platform team.\n")
    custom = json.loads((folder / "contract/rayjob.tasks.json").read_text())["full"]["custom"]
    assert "deletionPolicy" in custom
    (folder / OLD_CUSTOM).write_text(json.dumps(custom))
    (folder / "go/rayjob/registered_test.go").write_text(OLD_CUSTOM_TEST)
    repository.commit()
    yield repository
    os.close(lock)


@pytest.fixture(scope="module")
def followed(here: Owned) -> tuple[int, str]:
    return here.regenerate(f"CRD={kinds.module_folder(kinds.KUBERAY) / CRD}")


def test_what_changed_is_told(here: Owned, followed: tuple[int, str]) -> None:
    status, said = followed
    assert status == 0, said
    for line in (
        "+ field head_group_spec.labels: dict of str, .spec.rayClusterSpec.headGroupSpec.labels",
        "- field deletion_policy: .spec.deletionPolicy, which the CRD no longer has",
        "~ field worker_group_specs.ray_start_params: dict of str, required is dict of str now",
    ):
        assert f"\n{line}\n" in said


def test_the_owners_work_is_kept(here: Owned, followed: tuple[int, str]) -> None:
    assert ROW in tree.text(here.path / "go/rayjob/phases.go")
    assert "https://logs.example.com" in tree.text(here.path / "kustomize/propeller/config.yaml")
    assert "The platform team." in tree.text(here.path / "README.md")


def test_the_contract_has_every_number_that_it_had(here: Owned, followed: tuple[int, str]) -> None:
    def members(text: str) -> dict[tuple[str, int], tuple[str, str]]:
        return {
            (message, member["number"]): (member["json_name"], member["type"])
            for message, all_members in json.loads(text)["messages"].items()
            for member in all_members
        }

    lock = "contract/rayjob.lock.json"
    before, now = members(here.git("show", f"HEAD:{lock}")), members(tree.text(here.path / lock))
    assert before.items() <= now.items() and len(now) > len(before)


def test_its_own_tests_pass_with_a_second_kind_beside_it(
    here: Owned, followed: tuple[int, str], sdk_python: str
) -> None:
    here.make("generate")
    here.commit()
    status, said = here.call("add_kind", f"CRD={kinds.crd_path('DaskJob')}")
    assert status == 0 and "+ kind DaskJob: tasks of type daskjob, docs/daskjob.md" in said, said
    here.make("generate")
    here.make("test")
    here.commit()
    assert here.regenerate()[0] == 0 and here.changed == []
