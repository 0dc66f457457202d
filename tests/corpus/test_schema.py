"""The contract's JSON Schema and its proto accept the same: whoever writes ``custom`` by the one is understood by the other."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.examples import corpus
from flyte_plugin_scaffold.languages import json_schema
from flyte_plugin_scaffold.model import Plugin
from tests.support import json_schemas, rendering, services, toolchain

from .sides import HERE, Json

TEMPLATE = rendering.ROOT / "{{cookiecutter.plugin_slug}}"
MADE, BROKEN = 60, 240  # of each kind
# What the SDK checks, and protobuf leaves to the API server. The schema says it, too.
OF_THE_SDK = {"required", "enum", "minimum", "maximum"}
UNREADABLE = "is not one that this propeller's plugin"


def _validator(text: str) -> jsonschema.Draft202012Validator:
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture
def validator(kind, sides) -> jsonschema.Draft202012Validator:
    here = sides(kind)
    return _validator((here.path / f"contract/{here.plugin.names.name}.schema.json").read_text())


@pytest.fixture
def seed(request) -> int:
    return int(request.config.getoption("--hypothesis-seed"))


def test_what_the_sdk_sends_fits_the_schema(kind, said, validator):
    _, customs = said(kind)
    for custom in customs:
        assert [str(error) for error in validator.iter_errors(custom)] == []


def test_schema_and_proto_accept_the_same(kind, sides, validator, seed):
    here = sides(kind)
    customs = [corpus.shown_custom(here.plugin), *_customs(validator, seed)]
    command = [str(here.python), str(HERE / "schema_helper.py"), *here.messages]
    said = here.ask(command, {"customs": customs, "seed": seed, "make": MADE})
    assert said["members"] == _members(here.plugin)
    wrong = list(_differences(validator, customs, said))
    built = here.build(customs)
    assert "object" in built[0], "what the reference page shows can be run"
    for custom, judged, result in zip(customs, said["judged"], built):
        reads = UNREADABLE not in result.get("error", "")
        if reads and "refused" in judged:
            wrong.append(("the Go plugin alone accepts", custom, judged, result))
        if not reads and validator.is_valid(custom):
            wrong.append(("the Go plugin refuses", custom, judged, result))
    assert not wrong, f"{len(wrong)} customs, the first one: {json.dumps(wrong[0], ensure_ascii=False)}"


def test_a_service_has_a_schema_and_a_proto_that_accept_the_same(flytekit_python, tmp_path, seed):
    plugin = drafting.build({"source": str(services.SIMULATIONS)})
    names = plugin.names
    (proto,) = TEMPLATE.glob("proto/*/*/*/*/*.proto")
    script = TEMPLATE / "scripts/generate_protos.sh"
    templates = {f"proto/{names.proto_file}": proto, "scripts/generate_protos.sh": script}
    rendering.write({path: rendering.rendered_for(plugin, each) for path, each in templates.items()}, tmp_path)
    _run(["bash", "scripts/generate_protos.sh"], tmp_path)
    (module,) = tmp_path.glob("flytekit-*/*/*/*_pb2.py")
    validator = _validator(json_schema.json_schema(plugin))
    customs = [corpus.full_custom(plugin), corpus.shown_custom(plugin), *_customs(validator, seed)]
    assert [validator.is_valid(each) for each in customs[:2]] == [True, True]
    command = [str(flytekit_python), str(HERE / "schema_helper.py"), str(module), names.config_class]
    said = json.loads(_run(command, tmp_path, json.dumps({"customs": customs, "seed": seed, "make": MADE})))
    assert said["members"] == _members(plugin)
    assert list(_differences(validator, customs, said)) == []


def _run(command: list[str], folder: Path, text: str = "") -> str:
    run = subprocess.run(
        command, cwd=folder, env=toolchain.environment(), input=text, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def _customs(validator: jsonschema.Draft202012Validator, seed: int) -> list[Json]:
    """Customs that the schema accepts, and such with one fault, or one value that is none after all."""
    chance = random.Random(seed)
    maker = json_schemas.Maker(validator.schema, chance)
    valid = [maker.made() for _ in range(MADE)]
    assert [custom for custom in valid if not validator.is_valid(custom)] == []
    return [*valid, *(json_schemas.broken(chance.choice(valid), chance) for _ in range(BROKEN))]


def _differences(
    validator: jsonschema.Draft202012Validator, customs: list[Json], said: Json
) -> Iterator[tuple[Json, ...]]:
    """What schema and protobuf do not agree on, with what schema_helper.py has ``said``."""
    for custom, judged in zip([*customs, *said["made"]], said["judged"]):
        if "refused" in judged:
            if validator.is_valid(custom):
                yield "the schema alone accepts", custom, judged
            continue
        beyond = list(_beyond_the_sdk(validator, judged["canonical"]))
        if beyond:
            yield "the proto alone accepts", custom, judged, beyond


def _members(plugin: Plugin) -> dict[str, dict[str, list[object]]]:
    """What the reference page says of every member, as schema_helper.py has it."""
    return {
        each.name if "." in each.name else f"{plugin.names.proto_package}.{each.name}": {
            member.json_name: [member.number, member.name] for member in each.members
        }
        for each in json_schema.messages(plugin)
    }


def _beyond_the_sdk(validator: jsonschema.Draft202012Validator, canonical: object) -> Iterator[str]:
    """What the schema says against a custom as protobuf prints it, apart from what the SDK refuses as well."""
    for error in validator.iter_errors(canonical):
        enum = "enum" in error.schema
        if enum and isinstance(error.instance, int):
            continue  # protobuf keeps a number that it has no name for
        if error.validator in OF_THE_SDK and not (enum and "role" in error.absolute_path):  # there it is flyteidl's
            continue
        if error.validator == "type" and error.instance in ("NaN", "Infinity", "-Infinity"):
            continue
        yield f"{error.json_path}: {error.message}"


def test_the_openapi_components_are_the_schemas(home, repository):
    repo = repository(home)
    document = yaml.safe_load((repo.path / "contract/openapi.yaml").read_text())
    assert (document["openapi"], set(document["info"])) == ("3.1.0", {"title", "version"})
    schemas = {}
    for name, component in document["components"]["schemas"].items():
        schemas[name] = json.loads((repo.path / "contract" / component.pop("$ref")).read_text())
        assert component == {}
    assert schemas == {
        each.names.config_class: json.loads(json_schema.json_schema(each)) for each in repo.plugins.values()
    }
