"""The contract's lock: what is on the wire stays there, whatever becomes of the CRD and of the answers."""

from __future__ import annotations

import json
from pathlib import Path as FilePath
from typing import Any

import pytest

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.building import lock
from flyte_plugin_scaffold.building.lock import NO_LOCK
from flyte_plugin_scaffold.model import RoleAnswer, Runs
from flyte_plugin_scaffold.reading.schema import parse_path
from flyte_plugin_scaffold.text import lexicon
from tests.support.contracts import Generation, crd_file, generation, repository
from tests.support.schemas import INT_OR_STRING, INTEGER, OPAQUE, STRING, TEMPLATE, array, crd, mapping, obj


def spec(**properties: Any) -> Any:
    return crd(obj(**properties))


def after(*specs: Any) -> Generation:
    """The last of several generations."""
    found, before = None, NO_LOCK
    for each in specs:
        found = generation(each, before)
        before = found.lock
    assert found is not None
    return found


def test_the_first_rendering_is_as_it_was_without_a_lock() -> None:
    found = after(spec(job=TEMPLATE, timeout=INTEGER, net=obj(host=STRING, port=INTEGER)))
    assert {name: each[:3] for name, each in found.members.items()} == {
        "SolverJob.spec_overrides": (1, "specOverrides", "google.protobuf.Struct"),
        "SolverJob.job": (2, "job", "Job"),
        "SolverJob.timeout": (3, "timeout", "int32"),
        "SolverJob.net_host": (4, "netHost", "string"),
        "SolverJob.net_port": (5, "netPort", "int32"),
        "Job.role": (1, "role", "Role"),
    }


@pytest.mark.parametrize(
    "made",
    [
        spec(job=TEMPLATE, timeout=INTEGER, limits=mapping(INT_OR_STRING)),
        spec(groups=array(obj("name", name=STRING, template=TEMPLATE)), size=INT_OR_STRING),
        spec(
            rules=array(obj(a=STRING, b=obj(c=STRING))), blob=OPAQUE, **{'odd \u202e "name"': STRING, "métier": STRING}
        ),
    ],
)
def test_the_same_again_is_the_same(made: Any) -> None:
    first = after(made)
    again = generation(made, first.lock)
    assert again.text == first.text and again.messages == first.messages and again.built == first.built
    assert not any(each[3] for each in again.members.values())


def test_a_new_member_comes_last() -> None:
    first = spec(solver=STRING, zone=STRING)
    found = after(first, spec(algorithm=STRING, solver=STRING, job=TEMPLATE, zone=STRING))
    assert found.members["SolverJob.solver"][0] == 2 and found.members["SolverJob.zone"][0] == 3
    assert {found.members[f"SolverJob.{name}"][0] for name in ("job", "algorithm")} == {4, 5}


def test_a_json_name_is_not_taken_away() -> None:
    """The first one has its own word although another of that word came later."""
    one, other = obj(connectTimeout=STRING), obj(connectTimeout=INTEGER)
    found = after(spec(net=one), spec(net=one, disk=other))
    assert found.members["SolverJob.connect_timeout"][:3] == (2, "connectTimeout", "string")
    assert found.members["SolverJob.disk_connect_timeout"][:3] == (3, "diskConnectTimeout", "int32")
    # Without a lock each has its object's word, so that the first one would have been renamed.
    assert "SolverJob.connect_timeout" not in after(spec(net=one, disk=other)).members


def test_no_json_name_is_the_name_of_another() -> None:
    """Protobuf reads a member by either, and Python's refuses a contract in which they meet."""
    found = after(spec(aB=STRING, a_b=INTEGER)).members
    assert found["SolverJob.a_b"][:2] == (2, "aB") and found["SolverJob.a_b_value"][:2] == (3, "aBValue")
    found = after(spec(rules=array(obj(aB=STRING, a_b=INTEGER)))).members
    assert found["Rule.a_b"][:2] == (1, "aB") and found["Rule.a_b_value"][:2] == (2, "aBValue")


def test_what_is_lost_stays_and_comes_back() -> None:
    first, without = spec(solver=STRING, zone=STRING, job=TEMPLATE), spec(zone=STRING, job=TEMPLATE)
    lost = after(first, without)
    assert lost.members["SolverJob.solver"] == (3, "solver", "string", True)
    assert [each.name for each in lost.built.fields] == ["zone"]
    assert lost.members["SolverJob.zone"] == (4, "zone", "string", False)
    back = after(first, without, spec(zone=STRING, solver=STRING, job=TEMPLATE))
    assert back.members == after(first).members and back.text == after(first).text


def test_a_number_is_never_given_twice() -> None:
    found = after(spec(a1=STRING, b1=STRING), spec(a1=STRING), spec(a1=STRING, c1=STRING))
    assert (found.members["SolverJob.b1"][0], found.members["SolverJob.c1"][0]) == (3, 4)


def test_protobufs_own_numbers_are_left_out() -> None:
    text = after(spec(a1=STRING)).text.replace('"number": 2', '"number": 18999')
    found = generation(spec(a1=STRING, b1=STRING), lock.parse(text))
    assert found.members["SolverJob.b1"][0] == 20000


def test_a_changed_type_is_a_new_member() -> None:
    number, word, words = spec(limit=INTEGER), spec(limit=STRING), spec(limit=array(STRING))
    found = after(number, word)
    assert found.members["SolverJob.limit"] == (2, "limit", "int32", True)
    assert found.members["SolverJob.limit_string"] == (3, "limitString", "string", False)
    (field,) = found.built.fields
    assert (field.name, field.json_name, field.go_name) == ("limit_string", "limitString", "LimitString")
    found = after(number, word, words)
    assert found.members["SolverJob.limit_string_list"] == (4, "limitStringList", "repeated string", False)
    # One member of each type: it is taken up again.
    assert after(number, word, words, number).members["SolverJob.limit"] == (2, "limit", "int32", False)


def test_a_name_from_a_type_is_not_one_that_is_there() -> None:
    found = after(spec(limit=INTEGER, limitString=STRING), spec(limit=STRING, limitString=STRING))
    assert found.members["SolverJob.limit_string"] == (3, "limitString", "string", False)
    assert found.members["SolverJob.limit_string_value"] == (4, "limitStringValue", "string", False)


def test_int_or_string_is_a_string_on_the_wire() -> None:
    found = after(spec(size=INT_OR_STRING), spec(size=STRING))
    assert found.members["SolverJob.size"] == (2, "size", "string", False)


SMALL = {f"p{index}": STRING for index in range(3)}
LARGE = {f"p{index}": STRING for index in range(lexicon.SMALL_OBJECT + 2)}


def test_a_message_stays_one_when_its_object_grows() -> None:
    small, large = (spec(rules=array(obj(**each))) for each in (SMALL, LARGE))
    assert after(large).members["SolverJob.rules"][2] == "repeated google.protobuf.Struct"
    found = after(small, large)
    assert found.members["SolverJob.rules"] == (2, "rules", "repeated Rule", False)
    assert found.members["Rule.p2"][0] == 3 and found.members[f"Rule.p{lexicon.SMALL_OBJECT + 1}"][0] > 3


def test_a_struct_stays_one_when_its_object_shrinks() -> None:
    small, large = (spec(rules=array(obj(**each))) for each in (SMALL, LARGE))
    found = after(large, small)
    assert found.members["SolverJob.rules"] == (2, "rules", "repeated google.protobuf.Struct", False)
    assert found.messages == found.messages[:1]


def test_members_of_objects_keep_to_the_same_rules() -> None:
    first = spec(rules=array(obj(a=STRING, b=INTEGER, c=STRING)))
    found = after(first, spec(rules=array(obj(d=STRING, b=STRING, c=STRING))))
    assert found.members == {
        "SolverJob.spec_overrides": (1, "specOverrides", "google.protobuf.Struct", False),
        "SolverJob.rules": (2, "rules", "repeated Rule", False),
        "Rule.a": (1, "a", "string", True),
        "Rule.b": (2, "b", "int32", True),
        "Rule.c": (3, "c", "string", False),
        "Rule.d": (4, "d", "string", False),
        "Rule.b_string": (5, "bString", "string", False),
    }


def test_an_object_that_may_hold_anything_is_another_type() -> None:
    found = generation(
        spec(rules=array(OPAQUE)), after(spec(rules=array(obj(a=STRING)))).lock, paths=[parse_path(".spec.rules")]
    )
    assert found.members["SolverJob.rules"][3]
    assert found.members["SolverJob.rules_object_list"][2] == "repeated google.protobuf.Struct"
    assert found.members["Rule.a"] == (1, "a", "string", False), "its message stays what it is"
    # The one that tasks send now is kept where it can hold what the CRD speaks of, as the older one could.
    found = generation(spec(rules=array(obj(a=STRING))), found.lock)
    assert found.members["SolverJob.rules"][3] and not found.members["SolverJob.rules_object_list"][3]


def roles(*texts: str) -> list[RoleAnswer]:
    parts = [text.split() for text in texts]
    return [RoleAnswer(name, parse_path(path), Runs(runs)) for name, path, runs in parts]


PODS = crd(obj(head=TEMPLATE, workers=array(obj(replicas=INTEGER, template=TEMPLATE))))


def test_a_role_that_is_dropped_stays_with_its_message() -> None:
    first = generation(PODS, roles=roles("head .spec.head user", "workers .spec.workers[] image"))
    found = generation(PODS, first.lock, roles("head .spec.head user"), ())
    assert found.members["SolverJob.workers"] == (3, "workers", "repeated Worker", True)
    assert found.members["Worker.replicas"] == (2, "replicas", "int32", False)
    assert [role.name for role in found.built.roles] == ["head"]
    back = generation(PODS, found.lock, roles("head .spec.head user", "workers .spec.workers[] image"))
    assert back.text == first.text


def test_a_role_keeps_its_name_whatever_the_answer_calls_it() -> None:
    first = generation(PODS, roles=roles("head .spec.head user"), paths=())
    found = generation(PODS, first.lock, roles("leader .spec.head user"), ())
    assert found.text == first.text and found.built.roles[0].name == "head"


def test_a_name_that_goes_to_other_pods_takes_nothing_along() -> None:
    """What is derived from a CRD calls the first pods of a word by it; old tasks mean the ones that they named."""
    first = generation(crd(obj(b=obj(worker=TEMPLATE))), roles=roles("worker .spec.b.worker user"), paths=())
    both = crd(obj(a=obj(worker=TEMPLATE), b=obj(worker=TEMPLATE)))
    found = generation(both, first.lock, roles("worker .spec.a.worker user", "b_worker .spec.b.worker image"), ())
    assert {str(role.path): (role.name, role.number) for role in found.built.roles} == {
        ".spec.a.worker": ("worker_role", 3),
        ".spec.b.worker": ("worker", 2),
    }


def test_a_role_that_has_moved_keeps_its_name() -> None:
    first = generation(crd(obj(driver=TEMPLATE)), roles=roles("driver .spec.driver user"), paths=())
    moved = crd(obj(main=obj(driver=TEMPLATE)))
    found = generation(moved, first.lock, roles("driver .spec.main.driver user"), ())
    assert found.members == first.members and '"sets": ".spec.main.driver"' in found.text


def test_a_role_of_which_there_are_several_now_is_a_new_member() -> None:
    first = generation(crd(obj(pool=TEMPLATE)), roles=roles("pool .spec.pool user"))
    many = crd(obj(pool=array(TEMPLATE)))
    found = generation(many, first.lock, roles("pool .spec.pool[] user"))
    assert found.members["SolverJob.pool"] == (2, "pool", "Pool", True)
    assert found.members["SolverJob.pool_object_list"] == (3, "poolObjectList", "repeated PoolRole", False)
    (role,) = found.built.roles
    assert (role.name, role.class_name, role.number) == ("pool_object_list", "PoolRole", 3)
    again = generation(many, found.lock, roles("pool .spec.pool[] user"))
    assert (again.text, again.messages) == (found.text, found.messages)


def test_a_role_with_the_name_of_a_field_has_another() -> None:
    both = crd(obj(pool=STRING, pods=TEMPLATE))
    first = generation(both, roles=())
    assert "SolverJob.pool" in first.members
    found = generation(both, first.lock, roles("pool .spec.pods user"), ())
    assert found.members["SolverJob.pool_role"][:3] == (
        first.lock.messages[0].members[-1].number + 1,
        "poolRole",
        "Pool",
    )
    again = generation(both, found.lock, roles("pool .spec.pods user"), ())
    assert (again.text, again.messages) == (found.text, found.messages)


def test_a_field_that_the_answers_drop_is_deprecated() -> None:
    made = spec(solver=STRING, zone=STRING)
    first = generation(made)
    found = generation(made, first.lock, paths=[parse_path(".spec.zone")])
    assert found.members["SolverJob.solver"][3] and not found.members["SolverJob.zone"][3]
    (lost,) = (each for each in found.messages[0].members if each.name == "solver")
    assert lost.deprecated == "set .spec.solver in spec_overrides, as it is no field any more"


def test_go_names_are_those_of_all_members() -> None:
    """protoc-gen-go looks at every member of the file, the deprecated ones included."""
    found = after(spec(reset=STRING), spec(**{"Reset_": STRING}))
    (field,) = found.built.fields
    assert field.go_name not in ("", "Reset_", "Reset")


# -------------------------------------------------------------------------------------------------------------- damage
WHOLE = after(spec(job=TEMPLATE, limit=INTEGER, rules=array(obj(a=STRING)))).text


@pytest.mark.parametrize(
    ("now", "then", "why"),
    [
        ("{\n", "<<<<<<< HEAD\n{\n", "line 1 is no JSON"),
        ('"format": 1', '"format": 2', "a newer one wrote it"),
        ('"format": 1', '"format": "1"', "a newer one wrote it"),
        ('"kind": "SolverJob"', '"kind": ""', "it names no kind"),
        ('"messages"', '"message"', "it has no messages"),
        ('"number": 3', '"number": 2', "two members of SolverJob have the same number"),
        ('"number": 3', '"number": 0', "SolverJob.rules cannot have the number 0"),
        ('"number": 3', '"number": 19000', "cannot have the number 19000"),
        ('"number": 3', '"number": 536870912', "cannot have the number 536870912"),
        ('"number": 3', '"number": "3"', "number of SolverJob.rules is no int"),
        ('"number": 3', '"number": true', "number of SolverJob.rules is no int"),
        ('"number": 3', '"number": ' + "1" * 5000, "no JSON"),
        ('"number": 3', '"numbers": 3', "SolverJob.rules has no number"),
        ('"name": "limit"', '"name": "job"', "two members of SolverJob have the same name"),
        ('"name": "limit"', '"name": "Limit"', "is no name that a member can have"),
        ('"name": "limit"', '"name": "limit", "name": "other"', "'name' is there twice"),
        ('"json_name": "limit"', '"json_name": "job"', "two members of SolverJob have the same json_name"),
        ('"json_name": "limit"', '"json_name": "[limit]"', "SolverJob.limit has a JSON name that no member can have"),
        ('"json_name": "limit"', '"json_name": "\\ud800"', "SolverJob.limit has a JSON name that no member can have"),
        ('"json_name": "limit"', '"json_name": "rules"', "SolverJob.limit has the name of another member as its JSON name"),
        ('"name": "limit"', '"name": "class"', "SolverJob.class is no name that a member can have"),
        ('"name": "limit"', '"name": "self"', "SolverJob.self is no name that a member can have"),
        ('"name": "limit"', f'"name": "{"a" * 1001}"', "is no name that a member can have"),
        ('"name": "limit"', '"name": ""', "SolverJob. is no name that a member can have"),
        ('"sets": ".spec.limit"', '"sets": ".limit"', "SolverJob.limit sets nothing that is a path: '.limit'"),
        ('"sets": ".spec.limit"', '"sets": ".status.limit"', "SolverJob.limit sets nothing that is a path"),
        ('"sets": ".spec.limit"', '"sets": ""', "SolverJob.limit has no sets"),
        ('"sets": ".a"', '"sets": "a"', "Rule.a sets nothing that is a path: 'a'"),
        ('"sets": ".spec.limit"', '"sets": ".spec.limit", "int_or_string": true', "SolverJob.limit is int_or_string"),
        ('"number": 1, "name": "spec_overrides"', '"number": 9, "name": "spec_overrides"', "SolverJob has no member spec_overrides with the number 1"),
        ('"json_name": "specOverrides"', '"json_name": "spec"', "SolverJob has no member spec_overrides with the number 1"),
        ('"type": "google.protobuf.Struct"', '"type": "string"', "SolverJob has no member spec_overrides with the number 1"),
        ('"type": "int32"', '"type": "Role"', "SolverJob.limit cannot have the type Role"),
        ('"type": "Role"', '"type": "Role", "sets": ".role"', "Job has no member role with the number 1"),
        ('"Job": [', '"Job": [{"number": 2, "name": "env", "json_name": "env", "type": "string", "sets": ".env"},', "Job.env has the name of a setting that every pod has"),
        ('"format": 1', '"format": true', "a newer one wrote it"),
        ('"type": "int32"', '"type": "float"', "float is no message that a member can have"),
        ('"type": "int32"', '"type": "map<string, int32"', "has no type that a member can have"),
        ('"type": "int32"', '"type": "Job"', "Job is the message of two members"),
        ('"type": "Job"', '"type": "SolverJob"', "SolverJob is no message that a member can have"),
        ('"type": "Job"', '"type": "int32"', "no member has the message Job"),
        ('"sets": ".spec.limit"', '"sets": ".spec[.limit"', "sets nothing that is a path"),
        ('"sets": ".spec.limit"', '"size": ".spec.limit"', "has a 'size'"),
        ('"sets": ".spec.limit"', '"sets": ".spec.limit", "deprecated": 1', "deprecated of SolverJob.limit is no bool"),
        ('"Job": [', '"Job": {}, "Other": [', "'Job' is no message"),
        ('"Job": [', '"1Job": [', "'1Job' is no message"),
        ('"Job": [', '"Struct": [', "'Struct' is no message: it has a meaning in Go, Python or proto already"),
        ('"Job": [', '"SolverJobTask": [', "'SolverJobTask' is no message: the task's class is called so"),
        ('"Job": [', '"Job_run": [', "'Job_run' is no message"),
        ('"Job": [', '"Job2x": [', "'Job2x' is no message"),
    ],
)  # fmt: skip
def test_damage_is_named(now: str, then: str, why: str, tmp_path: FilePath) -> None:
    assert WHOLE.count(now) >= 1
    file = tmp_path / "x.lock.json"
    file.write_text(WHOLE.replace(now, then, 1))
    with pytest.raises(lock.LockError) as refused:
        lock.read(file)
    assert why in str(refused.value) and str(refused.value).startswith(f"{file} is damaged: ")
    assert "version control" in str(refused.value)


def test_all_damage_is_named_at_once() -> None:
    """What an editor has done to a lock, each with its place."""
    found = json.loads(WHOLE)
    config = found["messages"]["SolverJob"]
    config[0]["number"], config[1]["number"] = config[1]["number"], config[0]["number"]
    config[2]["sets"] = ".rules"
    assert problems_of(found) == [
        "SolverJob has no member spec_overrides with the number 1 and the type google.protobuf.Struct",
        "SolverJob.spec_overrides has no sets",
        "SolverJob.rules sets nothing that is a path: '.rules'",
    ]
    config[3]["name"] = "class"
    config.append({"number": 5, "name": "From", "json_name": "_", "type": "bool", "sets": ".spec.x", "size": 1})
    found["messages"]["Struct"] = found["messages"].pop("Job")
    assert problems_of(found) == [
        "SolverJob.class is no name that a member can have",
        "SolverJob.From has a 'size'",
        "SolverJob.From is no name that a member can have",
        "SolverJob.From has a JSON name that no member can have: '_'",
        "'Struct' is no message: it has a meaning in Go, Python or proto already",
    ]
    found["messages"]["SolverJob"] = [{"number": at, "name": f"_{at}"} for at in range(1, 100)]
    assert len(problems_of(found)) == 21 and problems_of(found)[-1].endswith(" more")


def problems_of(found: Any) -> list[str]:
    with pytest.raises(ValueError) as refused:
        lock.parse(json.dumps(found))
    return str(refused.value).split("; ")


@pytest.mark.parametrize("content", [b"", b"\xff", b"null", b"[]", b"[" * 100_000, b'{"messages": {}}'])
def test_what_is_no_lock_is_refused(content: bytes, tmp_path: FilePath) -> None:
    (tmp_path / "x.lock.json").write_bytes(content)
    with pytest.raises(lock.LockError, match="is damaged"):
        lock.read(tmp_path / "x.lock.json")


def test_messages_inside_each_other_are_refused() -> None:
    found = json.loads(WHOLE)
    found["messages"]["Odd"] = [{"number": 1, "name": "a", "json_name": "a", "type": "Odd", "sets": ".a"}]
    with pytest.raises(ValueError, match="no member has the message Odd"):
        lock.parse(json.dumps(found))


def test_one_member_stands_on_one_line() -> None:
    lines = after(spec(solver=STRING, zone=STRING)).text.splitlines()
    assert (
        '      {"number": 2, "name": "solver", "json_name": "solver", "type": "string", "sets": ".spec.solver"},'
        in lines
    )


# ------------------------------------------------------------------------------------------------------------- finding
def test_the_lock_of_the_repository_that_keeps_the_crd_is_read(tmp_path: FilePath) -> None:
    repository(tmp_path, job=TEMPLATE, solver=STRING)
    made = crd_file(tmp_path / "crd/solverjobs.yaml", job=TEMPLATE, algorithm=STRING)
    for given, base in ((str(made), "."), ("crd/solverjobs.yaml", str(tmp_path))):
        draft = drafting.draft({"source": given}, base)
        assert not draft.problems
        assert {each.name: bool(each.deprecated) for each in draft.plugin.contract[0].members} == {
            "spec_overrides": False,
            "job": False,
            "algorithm": False,
            "solver": True,
        }


def test_another_folder_can_be_named(tmp_path: FilePath) -> None:
    repository(tmp_path / "here", job=TEMPLATE, solver=STRING)
    newer = crd_file(tmp_path / "download.yaml", job=TEMPLATE, algorithm=STRING)
    assert drafting.draft({"source": str(newer)}).lock is NO_LOCK
    for locks in (str(tmp_path / "here/contract"), "here/contract"):
        draft = drafting.draft({"source": str(newer)}, str(tmp_path), locks)
        assert [each.name for each in draft.lock.messages[0].members] == ["spec_overrides", "job", "solver"]
    (problem,) = drafting.draft({"source": str(newer)}, locks=str(tmp_path / "nowhere")).problems
    assert problem.text == f"there is no folder {tmp_path / 'nowhere'} of contracts"


def test_a_damaged_lock_is_all_that_is_said(tmp_path: FilePath) -> None:
    made = repository(tmp_path, job=TEMPLATE)
    file = tmp_path / "contract/solverjob.lock.json"
    file.write_text(file.read_text()[:-10])
    (problem,) = drafting.draft({"source": str(made), "fields": ".spec.nothing"}).problems
    assert problem.prompt == "task_type" and problem.text.startswith(f"{file} is damaged: line ")


def test_the_lock_of_another_kind_is_refused(tmp_path: FilePath) -> None:
    repository(tmp_path, job=TEMPLATE)
    made = crd_file(tmp_path / "crd/solverjobs.yaml", kind="Solver", job=TEMPLATE)
    (problem,) = drafting.draft({"source": str(made), "task_type": "solverjob"}).problems
    assert problem.text.endswith("is the contract of SolverJob, not of Solver: give another task_type")


def test_a_lock_that_is_lost_is_refused(tmp_path: FilePath) -> None:
    """The repository's hashes tell that there was one: without it all would get other numbers."""
    made = repository(tmp_path, job=TEMPLATE, solver=STRING)
    file = tmp_path / "contract/solverjob.lock.json"
    hashes = tmp_path / ".flyte-plugin.sums"
    hashes.write_text(f"{'0' * 64}  contract/solverjob.lock.json\n")
    assert not drafting.draft({"source": str(made)}).problems
    file.unlink()
    newer = crd_file(tmp_path / "newer.yaml", job=TEMPLATE, algorithm=STRING, solver=STRING)
    for source, locks in ((made, ""), (newer, str(tmp_path / "contract"))):
        (problem,) = drafting.draft({"source": str(source)}, locks=locks).problems
        assert problem.prompt == "task_type"
        assert problem.text.startswith(f"{file} is missing, and {hashes} has it: ")
        assert "git checkout COMMIT -- contract/solverjob.lock.json" in problem.text
    # One that never was is none that is lost, and so is one that its owner has taken out.
    assert not drafting.draft({"source": str(made), "task_type": "other"}).problems
    hashes.write_text(f"{'0' * 64}  README.md\n")
    assert not drafting.draft({"source": str(made)}).problems
    file.parent.rmdir()
    hashes.write_text(f"{'0' * 64}  contract/solverjob.lock.json\n")
    (problem,) = drafting.draft({"source": str(newer)}, locks=str(file.parent)).problems
    assert problem.text.startswith(f"{file} is missing")


def test_where_the_kind_is_not_there_its_lock_is_not_judged(tmp_path: FilePath) -> None:
    """A CRD of another kind than the recorded one: another task type would not help."""
    repository(tmp_path, job=TEMPLATE)
    other = crd_file(tmp_path / "other.yaml", kind="LoadRun", job=TEMPLATE)
    given = {"source": str(other), "kind": "SolverJob", "task_type": "solverjob"}
    (problem,) = drafting.draft(given, locks=str(tmp_path / "contract")).problems
    assert problem.prompt == "kind" and problem.text.startswith("there is no SolverJob in ")


def test_answers_that_name_what_the_crd_has_lost_are_good(tmp_path: FilePath) -> None:
    """The recorded answers give the repository again, with a CRD that has less."""
    made = repository(
        tmp_path, job=TEMPLATE, worker=obj(template=TEMPLATE, replicas=INTEGER), solver=STRING, zone=STRING
    )
    answers = {**drafting.draft({"source": str(made)}).recorded, "source": str(made)}
    assert ".spec.solver" in answers["fields"] and ".spec.worker" in answers["roles"]
    answers["fields"] += ", .spec.worker.replicas"
    crd_file(made, job=TEMPLATE, zone=STRING)
    draft = drafting.draft(answers)
    assert not draft.problems
    assert [role.name for role in draft.plugin.roles] == ["job"]
    assert [each.name for each in draft.plugin.contract[0].members if each.deprecated] == ["worker", "solver"]
    # What neither the CRD nor the lock has is still a mistake, and so is a task that nothing would run.
    assert drafting.draft({**answers, "fields": ".spec.sulver"}).problems
    crd_file(made, worker=obj(template=TEMPLATE, replicas=INTEGER), zone=STRING)
    problems = drafting.draft(answers).problems
    assert ("roles", True) in {(each.prompt, "the CRD has no .spec.job" in each.text) for each in problems}


def test_the_config_keeps_its_name(tmp_path: FilePath) -> None:
    made = repository(tmp_path, job=TEMPLATE)
    file = tmp_path / "contract/solverjob.lock.json"
    file.write_text(file.read_text().replace('"SolverJob": [', '"OldJob": ['))
    found = drafting.draft({"source": str(made), "operator_name": "Other"}).plugin
    assert (found.names.config_class, found.names.task_class, found.contract[0].name) == (
        "OldJob",
        "OldJobTask",
        "OldJob",
    )
