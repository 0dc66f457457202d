"""What Flyte knows of a pod, as messages: the same in every contract that has pods, and those of flyteidl that it is made of."""

from __future__ import annotations

from flyte_plugin_scaffold.model.contract import POD_MESSAGE, Holds, Member, Message, Scalar, Shape

_IDL = "flyteidl.core."


def _of(name: str, *members: Member, description: str = "") -> Message:
    return Message(name, Holds.OBJECT, members, description=description)


def _member(
    number: int,
    json_name: str,
    description: str,
    message: str = "",
    shape: Shape | None = None,
    scalar: Scalar = Scalar.STRING,
    enum: tuple[str, ...] = (),
) -> Member:
    """A member whose name in proto is its JSON name in snake_case."""
    return Member(
        name="".join(f"_{each.lower()}" if each.isupper() else each for each in json_name),
        json_name=json_name,
        number=number,
        shape=shape or (Shape.MESSAGE if message else Shape.SCALAR),
        scalar=None if message or shape is Shape.STRUCT else scalar,
        message=message,
        enum=enum,
        description=description,
    )


POD = _of(
    POD_MESSAGE,
    _member(1, "image", "The image of the main container."),
    _member(
        2,
        "resources",
        "Requests and limits of the main container. They replace the task's, resource by resource.",
        f"{_IDL}Resources",
    ),
    _member(3, "command", "Arguments for the entrypoint of the image, instead of the role's own.", "", Shape.LIST),
    _member(
        4,
        "env",
        "Environment variables of the main container, beside the task's.",
        f"{_IDL}KeyValuePair",
        Shape.MESSAGES,
    ),
    _member(
        5,
        "podTemplate",
        "A pod that is merged over the one that Flyte builds. The other fields have priority over it.",
        f"{_IDL}K8sPod",
    ),
    _member(6, "interruptible", "Whether the pod may run on interruptible nodes.", scalar=Scalar.BOOL),
    _member(7, "nodeSelector", "Labels that a node must have to run the pod, beside the task's.", "", Shape.MAP),
    _member(
        8,
        "extendedResources",
        "The accelerator that the nodes of the pod must have, and the shared memory of the main container. Each replaces the "
        "task's.",
        f"{_IDL}ExtendedResources",
    ),
    description="Role has the settings of a pod. One that is not set is the task's.",
)

# Those of flyteidl, outer ones first, under their full names.
OF_FLYTE = (
    _of(
        f"{_IDL}Resources",
        _member(1, "requests", "What the container asks for.", f"{_IDL}Resources.ResourceEntry", Shape.MESSAGES),
        _member(2, "limits", "What it may use at most.", f"{_IDL}Resources.ResourceEntry", Shape.MESSAGES),
        description="What a container asks for, and what it may use.",
    ),
    _of(
        f"{_IDL}Resources.ResourceEntry",
        _member(
            1,
            "name",
            "Which resource.",
            enum=("UNKNOWN", "CPU", "GPU", "MEMORY", "STORAGE", "EPHEMERAL_STORAGE"),
        ),
        _member(2, "value", "How much of it, as Kubernetes writes a quantity: 500m, 2Gi."),
        description="One resource.",
    ),
    _of(
        f"{_IDL}KeyValuePair",
        _member(1, "key", "The name."),
        _member(2, "value", "The value."),
        description="A name and its value.",
    ),
    _of(
        f"{_IDL}K8sPod",
        _member(1, "metadata", "Labels and annotations of the pod.", f"{_IDL}K8sObjectMetadata"),
        _member(2, "podSpec", "A PodSpec of Kubernetes.", shape=Shape.STRUCT),
        _member(3, "dataConfig", "Without effect in a role.", f"{_IDL}DataLoadingConfig"),
        _member(4, "primaryContainerName", "The container that is the main one."),
        description="A pod of Kubernetes.",
    ),
    _of(
        f"{_IDL}K8sObjectMetadata",
        _member(1, "labels", "Labels.", "", Shape.MAP),
        _member(2, "annotations", "Annotations.", "", Shape.MAP),
        description="Labels and annotations of an object of Kubernetes.",
    ),
    _of(
        f"{_IDL}DataLoadingConfig",
        _member(1, "enabled", "Without effect in a role.", scalar=Scalar.BOOL),
        _member(2, "inputPath", "Without effect in a role."),
        _member(3, "outputPath", "Without effect in a role."),
        _member(4, "format", "Without effect in a role.", enum=("JSON", "YAML", "PROTO")),
        _member(5, "ioStrategy", "Without effect in a role.", f"{_IDL}IOStrategy"),
        description="How a task's inputs are loaded: without effect in a role.",
    ),
    _of(
        f"{_IDL}IOStrategy",
        _member(
            1,
            "downloadMode",
            "Without effect in a role.",
            enum=("DOWNLOAD_EAGER", "DOWNLOAD_STREAM", "DO_NOT_DOWNLOAD"),
        ),
        _member(2, "uploadMode", "Without effect in a role.", enum=("UPLOAD_ON_EXIT", "UPLOAD_EAGER", "DO_NOT_UPLOAD")),
        description="How a task's data is moved: without effect in a role.",
    ),
    _of(
        f"{_IDL}ExtendedResources",
        _member(1, "gpuAccelerator", "The accelerator.", f"{_IDL}GPUAccelerator"),
        _member(2, "sharedMemory", "The shared memory.", f"{_IDL}SharedMemory"),
        description="An accelerator, and shared memory.",
    ),
    _of(
        f"{_IDL}GPUAccelerator",
        _member(1, "device", "Its name, as the nodes' label has it: nvidia-tesla-a100."),
        _member(2, "unpartitioned", "Whether it must not be partitioned.", scalar=Scalar.BOOL),
        _member(3, "partitionSize", "The size of a partition of it: 1g.5gb."),
        description="An accelerator, and how it is partitioned.",
    ),
    _of(
        f"{_IDL}SharedMemory",
        _member(1, "mountPath", "Where it is mounted: /dev/shm."),
        _member(2, "mountName", "The name of its volume."),
        _member(3, "sizeLimit", "Its size. Unset is as much as the container has."),
        description="Shared memory of a container.",
    ),
)

# Of these at most one may be set, by their messages and JSON names.
EXCLUSIVE = {f"{_IDL}GPUAccelerator": ("unpartitioned", "partitionSize")}
