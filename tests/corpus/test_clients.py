"""The contract in languages that have no SDK: generated TypeScript, and plain TypeScript and Java that only know of JSON."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from flyte_plugin_scaffold.examples import corpus
from flyte_plugin_scaffold.languages import json_schema
from flyte_plugin_scaffold.model import Plugin
from tests.support import node, rendering, toolchain
from tests.support.kinds import CRDS, KINDS

from . import expected
from .sides import HERE, Json

CLIENTS = HERE / "clients"
PAGE = rendering.ROOT / "{{cookiecutter.plugin_slug}}/contract/{{ kind_name() }}.md"
SHOWN = ("example", "Restore", "LoadTest", "OddJob", "Assembly")  # whose CRDs are in this repository
OPTIONS = {
    "strict": True,
    "target": "es2024",
    "lib": ["es2024", "dom"],
    "module": "nodenext",
    "rootDir": ".",
    "outDir": "out",
    "types": [],
}
# It has every shape of value, every place of a pod, and names that must be changed.
one_of_all_shapes = pytest.mark.parametrize("kind", ["Assembly"])


class TypeScript:
    """A folder of TypeScript, compiled and run by the Node.js of a repository's Python environment."""

    def __init__(self, folder: Path, python: Path) -> None:
        self.folder, self._node, self._modules = folder, node.command(python), node.packages(python)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "node_modules").symlink_to(self._modules)
        (folder / "package.json").write_text('{"type": "module"}')
        (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": OPTIONS}))

    def compile(self) -> None:
        run = subprocess.run(
            [self._node, self._modules / "typescript/bin/tsc", "-p", "."],
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stdout + run.stderr

    def run(self, module: str, asked: Json) -> Json:
        run = subprocess.run(
            [self._node, f"out/{module}.js"], cwd=self.folder, input=json.dumps(asked), capture_output=True, text=True
        )
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)


@one_of_all_shapes
def test_generated_typescript_go_and_python_read_each_other(kind, repository, sides, said):
    here, repo = sides(kind), repository(kind)
    names = here.plugin.names
    _, customs = said(kind)
    made = repo.path / "clients"
    try:
        repo.make("generate_clients")
        typescript = TypeScript(repo.path / "build/typescript", here.python)
        made.rename(typescript.folder / "clients")
    finally:
        shutil.rmtree(made, ignore_errors=True)
    code = f"clients/typescript/{names.proto_file.removesuffix('.proto')}_pb.js"
    assert (typescript.folder / code).with_suffix(".ts").is_file()
    (typescript.folder / "schema.ts").write_text(
        f'export {{ {names.config_class}Schema as Schema }} from "./{code}";\n'
    )
    shutil.copy(CLIENTS / "round_trip.ts", typescript.folder)
    typescript.compile()

    python = [str(here.python), str(HERE / "wire_bytes.py"), *here.messages]
    turning: dict[str, Callable[[Json, Json], Json]] = {
        "TypeScript": lambda customs, messages: typescript.run("round_trip", {"customs": customs, "bytes": messages}),
        "Python": lambda customs, messages: here.ask(python, {"customs": customs, "bytes": messages}),
        "Go": here.turned,
    }
    written = {language: turned(customs, [])["bytes"] for language, turned in turning.items()}
    assert all(any(message) for message in written.values())
    for reader, turned in turning.items():
        every = [message for messages in written.values() for message in messages]
        read = turned([], every)["customs"]
        assert list(expected.differences(customs * len(written), read)) == [], f"{reader} reads otherwise"


@one_of_all_shapes
def test_plain_typescript_and_java_only_build_custom(kind, sides, tmp_path):
    here = sides(kind)
    plugins: dict[str, Plugin] = {}
    snippets: dict[str, dict[str, str]] = {"typescript": {}, "java": {}}
    for name in SHOWN:
        file = KINDS[name].file
        plugins[name] = rendering.drafting.build(
            {**KINDS[name].answers, "source": str(CRDS / file) if file else "example"}
        )
        page = rendering.rendered_for(plugins[name], PAGE)
        for language, found in snippets.items():
            (found[name],) = re.findall(rf"```{language}\n(.*?)```", page, re.S)
    for language, run in {"typescript": _plain_typescript, "java": _plain_java}.items():
        said = run(snippets[language], tmp_path, here.python)
        assert said == {name: corpus.shown_custom(plugin) for name, plugin in plugins.items()}, language
        for name, custom in said.items():
            jsonschema.validate(custom, json.loads(json_schema.json_schema(plugins[name])))
        for built in (here.build([said[kind]]), here.connect([said[kind]])):
            assert built[0].get("object"), built


def _plain_typescript(snippets: dict[str, str], folder: Path, python: Path) -> Json:
    typescript = TypeScript(folder / "plain", python)
    blocks = [f"{{\n{text}\ncustoms[{json.dumps(name)}] = custom;\n}}" for name, text in snippets.items()]
    text = (
        "const customs: Record<string, object> = {};\n"
        + "\n".join(blocks)
        + "\nconsole.log(JSON.stringify(customs));\n"
    )
    (typescript.folder / "plain.ts").write_text(text)
    typescript.compile()
    return typescript.run("plain", None)


def _plain_java(snippets: dict[str, str], folder: Path, python: Path) -> Json:
    java = shutil.which("java")
    if java is None and not os.environ.get("CI"):
        pytest.skip("left out: the example in Java, as there is no java on PATH")
    assert java, "there is no java on PATH"
    beginning = "Map<String, Object> custom = "
    assert all(text.startswith(beginning) and text.endswith(";\n") for text in snippets.values())
    entries = [
        f"Map.entry({json.dumps(name)}, {text.removeprefix(beginning).removesuffix(chr(10))[:-1]})"
        for name, text in snippets.items()
    ]
    source = (CLIENTS / "Customs.java").read_text().replace("/* CUSTOMS */", ",\n".join(entries))
    (folder / "Customs.java").write_text(source)
    flags = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    run = subprocess.run(
        [java, *flags, folder / "Customs.java"], capture_output=True, text=True, env=toolchain.environment()
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
