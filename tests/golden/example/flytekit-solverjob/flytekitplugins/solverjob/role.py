"""What Flyte knows of a pod, for every role of a SolverJob."""

import copy
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Dict, List, Literal, Optional, Tuple, Union

from flyteidl.core import literals_pb2
from flytekit import ImageSpec, PodTemplate, Resources
from flytekit.configuration import SerializationSettings
from flytekit.core.constants import RUNTIME_PACKAGES_ENV_NAME
from flytekit.core.python_auto_container import get_registerable_container_image, update_image_spec_copy_handling
from flytekit.core.resources import ResourceSpec, construct_extended_resources, convert_resources_to_resource_model
from flytekit.extras.accelerators import BaseAccelerator
from flytekit.models.task import K8sPod

from flytekitplugins.solverjob import solverjob_pb2
from flytekitplugins.solverjob.base import Validated


@dataclass(kw_only=True)
class Role(Validated):
    """
    The part of a role that is the same for all of them. The role's own class adds what the CR has beside the pod.
    """

    # Words that this role has no use for: the CR has no room for them.
    _refused: ClassVar[Tuple[str, ...]] = ()

    image: Optional[Union[str, ImageSpec]] = None
    requests: Optional[Resources] = None
    limits: Optional[Resources] = None
    resources: Optional[Resources] = None
    accelerator: Optional[BaseAccelerator] = None
    shared_memory: Optional[Union[Literal[True], str]] = None
    env: Optional[Dict[str, str]] = None
    pod_template: Optional[PodTemplate] = None
    interruptible: Optional[bool] = None
    node_selector: Optional[Dict[str, str]] = None

    def _problems(self) -> List[str]:
        refused = [name for name in self._refused if getattr(self, name) is not None]
        problems = super()._problems() + [f"{name} cannot be set: the CR has no place for it" for name in refused]
        problems += [
            f"{name}.{each.name} must be one value: resources takes a pair"
            for name in ("requests", "limits")
            for each in fields(Resources)
            if isinstance(getattr(getattr(self, name), each.name, None), (list, tuple))
        ]
        if self.resources is not None and (self.requests is not None or self.limits is not None):
            problems.append("resources cannot be set beside requests or limits")
        return problems

    def pod_to_flyte_idl(
        self, settings: SerializationSettings, command: Optional[List[str]] = None
    ) -> Optional[solverjob_pb2.Role]:
        """Return what is set of the pod, None for nothing."""
        requests, limits = self.requests, self.limits
        if self.resources is not None:
            both = ResourceSpec.from_multiple_resource(self.resources)
            requests, limits = both.requests, both.limits
        resources = convert_resources_to_resource_model(requests=requests, limits=limits)
        env = self.env or {}
        if isinstance(self.image, ImageSpec) and self.image.runtime_packages and "env" not in self._refused:
            env = {RUNTIME_PACKAGES_ENV_NAME: " ".join(self.image.runtime_packages), **env}
        role = solverjob_pb2.Role(
            image=_image(self.image, settings) if self.image else None,
            resources=resources.to_flyte_idl() if resources.requests or resources.limits else None,
            command=command,
            env=[literals_pb2.KeyValuePair(key=key, value=value) for key, value in env.items()],
            pod_template=_pod_template(self.pod_template, settings).to_flyte_idl() if self.pod_template else None,
            interruptible=self.interruptible,
            node_selector=self.node_selector,
            extended_resources=construct_extended_resources(
                accelerator=self.accelerator, shared_memory=self.shared_memory
            ),
        )
        return role if role.ListFields() else None


def _image(image: Union[str, ImageSpec], settings: SerializationSettings) -> str:
    """Return the name of an image as flytekit does for a task's: an ``ImageSpec`` is built."""
    if isinstance(image, ImageSpec):
        update_image_spec_copy_handling(image, settings)
    return get_registerable_container_image(image, settings.image_config)


def _pod_template(template: PodTemplate, settings: SerializationSettings) -> K8sPod:
    template = copy.deepcopy(template)
    spec: Any = template.pod_spec
    for container in [*spec.containers, *(spec.init_containers or [])]:
        # One without an image changes a container that the pod has already.
        if container.image:
            container.image = _image(container.image, settings)
    return K8sPod.from_pod_template(template)
