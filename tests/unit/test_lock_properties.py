"""Whatever becomes of a CRD and of the answers, what was on the wire stays there as it was."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings

from flyte_plugin_scaffold.building import lock
from flyte_plugin_scaffold.model import Field, Message
from flyte_plugin_scaffold.text import names
from tests.support.contracts import Generation, generation, printed
from tests.support.random_generations import generations

PATIENT = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@PATIENT
@given(generations())
def test_whatever_becomes_of_a_crd(found: list) -> None:
    an_old_contract_is_part_of_every_later_one(found)
    every_contract_is_one(found)
    nothing_is_lost_by_a_lock(found)


def an_old_contract_is_part_of_every_later_one(found: list) -> None:
    contracts = [each for *_, each in found]
    for index, old in enumerate(contracts):
        for new in contracts[index + 1 :]:
            for name, (number, json_name, kind, _) in old.members.items():
                assert new.members[name][:3] == (number, json_name, kind)


def every_contract_is_one(found: list) -> None:
    for crd, roles, paths, new in found:
        for message in new.messages:
            check(message)
        assert [each.name for each in new.messages] == list(dict.fromkeys(each.name for each in new.messages))
        assert printed(new.messages) == new.members, "the proto says what the model does"
        assert {(each.name, each.members and len(each.members)) for each in new.messages} == {
            (each.name, len(each.members)) for each in new.lock.messages
        }
        # The same answers again are the same contract, and a lock of its own makes no difference to it.
        again = generation(crd, new.lock, roles, paths)
        assert (again.text, again.messages, again.built) == (new.text, new.messages, new.built)


def check(message: Message) -> None:
    assert len({each.number for each in message.members}) == len(message.members)
    assert len({each.json_name for each in message.members}) == len(message.members)
    by_name = {each.name: each for each in message.members}
    assert all(by_name.get(each.json_name, each) is each for each in message.members), "protobuf reads both names"
    assert len({names.clash_key(each.name) for each in message.members}) == len(message.members)
    live = [each for each in message.members if isinstance(each, Field)]
    assert not any(each.deprecated for each in live)
    assert len({each.go_name for each in live}) == len(live)
    go_names = names.go_field_names(
        [(each.name, each.shape.value == "scalar") for each in sorted(message.members, key=lambda each: each.number)]
    )
    by_number = dict(zip(sorted(each.number for each in message.members), go_names))
    assert all(each.go_name == by_number[each.number] for each in live)


def nothing_is_lost_by_a_lock(found: list) -> None:
    """What could be set without a lock can be set with it, where it stood and with a type that holds as much."""
    for crd, roles, paths, new in found:
        alone = generation(crd, roles=roles, paths=paths)
        assert set(told(new)) == set(told(alone))
        for where, kind in told(alone).items():
            assert told(new)[where] == kind or {told(new)[where], kind} <= {"object", "object list"}


def told(contract: Generation) -> dict[str, str]:
    """What a user can set, by its place in the CR: without how an object is told."""

    def of(fields: tuple[Field, ...]) -> Iterator[tuple[str, str]]:
        for each in fields:
            kind = lock.type_text(each)
            if each.message:
                kind = "object list" if kind.startswith("repeated") else "object"
            kind = kind.replace("repeated google.protobuf.Struct", "object list").replace(
                "google.protobuf.Struct", "object"
            )
            yield str(each.path), kind

    every = [contract.built.fields, *(role.fields for role in contract.built.roles)]
    return {where: kind for fields in every for where, kind in of(fields)}
