"""One small task of whatever kind was rendered, and the same for Flyte's own plugin for DaskJob."""

from typing import Any

from faults import Kind
from flytekit import PythonFunctionTask, task, workflow
from flytekit.configuration import SerializationSettings
from flytekit.extend import TaskPlugins


@task(task_config=Kind())
def pass_by() -> None:
    pass


@workflow
def rendered() -> None:
    pass_by()


class InTree:
    """The config of flytekitplugins-dask, without settings."""


class InTreeTask(PythonFunctionTask[InTree]):
    def __init__(self, task_config: InTree, task_function: Any, **kwargs: Any) -> None:
        super().__init__(task_config, task_function, task_type="dask", **kwargs)

    def get_custom(self, settings: SerializationSettings) -> dict[str, Any]:
        return {"scheduler": {}, "workers": {"numberOfWorkers": 1}}


TaskPlugins.register_pythontask_plugin(InTree, InTreeTask)


@task(task_config=InTree())
def pass_by_in_tree() -> None:
    pass


@workflow
def in_tree() -> None:
    pass_by_in_tree()
