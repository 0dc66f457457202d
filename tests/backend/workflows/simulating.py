"""What test_service.py runs: each simulation is a scenario of its own, which the service knows by its name."""

from flytekit import TaskMetadata, kwtypes, workflow
from flytekitplugins.simulation import Simulation, SimulationTask


def _simulation(name: str, retries: int = 0) -> SimulationTask:
    return SimulationTask(
        name=f"simulating.{name}",
        task_config=Simulation(
            project="blue", name=name, model="heat", body_overrides={"steps": "{{ .inputs.steps }}"}
        ),
        inputs=kwtypes(steps=int),
        outputs=kwtypes(energy=float, more=dict),
        metadata=TaskMetadata(retries=retries),
    )


succeed, fail, wait, lose = _simulation("succeeds"), _simulation("fails", 1), _simulation("waits"), _simulation("loses")


@workflow
def succeeds(steps: int) -> (float, dict):
    return succeed(steps=steps)


@workflow
def fails(steps: int) -> (float, dict):
    return fail(steps=steps)


@workflow
def waits(steps: int) -> (float, dict):
    return wait(steps=steps)


@workflow
def loses(steps: int) -> (float, dict):
    return lose(steps=steps)
