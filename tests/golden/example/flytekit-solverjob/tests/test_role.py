import dataclasses
from typing import ClassVar, Tuple

import corpus
import pytest
from flytekit import ImageSpec, PodTemplate, Resources
from flytekit.constants import CopyFileDetection
from flytekit.core.constants import RUNTIME_PACKAGES_ENV_NAME
from flytekit.extras.accelerators import A100, T4
from google.protobuf.json_format import MessageToDict
from kubernetes.client import V1Container, V1PodSpec

from flytekitplugins.solverjob.role import Role


def wire(role, *command):
    return MessageToDict(role.pod_to_flyte_idl(corpus.SETTINGS, *command))


def test_nothing_set_is_nothing_sent():
    assert Role().pod_to_flyte_idl(corpus.SETTINGS) is None
    assert Role(env={}, node_selector={}, requests=Resources()).pod_to_flyte_idl(corpus.SETTINGS, []) is None


def test_resources():
    role = Role(requests=Resources(cpu="500m", ephemeral_storage="2Gi"), limits=Resources(gpu=1))
    requests = [{"name": "CPU", "value": "500m"}, {"name": "EPHEMERAL_STORAGE", "value": "2Gi"}]
    assert wire(role) == {"resources": {"requests": requests, "limits": [{"name": "GPU", "value": "1"}]}}


def test_resources_are_requests_and_limits_in_one():
    both = Role(resources=Resources(cpu=("1", "2"), mem="1Gi", gpu=[1, 2]))
    apart = Role(requests=Resources(cpu="1", mem="1Gi", gpu=1), limits=Resources(cpu="2", gpu=2))
    assert wire(both) == wire(apart)


@pytest.mark.parametrize(
    "given, problem",
    [
        ({"limits": Resources(), "resources": Resources()}, "resources cannot be set beside requests or limits"),
        ({"requests": Resources(), "resources": Resources()}, "resources cannot be set beside requests or limits"),
        ({"requests": Resources(mem=("1Gi", "2Gi"))}, "requests.mem must be one value: resources takes a pair"),
        ({"limits": Resources(cpu=[1, 2])}, "limits.cpu must be one value: resources takes a pair"),
    ],
)
def test_resources_that_contradict_each_other(given, problem):
    with pytest.raises(ValueError) as refused:
        Role(**given)
    assert str(refused.value) == f"Role: {problem}"


def test_accelerator_and_shared_memory():
    device = {"gpuAccelerator": {"device": "nvidia-tesla-t4"}}
    assert wire(Role(accelerator=T4)) == {"extendedResources": device}
    part = wire(Role(accelerator=A100.partition_1g_5gb))["extendedResources"]["gpuAccelerator"]
    assert part == {"device": "nvidia-tesla-a100", "partitionSize": "1g.5gb"}
    memory = {"mountName": "flyte-shared-memory", "mountPath": "/dev/shm"}
    assert wire(Role(shared_memory=True)) == {"extendedResources": {"sharedMemory": memory}}
    assert wire(Role(accelerator=T4, shared_memory="1Gi")) == {
        "extendedResources": {**device, "sharedMemory": {**memory, "sizeLimit": "1Gi"}}
    }


@pytest.mark.parametrize("wrong", [1, False])
def test_wrong_accelerators(wrong):
    with pytest.raises(ValueError) as refused:
        Role(accelerator="nvidia-tesla-t4", shared_memory=wrong)
    assert str(refused.value) == (
        "Role: accelerator must be BaseAccelerator, not 'nvidia-tesla-t4'; "
        f"shared_memory must be True or str, not {wrong}"
    )


@pytest.mark.parametrize(
    "image, sent",
    [
        ("registry.example.com/other:v3", "registry.example.com/other:v3"),
        ("{{.image.tools}}", "registry.example.com/tools:v2"),
        ("{{.image.tools.fqn}}:{{.image.default.version}}", "registry.example.com/tools:v1"),
        (ImageSpec(builder="noop", base_image="registry.example.com/ready:v3"), "registry.example.com/ready:v3"),
    ],
)
def test_image(image, sent):
    assert wire(Role(image=image)) == {"image": sent}


@pytest.fixture
def built(monkeypatch):
    """The images that flytekit is asked to build."""
    images = []
    monkeypatch.setattr("flytekit.core.python_auto_container.ImageBuildEngine.build", images.append)
    return images


def test_image_spec_is_built_as_a_tasks(built, tmp_path):
    image = ImageSpec(registry="registry.example.com", packages=["numpy"], runtime_packages=["pandas", "polars"])
    role = Role(image=image, env={"LOG_LEVEL": "debug"})
    sent = role.pod_to_flyte_idl(dataclasses.replace(corpus.SETTINGS, source_root=str(tmp_path)))
    assert built == [image]
    assert (image.source_root, image.source_copy_mode) == (str(tmp_path), CopyFileDetection.LOADED_MODULES)
    packages = {"key": RUNTIME_PACKAGES_ENV_NAME, "value": "pandas polars"}
    assert MessageToDict(sent) == {
        "image": image.image_name(),
        "env": [packages, {"key": "LOG_LEVEL", "value": "debug"}],
    }


def test_pod_template():
    pod_spec = V1PodSpec(containers=[V1Container(name="sidecar", image="proxy:v1")], priority_class_name="batch")
    template = PodTemplate(pod_spec, "main", labels={"team": "research"}, annotations={"note": "yes"})
    assert wire(Role(pod_template=template)) == {
        "podTemplate": {
            "metadata": {"labels": {"team": "research"}, "annotations": {"note": "yes"}},
            "podSpec": {"containers": [{"name": "sidecar", "image": "proxy:v1"}], "priorityClassName": "batch"},
            "primaryContainerName": "main",
        }
    }


def test_images_of_a_pod_template(built):
    image = ImageSpec(name="proxy", registry="registry.example.com")
    images = {"main": "{{.image.tools}}", "proxy": image, "plain": "proxy:v1", "later": None}
    before = [V1Container(name="before", image="{{.image.default}}")]
    containers = [V1Container(name=name, image=each) for name, each in images.items()]
    template = PodTemplate(V1PodSpec(containers=containers, init_containers=before), "main")
    sent = wire(Role(pod_template=template))["podTemplate"]["podSpec"]
    assert sent["containers"] == [
        {"name": "main", "image": "registry.example.com/tools:v2"},
        {"name": "proxy", "image": image.image_name()},
        {"name": "plain", "image": "proxy:v1"},
        {"name": "later"},
    ]
    assert sent["initContainers"] == [{"name": "before", "image": "registry.example.com/demo:v1"}]
    assert built == [image]
    assert [each.image for each in containers] == list(images.values())


def test_everything_else():
    role = Role(env={"LOG_LEVEL": "debug", "EMPTY": ""}, interruptible=False, node_selector={"disk": "ssd"})
    assert wire(role, ["serve", "--port=80"]) == {
        "command": ["serve", "--port=80"],
        "env": [{"key": "LOG_LEVEL", "value": "debug"}, {"key": "EMPTY"}],
        "interruptible": False,
        "nodeSelector": {"disk": "ssd"},
    }


def test_words_without_a_place_in_the_cr_are_refused():
    class Container(Role):
        _refused: ClassVar[Tuple[str, ...]] = ("node_selector", "pod_template")

    with pytest.raises(ValueError) as refused:
        Container(node_selector={"disk": "ssd"}, env={"LOG_LEVEL": "debug"})
    assert str(refused.value) == "Container: node_selector cannot be set: the CR has no place for it"
