"""Where a CR holds pods, and what each of them runs."""

from __future__ import annotations

import pytest

from flyte_plugin_scaffold.building import contract, placement
from flyte_plugin_scaffold.deriving import map_keys, pods
from flyte_plugin_scaffold.model import Crd, Many, Place, Role, RoleAnswer, Runs
from flyte_plugin_scaffold.reading import schema
from tests.support.schemas import (
    CONDITIONS,
    CONTAINER,
    INTEGER,
    OPAQUE,
    POD_SPEC,
    RUNNER,
    STRING,
    TEMPLATE,
    array,
    crd,
    enum,
    mapping,
    obj,
)

WORKER = obj("template", replicas=INTEGER, template=TEMPLATE)
SPREAD = obj(spec=POD_SPEC, metadata=obj(labels=mapping(STRING)), replicas=INTEGER)  # a template with fields of its own


def roles(answer: Crd) -> str:
    return pods.text(pods.derive(answer).roles)


def built(answer: Crd) -> dict[str, Role]:
    found, problems = placement.build(answer, pods.derive(answer).roles)
    assert not problems
    return {role.name: role for role in found}


def role_at(answer: Crd, path: str, runs: Runs = Runs.IMAGE) -> Role:
    (role,), problems = placement.build(answer, [RoleAnswer("it", schema.parse_path(path), runs)])
    assert not problems
    return role


def problem_of(answer: Crd, *wanted: RoleAnswer) -> str:
    _, problems = placement.build(answer, wanted)
    return "; ".join(problems)


# ------------------------------------------------------------------------------------------------- what runs the command
@pytest.mark.parametrize(
    ("spec", "answer"),
    [
        pytest.param(obj(job=TEMPLATE), "job: .spec.job user", id="the only pod"),
        pytest.param(obj(template=TEMPLATE), "template: .spec.template user", id="a template of the spec itself"),
        pytest.param(
            obj(server=WORKER, client=WORKER),
            "server: .spec.server user; client: .spec.client image",
            id="the first pod",
        ),
        pytest.param(
            obj(server=WORKER, worker=WORKER),
            "worker: .spec.worker user; server: .spec.server image",
            id="the workers where none leads",
        ),
        pytest.param(
            obj(deploySpec=WORKER, trainSpec=WORKER),
            "train_spec: .spec.trainSpec user; deploy_spec: .spec.deploySpec image",
            id="what trains",
        ),
        pytest.param(
            obj(workers=WORKER, head=WORKER),
            "head: .spec.head user; workers: .spec.workers image",
            id="the one that leads",
        ),
        pytest.param(
            obj(master=WORKER, launcher=WORKER),
            "launcher: .spec.launcher user; master: .spec.master image",
            id="a launcher leads a master",
        ),
        pytest.param(
            obj(cluster=obj(spec=obj(worker=SPREAD, scheduler=SPREAD)), job=TEMPLATE),
            "job: .spec.job user; worker: .spec.cluster.spec.worker image; scheduler: .spec.cluster.spec.scheduler image",
            id="pods at different depths",
        ),
        pytest.param(
            obj(entrypoint=STRING, head=WORKER, groups=array(WORKER)),
            "entrypoint: .spec.entrypoint user; head: .spec.head image; groups: .spec.groups[] image",
            id="a command that the operator submits",
        ),
        pytest.param(
            obj(entrypoint=STRING, head=WORKER, submitterPodTemplate=TEMPLATE),
            "entrypoint: .spec.entrypoint user; head: .spec.head image",
            id="the submitter is the operator's own",
        ),
        pytest.param(
            obj(command=array(STRING), head=WORKER),
            "command: .spec.command user; head: .spec.head image",
            id="a command that is a list",
        ),
        pytest.param(
            obj(entrypoint=STRING, head=WORKER, templates=array(obj(name=STRING))),
            "head: .spec.head user",
            id="an entrypoint beside a list of templates is a name",
        ),
        pytest.param(obj(entrypoint=enum("a", "b"), head=WORKER), "head: .spec.head user", id="an enum is no command"),
        pytest.param(
            obj(mainApplicationFile=STRING, driver=WORKER, executor=WORKER),
            "driver: .spec.driver image; executor: .spec.executor image",
            id="the operator starts the program's file",
        ),
        pytest.param(
            obj(job=obj(jarURI=STRING), taskManager=WORKER),
            "task_manager: .spec.taskManager image",
            id="a jar below the spec",
        ),
        pytest.param(
            obj(template=obj(spec=obj(podTemplate=TEMPLATE, job=obj(jarURI=STRING), head=WORKER))),
            "head: .spec.template.spec.head image",
            id="the same inside a template of the whole",
        ),
        pytest.param(obj(tasks=array(WORKER)), "tasks: .spec.tasks[] user", id="a list of pods"),
        pytest.param(obj(sets=mapping(WORKER)), "sets: .spec.sets{} user", id="a map whose keys nobody tells"),
        pytest.param(
            obj(template=TEMPLATE, worker=WORKER, server=WORKER),
            "worker: .spec.worker user; server: .spec.server image",
            id="a template that the others start from",
        ),
        pytest.param(
            obj(main=WORKER, metricsExporter=WORKER),
            "main: .spec.main user",
            id="what stands beside the work is left out",
        ),
        pytest.param(
            obj(metricsExporter=WORKER), "metrics_exporter: .spec.metricsExporter user", id="unless it is alone"
        ),
        pytest.param(obj(devDB=TEMPLATE), "none", id="but a database that need not be there is not the work"),
        pytest.param(obj("devDB", devDB=TEMPLATE), "dev_db: .spec.devDB image", id="nor is one that must"),
        pytest.param(
            obj(ready=obj(readinessProbe=obj(exec=RUNNER))), "none", id="what looks at a pod, not what it runs"
        ),
        pytest.param(obj(pod=OPAQUE), "pod: .spec.pod user", id="a pod by name alone"),
        pytest.param(obj(pod=OPAQUE, job=TEMPLATE), "job: .spec.job user", id="a described pod goes before"),
        pytest.param(
            obj(task=obj(pod=obj(metadata=OPAQUE, spec=OPAQUE))), "task: .spec.task user", id="a pod with an open spec"
        ),
        pytest.param(obj(serviceTemplate=obj(metadata=OPAQUE, spec=OPAQUE)), "none", id="another thing's open spec"),
        pytest.param(obj(container=CONTAINER), "container: .spec.container user", id="one container"),
        pytest.param(obj(steps=array(CONTAINER)), "none", id="a list of steps is no pod"),
        pytest.param(obj(steps=array(RUNNER)), "none", id="a list of steps with images is no pod"),
        pytest.param(
            obj(templates=array(obj(container=CONTAINER))), "none", id="containers inside a list of templates"
        ),
        pytest.param(obj(runner=RUNNER), "runner: .spec.runner user", id="an object with an image and a command"),
        pytest.param(
            obj(runner=obj(image=STRING, env=array(obj(name=STRING, value=STRING))), starter=RUNNER),
            "runner: .spec.runner image; starter: .spec.starter image",
            id="without room for a command it runs its image",
        ),
        pytest.param(obj(runner=RUNNER, job=TEMPLATE), "job: .spec.job user", id="a pod goes before a runner"),
        pytest.param(RUNNER, "pod: .spec user", id="the spec itself is the runner"),
        pytest.param(POD_SPEC, "pod: .spec user", id="the spec itself is the pod"),
        pytest.param(TEMPLATE, "pod: .spec user", id="the spec itself is the template"),
        pytest.param(
            obj(cleanUpAfter=WORKER, main=WORKER),
            "main: .spec.main user; clean_up_after: .spec.cleanUpAfter image",
            id="main leads",
        ),
        pytest.param(
            obj(replica=WORKER, primary=WORKER),
            "primary: .spec.primary user; replica: .spec.replica image",
            id="the primary leads",
        ),
        pytest.param(obj(finalizer=WORKER, grinder=WORKER), "grinder: .spec.grinder user", id="what comes after it"),
        pytest.param(obj(image=STRING, resources=obj(limits=OPAQUE)), "none", id="the spec itself, without a command"),
        pytest.param(obj(image=STRING), "none", id="an image name alone"),
        pytest.param(
            obj(metrics=array(obj(provider=obj(job=TEMPLATE)))), "none", id="deep inside every element of a list"
        ),
        pytest.param(
            obj(groups=array(obj(template=obj(spec=obj(template=TEMPLATE))))),
            "groups: .spec.groups[] user",
            id="a JobSpec in a list",
        ),
        pytest.param(obj(size=INTEGER), "none", id="no pods"),
        pytest.param(OPAQUE, "none", id="an opaque spec"),
        pytest.param(None, "none", id="no spec"),
    ],
)
def test_default_roles(spec: dict | None, answer: str) -> None:
    derived = pods.derive(crd(spec))
    assert pods.text(derived.roles) == answer
    chosen = [finding.text for finding in derived.findings if finding.chosen]
    assert chosen == [str(role) for role in derived.roles]
    assert all(finding.reason for finding in derived.findings)
    _, problems = placement.build(crd(spec), derived.roles)
    assert not problems


def test_no_schema_means_no_roles() -> None:
    assert roles(crd(schema={})) == "none"


# ------------------------------------------------------------------------------------------------------- keys of a map
@pytest.mark.parametrize(
    ("kind", "field", "description", "scale", "answer"),
    [
        (
            "PyTorchJob",
            "pytorchReplicaSpecs",
            'For example, {"Master": ReplicaSpec, "Worker": ReplicaSpec}',
            "",
            "master: .spec.pytorchReplicaSpecs{Master} user as pytorch; "
            "worker: .spec.pytorchReplicaSpecs{Worker} user as pytorch",
        ),
        (
            "MPIJob",
            "mpiReplicaSpecs",
            "",
            "",
            "launcher: .spec.mpiReplicaSpecs{Launcher} user as mpi; worker: .spec.mpiReplicaSpecs{Worker} image as mpi",
        ),
        (
            "XGBoostJob",
            "xgbReplicaSpecs",
            "",
            "",
            "master: .spec.xgbReplicaSpecs{Master} user as xgboost; worker: .spec.xgbReplicaSpecs{Worker} user as xgboost",
        ),
        (
            "TFJob",
            "tfReplicaSpecs",
            "",
            "",
            "worker: .spec.tfReplicaSpecs{Worker} user as tensorflow; ps: .spec.tfReplicaSpecs{PS} user as tensorflow; "
            "chief: .spec.tfReplicaSpecs{Chief} user as tensorflow; "
            "evaluator: .spec.tfReplicaSpecs{Evaluator} user as tensorflow",
        ),
        (
            "SolverJob",
            "replicaSpecs",
            "",
            ".spec.replicaSpecs.Crunchers.replicas",
            "crunchers: .spec.replicaSpecs{Crunchers} user",
        ),
        ("SolverJob", "groupSpecs", "Specs of all roles.", "", "group_specs: .spec.groupSpecs{} user"),
        ("AXJob", "axReplicaSpecs", "", "", "ax_replica_specs: .spec.axReplicaSpecs{} user as ax"),
        (
            "AXJob",
            "axReplicaSpecs",
            'A map of roles. For example, { "Worker": AXReplicaSpec, }',
            "",
            "worker: .spec.axReplicaSpecs{Worker} user as ax",
        ),
        (
            "PyTorchJob",
            "pytorchReplicaSpecs",
            "Only `Worker` is supported.",
            "",
            "worker: .spec.pytorchReplicaSpecs{Worker} user as pytorch",
        ),
    ],
)
def test_the_keys_of_a_map(kind: str, field: str, description: str, scale: str, answer: str) -> None:
    specs = {**mapping(WORKER), "description": description}
    assert roles(crd(obj(**{field: specs}), kind=kind, scale_replicas_path=scale)) == answer


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('For example,\n  {\n    "Master": ReplicaSpec,\n    "Worker": ReplicaSpec,\n  }', "Master Worker"),
        ("Replica specs by role, e.g. {'worker': {'replicas': 2, 'template': {}}}", "worker"),
        ('For example, {\\"Worker\\": ReplicaSpec}', "Worker"),
        ("{Master: ReplicaSpec, Worker: ReplicaSpec}", "Master Worker"),
        ("For example:\n  Worker:\n    replicas: 2\n  PS:\n    replicas: 1\n", "Worker PS"),
        ("Roles:\n- Chief: leads\n- `Worker`: does the work\n", "Worker Chief"),
        ("Specs of replicas. Keys are \u201cWorker\u201d and \u201cLauncher\u201d.", "Worker Launcher"),
        ("Map from role to spec. Supported roles: Worker, Launcher.", "Worker Launcher"),
        ("Key is the role name (Launcher or Worker)", "Launcher Worker"),
        ("The only key is `Worker`.", "Worker"),
        ("Roles. Only the Worker role is supported.", "Worker"),
        ("`Worker` is the only supported key", "Worker"),
        ('Replicas; the role must be one of "head", "worker".', "head worker"),
        ('Keyed by role name: "Worker" (required) or "Evaluator" (optional).', "Worker Evaluator"),
        ("Valid types are Worker|PS|Chief", "Worker PS Chief"),
        ("`MPIReplicaSpecs` contains maps from `MPIReplicaType` to `ReplicaSpec` that\nspecify replicas.", ""),
        ("A map of names to specs, like the ReplicaSpecs of others. Note: The operator validates it.", ""),
        ("The key is the ReplicaType, the value is the spec. Names are those of Kubernetes labels.", ""),
        ('Specs by name, for example {"my-worker": {}, "fooGroup": {}}', ""),
        ("", ""),
    ],
)
def test_keys_that_a_description_shows(text: str, keys: str) -> None:
    assert map_keys.in_text(text, "replicaSpecs") == keys.split()


@pytest.mark.parametrize(
    "more",
    [
        {"default": {"Crunchers": {}}},
        {"example": {"Crunchers": {"replicas": 2}}},
        {"required": ["Crunchers"]},
        {"x-kubernetes-validations": [{"rule": "self.all(key, key in ['Crunchers'])"}]},
        {"x-kubernetes-validations": [{"rule": "has(self.Crunchers)"}, {"rule": "'Crunchers' in self"}]},
    ],
)
def test_keys_that_the_schema_shows(more: dict) -> None:
    assert roles(crd(obj(groups={**mapping(WORKER), **more}))) == "crunchers: .spec.groups{Crunchers} user"


def test_equal_replicas_need_not_all_be_there_but_what_a_launcher_starts_must() -> None:
    def shown(kind: str, *keys: str) -> dict[str, Role]:
        specs = {**mapping(WORKER), "description": "Keys: " + ", ".join(f'"{key}"' for key in keys)}
        return built(crd(obj("replicaSpecs", replicaSpecs=specs), kind=kind))

    equal = shown("AXJob", "Master", "Worker")
    assert [(role.primary, role.always) for role in equal.values()] == [(True, True), (False, False)]
    started = shown("AXJob", "Launcher", "Worker")
    assert [(role.primary, role.always) for role in started.values()] == [(True, True), (False, True)]


@pytest.mark.parametrize(
    ("kind", "field", "description", "expected"),
    [
        # No key is shown: none is sent by default, and what alone runs the task must be given.
        ("MPIJob", "mpiReplicaSpecs", "", "launcher guessed primary required; worker guessed"),
        ("XGBoostJob", "xgbReplicaSpecs", "", "master guessed primary; worker guessed"),
        ("PyTorchJob", "pytorchReplicaSpecs", 'Keys: "Worker"', "worker primary always"),
        (
            "TFJob",
            "tfReplicaSpecs",
            'Keys: "PS", "Worker"',
            "worker primary always; ps; chief guessed; evaluator guessed",
        ),
        ("AXJob", "axReplicaSpecs", "", "ax_replica_specs primary required"),
    ],
)
def test_a_guessed_key_is_never_sent_unasked(kind: str, field: str, description: str, expected: str) -> None:
    answer = crd(obj(field, **{field: {**mapping(WORKER), "description": description}}), kind=kind)
    derived = pods.derive(answer)
    own, _ = placement.build(answer, derived.roles)
    found = contract.build(answer, own, ()).roles
    told = ("guessed", "primary", "always", "required")
    assert (
        "; ".join(" ".join([role.name, *(word for word in told if getattr(role, word))]) for role in found) == expected
    )
    assert all(bool(role.notes and "it is guessed" in role.notes[0]) == role.guessed for role in found)
    reasons = {each.text.partition(":")[0]: each.reason for each in derived.findings if each.chosen}
    assert {role.name for role in found if role.guessed} == {name for name in reasons if "guessed key" in reasons[name]}


def test_an_answered_key_that_nobody_would_guess_is_no_guess() -> None:
    answer = crd(obj(groups=mapping(WORKER)))
    (role,), problems = placement.build(
        answer, [RoleAnswer("boss", schema.parse_path(".spec.groups{Boss}"), Runs.USER)]
    )
    assert not problems
    assert (role.guessed, role.always) == (False, True)


# ------------------------------------------------------------------------------------------- pods of what is referred to
NAMED = obj("name", name=STRING)


@pytest.mark.parametrize(
    ("spec", "answer"),
    [
        (obj("suite", suite=NAMED, executionRequest=RUNNER), "none"),
        (obj("test", "request", test=NAMED, request=RUNNER), "none"),
        (obj("request", request=RUNNER), "request: .spec.request user"),
        (obj(request=RUNNER), "none"),
        (obj(planRef=NAMED, podOverrides=obj(template=TEMPLATE)), "none"),
        (obj(flow=obj(name=STRING, namespace=STRING), podPatch=obj(spec=POD_SPEC)), "none"),
        (obj("planName", planName=STRING, templateParameters=obj(container=CONTAINER)), "none"),
        (obj(workflowRef=STRING, settings=RUNNER), "none"),
        (obj(settings=RUNNER), "settings_value: .spec.settings user"),
        (obj(secretRef=NAMED, parameters=RUNNER), "parameters: .spec.parameters user"),
        (obj("job", job=NAMED, execution=obj(request=obj(runner=RUNNER))), "none"),
        (
            obj("runtimeRef", runtimeRef=NAMED, trainer=RUNNER, podTemplateOverrides=array(obj(spec=POD_SPEC))),
            "trainer: .spec.trainer user",
        ),
        (obj(worker=TEMPLATE, overrides=TEMPLATE), "worker: .spec.worker user"),
        (obj(worker=TEMPLATE, podMerge=TEMPLATE, modifications=RUNNER), "worker: .spec.worker user"),
        (obj(workflowTemplateRef=NAMED, replacement=RUNNER), "none"),
        (obj(planRef=NAMED, containerTweaks=obj(template=TEMPLATE)), "none"),
    ],
)
def test_what_overrides_the_pod_of_another_is_no_role(spec: dict, answer: str) -> None:
    assert roles(crd(spec)) == answer


# ------------------------------------------------------------------------------------------- what the CR has no room for
VALUE_FROM = array(obj("name", name=STRING, value=STRING, valueFrom=OPAQUE))


def with_env(env: dict | None) -> dict:
    """A container with this env."""
    below = {name: node for name, node in CONTAINER["properties"].items() if name != "env"}
    return obj("name", **below, **({} if env is None else {"env": env}))


def with_containers(env: dict | None) -> dict:
    return {**POD_SPEC, "properties": {**POD_SPEC["properties"], "containers": array(with_env(env))}}


@pytest.mark.parametrize(
    ("job", "note"),
    [
        (obj(template=obj(spec=with_containers(CONTAINER["properties"]["env"]))), "no valueFrom"),
        (obj(template=obj(spec=with_containers(VALUE_FROM))), ""),
        (obj(template=obj(spec=with_containers(None))), "no env"),
        (obj(template=obj(spec=with_containers(array(OPAQUE)))), ""),
        (with_containers(CONTAINER["properties"]["env"]), "no valueFrom"),
        (with_env(CONTAINER["properties"]["env"]), "no valueFrom"),
        (RUNNER, "no valueFrom"),
        (obj(image=STRING, command=array(STRING), env=VALUE_FROM), ""),
        (obj(image=STRING, command=array(STRING), env=mapping(STRING)), "plain values"),
        (obj(image=STRING, command=array(STRING)), ""),
        (obj(template=OPAQUE), ""),
    ],
)
def test_environment_variables_that_the_cr_has_no_room_for_are_named(job: dict, note: str) -> None:
    notes = " ".join(role_at(crd(obj(job=job)), ".spec.job").notes)
    assert bool(notes) == bool(note)
    assert note in notes


# ------------------------------------------------------------------------------------------------------------ the models
def test_a_role_in_full() -> None:
    workers = {**obj("template", replicas=INTEGER, template=TEMPLATE), "description": "They work.\n\nHard."}
    found = built(crd(obj("workerGroupSpecs", head=WORKER, workerGroupSpecs=array(workers))))
    role = found["worker_group_specs"]
    assert (role.class_name, role.go_class_name, role.json_name) == (
        "WorkerGroupSpec",
        "WorkerGroupSpec",
        "workerGroupSpecs",
    )
    assert (role.many, role.runs, role.place, role.inner) == (Many.LIST, Runs.IMAGE, Place.TEMPLATE, ("template",))
    assert (role.primary, role.always, role.metadata) == (False, False, True)
    assert role.description == "They work."


@pytest.mark.parametrize(
    ("spec", "path", "place", "inner", "metadata"),
    [
        (obj(job=TEMPLATE), ".spec.job", Place.TEMPLATE, (), True),
        (obj(worker=SPREAD), ".spec.worker", Place.TEMPLATE, (), True),
        (obj(worker=obj(spec=POD_SPEC)), ".spec.worker", Place.TEMPLATE, (), False),
        # What controller-gen writes unless told otherwise: the API server drops whatever is put there.
        (obj(worker=obj(spec=POD_SPEC, metadata=obj())), ".spec.worker", Place.TEMPLATE, (), False),
        (obj(worker=obj(spec=POD_SPEC, metadata=OPAQUE)), ".spec.worker", Place.TEMPLATE, (), True),
        (obj(worker=obj(podSpec=POD_SPEC)), ".spec.worker", Place.POD_SPEC, ("podSpec",), False),
        (obj(worker=obj(deep=obj(pod=TEMPLATE))), ".spec.worker", Place.TEMPLATE, ("deep", "pod"), True),
        (
            obj(set=array(obj(template=obj(spec=obj(template=TEMPLATE))))),
            ".spec.set[]",
            Place.TEMPLATE,
            ("template", "spec", "template"),
            True,
        ),
        (obj(set=array(WORKER)), ".spec.set[first]", Place.TEMPLATE, ("template",), True),
        (obj(container=CONTAINER), ".spec.container", Place.CONTAINER, (), False),
        (obj(runner=RUNNER), ".spec.runner", Place.RUNNER, (), False),
        (obj(anything=OPAQUE), ".spec.anything", Place.TEMPLATE, ("template",), True),
        (obj(template=OPAQUE), ".spec.template", Place.TEMPLATE, (), True),
        (obj(pod=obj(metadata=OPAQUE, spec=OPAQUE)), ".spec.pod", Place.TEMPLATE, (), True),
        (obj(pod=obj(spec=OPAQUE)), ".spec.pod", Place.TEMPLATE, (), False),
        (obj(tool=obj(image=STRING, template=OPAQUE)), ".spec.tool", Place.TEMPLATE, ("template",), True),
        (obj(toolImage=STRING), ".spec.toolImage", Place.IMAGE, (), False),
        (obj(tool=obj(image=STRING, size=STRING)), ".spec.tool", Place.IMAGE, ("image",), False),
    ],
)
def test_the_place_inside_is_derived(spec: dict, path: str, place: Place, inner: tuple, metadata: bool) -> None:
    role = role_at(crd(spec), path)
    assert (role.place, role.inner, role.place is not Place.TEMPLATE or role.metadata == metadata) == (
        place,
        inner,
        True,
    )


def test_a_command_string_is_the_place_of_the_users_code() -> None:
    assert role_at(crd(obj(run=STRING)), ".spec.run", Runs.USER).place is Place.COMMAND
    assert not role_at(crd(obj(run=STRING)), ".spec.run", Runs.USER).command_is_list
    assert role_at(crd(obj(run=array(STRING))), ".spec.run", Runs.USER).command_is_list


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"command": STRING}, {"command": "command", "command_is_list": False}),
        ({"args": array(STRING)}, {"args": "args", "args_is_list": True}),
        ({"arguments": STRING}, {"args": "arguments", "args_is_list": False}),
        ({"env": mapping(STRING)}, {"env": "env", "env_is_map": True}),
        ({"env": array(obj(name=STRING, value=STRING))}, {"env": "env", "env_is_map": False}),
        ({"env": array(STRING), "command": STRING}, {"env": ""}),
        ({"resources": obj(limits=OPAQUE)}, {"resources": "resources"}),
        ({"resources": STRING, "command": STRING}, {"resources": ""}),
    ],
)
def test_the_words_of_a_runner(words: dict, expected: dict) -> None:
    runner = role_at(crd(obj(runner=obj(image=STRING, **words))), ".spec.runner").runner
    assert runner is not None
    assert {name: getattr(runner, name) for name in expected} == expected


def test_an_object_with_few_of_a_pods_names_is_no_pod() -> None:
    lookalike = obj(containers=array(CONTAINER), nodeSelector=STRING, volumes=STRING)
    assert roles(crd(obj(worker=lookalike))) == "none"


def test_images_inside_volumes_and_status_are_no_places() -> None:
    rbd = array(obj(rbd=obj(image=STRING, keyring=STRING, env=mapping(STRING))))
    assert not pods.find(crd(obj(volumes=rbd, status=obj(pod=TEMPLATE))))


# -------------------------------------------------------------------------------------------------------------- names
def test_two_roles_of_one_word_take_their_parents_word() -> None:
    two = crd(obj(left=obj(worker=WORKER), right=obj(worker=WORKER)))
    assert roles(two) == "worker: .spec.left.worker user; right_worker: .spec.right.worker image"
    assert [role.class_name for role in built(two).values()] == ["Worker", "RightWorker"]
    assert [role.json_name for role in built(two).values()] == ["worker", "rightWorker"]


@pytest.mark.parametrize(
    ("word", "class_name"), [("role", "RoleRole"), ("podTemplate", "PodTemplateRole"), ("solverJob", "SolverJobRole")]
)
def test_a_class_that_is_there_already_gets_another_name(word: str, class_name: str) -> None:
    (role,) = built(crd(obj(**{word: TEMPLATE}))).values()
    assert role.class_name == class_name


# ------------------------------------------------------------------------------------------------------ wrong answers
PATHS = {
    text: schema.parse_path(text)
    for text in (
        ".spec.job",
        ".spec.nothing",
        ".spec.size",
        ".status.phase",
        ".spec.groups[].worker",
        ".spec.run",
        ".spec.image",
    )
}


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (RoleAnswer("a", PATHS[".spec.nothing"], Runs.USER), "role 'a': the CRD has no .spec.nothing"),
        (RoleAnswer("a", PATHS[".spec.size"], Runs.USER), "role 'a': .spec.size holds neither a pod nor a command"),
        (RoleAnswer("a", PATHS[".status.phase"], Runs.USER), "role 'a': .status.phase is not below .spec"),
        (RoleAnswer("a", PATHS[".spec.groups[].worker"], Runs.USER), "in every element of a list or map"),
        (RoleAnswer("a", PATHS[".spec.run"], Runs.IMAGE), "is a command string: it can only run 'user'"),
        (RoleAnswer("a", PATHS[".spec.image"], Runs.USER), "is an image name alone: it can only run 'image'"),
        (RoleAnswer("class", PATHS[".spec.job"], Runs.USER), "'class' has a meaning in Python already"),
        (RoleAnswer("Job", PATHS[".spec.job"], Runs.USER), "is no snake_case name"),
    ],
)
def test_wrong_answers_are_named(answer: RoleAnswer, problem: str) -> None:
    spec = obj(job=TEMPLATE, size=INTEGER, groups=array(obj(worker=WORKER)), run=STRING, image=STRING)
    assert problem in problem_of(crd(spec), answer)


def test_roles_that_meet_are_named() -> None:
    job, run = PATHS[".spec.job"], PATHS[".spec.run"]
    spec = crd(obj(job=TEMPLATE, run=STRING, command=STRING))
    assert "used twice" in problem_of(spec, RoleAnswer("a_b", run, Runs.USER), RoleAnswer("ab", job, Runs.IMAGE))
    assert "another role already" in problem_of(spec, RoleAnswer("a", job, Runs.USER), RoleAnswer("b", job, Runs.IMAGE))
    other = schema.parse_path(".spec.command")
    assert "only one role" in problem_of(spec, RoleAnswer("a", run, Runs.USER), RoleAnswer("b", other, Runs.USER))


def test_conditions_are_no_pods() -> None:
    assert roles(crd(obj(size=INTEGER), obj(conditions=CONDITIONS))) == "none"


def test_a_pod_called_command_is_a_pod() -> None:
    found = built(crd(obj(command=TEMPLATE)))
    assert found["command"].place is Place.TEMPLATE
    assert found["command"].primary


def test_a_role_is_never_called_like_the_overrides() -> None:
    answer = crd(obj(specoverrides=TEMPLATE))
    assert roles(answer) == "specoverrides_2: .spec.specoverrides user"
    wrong = RoleAnswer("spec_overrides", schema.parse_path(".spec.specoverrides"), Runs.USER)
    assert "that of the overrides" in problem_of(answer, wrong)
