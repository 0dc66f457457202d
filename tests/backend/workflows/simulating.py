"""What test_service.py runs: a simulation is a scenario of its own, which the service knows by its name."""

from flytekit import TaskMetadata, kwtypes, workflow
from flytekitplugins.simulation import Simulation, SimulationTask

simulate = SimulationTask(
    name="simulating.simulate",
    task_config=Simulation(
        project="blue", name="{{ .inputs.name }}", model="heat", body_overrides={"steps": "{{ .inputs.steps }}"}
    ),
    inputs=kwtypes(name=str, steps=int),
    outputs=kwtypes(energy=float, more=dict),
    metadata=TaskMetadata(retries=1),
)


@workflow
def simulates(name: str, steps: int) -> (float, dict):
    return simulate(name=name, steps=steps)


@workflow
def simulates_through_an_outage(name: str, steps: int) -> (float, dict):
    return simulate(name=name, steps=steps).with_overrides(retries=9)
