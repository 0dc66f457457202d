"""Which pods are kept from interruptions, which the operator adds itself, and what stands for a role."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flyte_plugin_scaffold.building import contract, placement
from flyte_plugin_scaffold.deriving import pods
from flyte_plugin_scaffold.model import Alternative, Crd, Place, Role, RoleAnswer, Runs
from flyte_plugin_scaffold.reading import schema
from tests.support.schemas import INTEGER, OPAQUE, POD_SPEC, STRING, TEMPLATE, array, crd, enum, mapping, obj

ONE = obj("template", template=TEMPLATE)
MANY = obj("template", replicas=INTEGER, template=TEMPLATE)


def leaders(spec: dict, roles: str) -> list[str]:
    """The leading ones of roles that are named as ``path runs``."""
    answer = crd(spec)
    answers = [
        RoleAnswer(f"role_{index}", schema.parse_path(path), Runs(runs))
        for index, (path, runs) in enumerate(each.split() for each in roles.split(";"))
    ]
    found, problems = placement.build(answer, answers)
    assert not problems
    built = contract.build(answer, found, ())
    marked = placement.leading((*built.roles, *placement.operator_pods(answer, built.roles)))
    return [role.path.names[-1] or role.path.names[-2] for role in marked if role.leads]


@pytest.mark.parametrize(
    ("spec", "roles", "leading"),
    [
        pytest.param(obj(job=ONE), ".spec.job user", [], id="one pod is all there is"),
        pytest.param(obj(master=MANY), ".spec.master user", [], id="one role of many pods"),
        pytest.param(obj(tasks=array(ONE)), ".spec.tasks[] user", [], id="a list of pods"),
        pytest.param(obj(head=ONE, workers=MANY), ".spec.head user;.spec.workers image", ["head"], id="beside workers"),
        pytest.param(
            obj(master=MANY, workers=MANY),
            ".spec.master user;.spec.workers user",
            ["master"],
            id="a master with a count",
        ),
        pytest.param(
            obj(worker=MANY, ps=MANY), ".spec.worker user;.spec.ps user", [], id="equal ones, and no name that leads"
        ),
        pytest.param(
            obj(tasks=array(ONE), server=ONE),
            ".spec.tasks[] user;.spec.server image",
            ["server"],
            id="workers that lead",
        ),
        pytest.param(
            obj(job=ONE, store=ONE, workers=MANY),
            ".spec.job user;.spec.store image;.spec.workers image",
            ["job", "store"],
            id="every pod of which there is one",
        ),
        pytest.param(obj(server=ONE, client=ONE), ".spec.server user;.spec.client image", ["server"], id="two pods"),
        pytest.param(
            obj(entrypoint=STRING, head=ONE, workers=MANY, submitterPodTemplate=TEMPLATE),
            ".spec.entrypoint user;.spec.head image;.spec.workers image",
            ["head", "submitterPodTemplate"],
            id="the operator's own pod beside workers",
        ),
        pytest.param(
            obj(entrypoint=STRING, head=ONE, submitterPodTemplate=TEMPLATE),
            ".spec.entrypoint user;.spec.head image",
            [],
            id="the operator's own pod is nobody to be interrupted",
        ),
    ],
)
def test_a_leader_is_kept_only_beside_what_may_be_interrupted(spec: dict, roles: str, leading: list[str]) -> None:
    assert leaders(spec, roles) == leading


def operators(spec: dict, *more: RoleAnswer) -> tuple[Role, ...]:
    answer = crd(spec)
    roles, problems = placement.build(answer, [*pods.derive(answer).roles, *more])
    assert not problems
    return placement.operator_pods(answer, roles)


def test_the_operators_own_pod() -> None:
    (role,) = operators(obj(entrypoint=STRING, head=ONE, submitterPodTemplate=TEMPLATE))
    assert (role.name, str(role.path)) == ("submitter_pod_template", ".spec.submitterPodTemplate")
    assert (role.runs, role.place, role.number, role.has_labels) == (Runs.OPERATOR, Place.TEMPLATE, 0, True)
    (role,) = operators(obj(entrypoint=STRING, head=ONE, submission=obj(podSpec=POD_SPEC, retries=INTEGER)))
    assert (str(role.path), role.inner, role.place) == (".spec.submission", ("podSpec",), Place.POD_SPEC)


def test_pods_of_one_name_have_names_of_their_own() -> None:
    """Each is a variable of the Go package, and the value of a label."""
    own = obj(submitterPod=TEMPLATE)
    answer = crd(obj(entrypoint=STRING, head=ONE, a=own, b=own, c=obj(submitter_pod=TEMPLATE)))
    roles, _ = placement.build(answer, pods.derive(answer).roles)
    found = placement.operator_pods(
        answer, [replace(each, name=each.name.replace("head", "submitter_pod")) for each in roles]
    )
    assert [role.name for role in found] == ["submitter_pod2", "submitter_pod3", "submitter_pod4"]
    assert [role.go_name for role in found] == ["SubmitterPod2", "SubmitterPod3", "SubmitterPod4"]


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(obj(head=ONE, submitterPodTemplate=TEMPLATE), id="no command string"),
        pytest.param(obj(entrypoint=STRING, head=ONE, metricsPodTemplate=TEMPLATE), id="another pod beside the work"),
        pytest.param(
            obj("submitterPodTemplate", entrypoint=STRING, head=ONE, submitterPodTemplate=TEMPLATE),
            id="one that the user must give",
        ),
        pytest.param(
            obj(entrypoint=STRING, head=ONE, submitter=obj("mode", mode=STRING, template=TEMPLATE)),
            id="one that demands more than a pod",
        ),
        pytest.param(obj(entrypoint=STRING, head=ONE, submitters=array(ONE)), id="a list"),
        pytest.param(
            obj(entrypoint=STRING, head=ONE, submitter=obj(pod=OPAQUE)), id="one that the CRD does not describe"
        ),
    ],
)
def test_pods_that_stay_the_operators(spec: dict) -> None:
    assert operators(spec) == ()


def test_an_answer_names_the_operators_pod() -> None:
    """Then it is a role, and the operator still gives it its command, until it ends."""
    answer = crd(obj(entrypoint=STRING, head=ONE, submitter=ONE))
    named = RoleAnswer("submitter", schema.parse_path(".spec.submitter"), Runs.IMAGE)
    roles, problems = placement.build(answer, [*pods.derive(answer).roles, named])
    assert not problems
    assert [(role.name, role.runs) for role in roles][-1] == ("submitter", Runs.OPERATOR)
    assert placement.operator_pods(answer, roles) == ()


def test_another_way_to_submit_needs_no_pod() -> None:
    mode = {**STRING, "default": "Pod"}
    (role,) = operators(
        obj(entrypoint=STRING, head=ONE, submitterPod=TEMPLATE, submissionMode=mode, restartMode=STRING)
    )
    assert role.alternatives == (Alternative(("submissionMode",), "Pod"),)
    (role,) = operators(obj(entrypoint=STRING, head=ONE, submitterPod=TEMPLATE, submitMethod=enum("a", "b")))
    assert role.alternatives == (Alternative(("submitMethod",)),)


def alternatives(answer: Crd) -> dict[str, tuple[Alternative, ...]]:
    roles, problems = placement.build(answer, pods.derive(answer).roles)
    assert not problems
    return {role.name: role.alternatives for role in roles}


def test_what_chooses_an_object_stands_for_the_roles_in_it() -> None:
    cluster = obj("head", head=ONE, workers=array(MANY))
    chosen = (Alternative(("clusterSelector",)),)
    answer = crd(obj(entrypoint=STRING, bigClusterSpec=cluster, clusterSelector=mapping(STRING), queueName=STRING))
    assert alternatives(answer) == {"entrypoint": (), "head": chosen, "workers": chosen}
    reference = (Alternative(("run", "clusterRef")),)
    answer = crd(obj(run=obj(entrypoint=STRING, cluster=cluster, clusterRef=obj(name=STRING)), command=STRING))
    assert alternatives(answer) == {"command": (), "head": reference, "workers": reference}


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(
            obj(entrypoint=STRING, clusterSpec=obj(head=ONE), nodeSelector=mapping(STRING)), id="another thing"
        ),
        pytest.param(obj(entrypoint=STRING, clusterSpec=obj(head=ONE), selector=mapping(STRING)), id="of nothing"),
        pytest.param(
            obj("clusterSpec", entrypoint=STRING, clusterSpec=obj(head=ONE), clusterRef=obj(name=STRING)), id="demanded"
        ),
        pytest.param(
            obj("clusterRef", entrypoint=STRING, clusterSpec=obj(head=ONE), clusterRef=obj(name=STRING)), id="both"
        ),
        pytest.param(obj(jobSpec=obj(template=TEMPLATE), jobRef=obj(name=STRING)), id="the task's own code"),
    ],
)
def test_nothing_stands_for_a_role(spec: dict) -> None:
    assert set(alternatives(crd(spec)).values()) <= {()}


def test_what_can_be_chosen_need_not_be_given() -> None:
    """A role with a field that must be set is demanded of the user, unless something can stand for it."""
    for more, is_there in (({}, False), ({"clusterRef": obj(name=STRING)}, True)):
        answer = crd(
            obj(
                entrypoint=STRING,
                cluster=obj("head", head=obj("template", "zone", zone=STRING, template=TEMPLATE)),
                **more,
            )
        )
        roles, _ = placement.build(answer, pods.derive(answer).roles)
        (head,) = [role for role in contract.build(answer, roles, ()).roles if role.name == "head"]
        assert head.required
        assert bool(head.alternatives) is is_there
        assert replace(head, alternatives=()).required
