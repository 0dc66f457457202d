"""The task type solverjob: a function that runs in a SolverJob."""

from typing import Any, Callable, Dict, Optional

from flytekit import PythonFunctionTask
from flytekit.configuration import SerializationSettings
from flytekit.core.context_manager import ExecutionParameters
from flytekit.extend import TaskPlugins

from flytekitplugins.solverjob.base import custom
from flytekitplugins.solverjob.config import SolverJob
from flytekitplugins.solverjob.guard import require_backend_plugin


class SolverJobTask(PythonFunctionTask[SolverJob]):
    """
    Runs a function in a SolverJob; in a local run as the plain function it is.
    """

    _TASK_TYPE = "solverjob"

    def __init__(
        self,
        task_config: SolverJob,
        task_function: Callable[..., Any],
        **kwargs: Any,
    ):
        super().__init__(
            task_config=task_config,
            task_function=task_function,
            task_type=self._TASK_TYPE,
            # Rises only when an older backend plugin would misread what get_custom sends.
            task_type_version=1,
            **kwargs,
        )

    def pre_execute(self, user_params: Optional[ExecutionParameters]) -> Optional[ExecutionParameters]:  # type: ignore[override]  # as flytekit's own
        require_backend_plugin(self._TASK_TYPE)
        return super().pre_execute(user_params)

    def execute(self, **kwargs: Any) -> Any:
        # A map task comes here without pre_execute.
        require_backend_plugin(self._TASK_TYPE)
        return super().execute(**kwargs)

    def get_custom(self, settings: SerializationSettings) -> Dict[str, Any]:
        return custom(self.task_config, settings)


TaskPlugins.register_pythontask_plugin(SolverJob, SolverJobTask)
