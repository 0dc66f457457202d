"""`make bench`: what rendering costs, as ratios within one run. Exit status 1 where a ceiling is passed.

    python tests/bench/bake.py [ROUNDS]

What is compared runs in turns, so that a slow minute of the machine hits both; the medians count.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
from tests.support import tree  # noqa: E402  (the path above makes it importable)

RATIO = 1.3  # rendering the example, to plain cookiecutter
FIRST = 2.6  # the same right after a clone: nothing is compiled yet, of the package and of the templates
PROTOS = 1.5  # seconds that generating the protobuf code adds, its tools being there
LARGE = 2.0  # seconds that a large CRD adds
MEMORY = 250  # MB at most, with that CRD
LARGE_BYTES, LARGE_NODES = 2_800_000, 10_000
SKIP = {"FLYTE_PLUGIN_PROTOS": "skip"}


def run(template: Path, into: Path, environment: Mapping[str, str], *answers: str) -> tuple[float, float]:
    """Seconds and peak MB of one `cookiecutter --no-input` in a process of its own, hooks included.

    It starts in an empty folder: Python looks into that for modules, and in this repository it would find the package compiled.
    """
    config = into / "config.yaml"
    config.write_text(f"cookiecutters_dir: {into}/cookiecutters\nreplay_dir: {into}/replay\n")
    command = [sys.executable, "-m", "cookiecutter", "--config-file", str(config), "--no-input", "-o", str(into)]
    log = into / "output.txt"
    # Python keeps byte code unless it is told not to, as some container images do.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    with open(log, "w") as output:
        process = subprocess.Popen(
            [*command, str(template), *answers],
            cwd=into,
            env={**inherited, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(command)} {template} {' '.join(answers)} failed:\n{log.read_text()}")
    return seconds, usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)


def in_turns(rounds: int, contenders: Mapping[str, Callable[[Path], tuple[float, float]]]) -> dict[str, list]:
    """Median seconds and largest MB of each contender; one round more, the first, warms caches and does not count."""
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, contender in contenders.items():
            with tempfile.TemporaryDirectory() as folder:
                result = contender(Path(folder))
            if number:
                seen[name].append(result)
        print(f"  round {number}/{rounds}", end="\r", file=sys.stderr, flush=True)
    print(" " * 30, end="\r", file=sys.stderr)
    return {
        name: [statistics.median(s for s, _ in results), max(mb for _, mb in results)] for name, results in seen.items()
    }


def plain_template(folder: Path) -> Path:
    """A template without an extension: as many files and bytes as the example renders to, and two empty hooks."""
    with tempfile.TemporaryDirectory() as scratch:
        run(ROOT, Path(scratch), SKIP)
        (example,) = (e for e in Path(scratch).iterdir() if (e / "Makefile").exists())
        top = folder / "{{cookiecutter.plugin_slug}}"
        for file in tree.files(example):
            to = top / file.relative_to(example)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_text(re.sub(r"\{(?=[{%#])", "(", tree.text(file)))
            shutil.copymode(file, to)
    (folder / "hooks").mkdir()
    for hook in ("pre_gen_project.py", "post_gen_project.py"):
        (folder / "hooks" / hook).write_text("")
    prompts = [name for name in json.loads((ROOT / "cookiecutter.json").read_text()) if not name.startswith("_")]
    (folder / "cookiecutter.json").write_text(json.dumps({**dict.fromkeys(prompts, "text"), "plugin_slug": "plain"}))
    return folder


def large_crd(file: Path) -> Path:
    """The example's CRD with a spec of LARGE_NODES schema nodes, LARGE_BYTES long, in the block style of CRD makers."""
    document = yaml.safe_load((ROOT / "flyte_plugin_scaffold/example/solverjobs.yaml").read_text())
    document = json.loads(json.dumps(document))  # no YAML anchors: no real CRD has them
    spec = document["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
    leaves = 25
    settings = []
    for number in range(LARGE_NODES // (leaves + 2)):
        inner = {f"setting{leaf}": {"type": "string", "description": ""} for leaf in range(leaves)}
        settings += inner.values()
        spec[f"block{number}"] = {
            "description": "A part of the job that has many settings.",
            "type": "object",
            "properties": {"inner": {"type": "object", "properties": inner}},
        }
    words = "What this setting does is told at length, as in the CRDs of large operators, word after word. " * 10
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    length = 200.0
    for _ in range(3):  # indentation and line breaks count too: three steps come close enough
        for each in settings:
            each["description"] = words[: int(length)]
        file.write_text(yaml.dump(document, Dumper=dumper, sort_keys=False))
        length += (LARGE_BYTES - file.stat().st_size) / len(settings) / 1.4
    return file


def clone(folder: Path) -> Path:
    """The template as git has it: without byte code, and without what tests and tools left in it."""
    folder.mkdir()
    for name in ("cookiecutter.json", "hooks", "flyte_plugin_scaffold", "{{cookiecutter.plugin_slug}}"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, folder / name)
    return without_byte_code(folder)


def without_byte_code(folder: Path) -> Path:
    for cache in list(folder.rglob("__pycache__")):
        shutil.rmtree(cache)
    return folder


def nodes(schema: object) -> int:
    """How many schemas a schema holds, itself included."""
    if not isinstance(schema, dict):
        return 0
    below = list(schema.get("properties", {}).values()) + [schema.get("items"), schema.get("additionalProperties")]
    return 1 + sum(map(nodes, below))


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as scratch:
        plain = plain_template(Path(scratch) / "plain")
        cloned = clone(Path(scratch) / "clone")
        crd = large_crd(Path(scratch) / "large.yaml")
        schema = yaml.load(crd.read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        count = nodes(schema["spec"]["versions"][0]["schema"]["openAPIV3Schema"])
        result = in_turns(
            rounds,
            {
                "plain": lambda folder: run(plain, folder, {}),
                "example": lambda folder: run(ROOT, folder, SKIP),
                "first": lambda folder: run(without_byte_code(cloned), folder, SKIP),
                "protos": lambda folder: run(ROOT, folder, {}),
                "large": lambda folder: run(ROOT, folder, SKIP, f"source={crd}"),
            },
        )
        files = [file for file in (plain / "{{cookiecutter.plugin_slug}}").rglob("*") if file.is_file()]
        print(
            f"Medians of {rounds} rounds; the plain template has {len(files)} files, {sum(f.stat().st_size for f in files)} bytes;"
        )
        print(f"the large CRD has {count} schema nodes, {crd.stat().st_size} bytes.\n")
    for name, (seconds, megabytes) in result.items():
        print(f"  {name:8} {seconds:6.2f} s  {megabytes:5.0f} MB")
    print()
    plain_s, example_s = result["plain"][0], result["example"][0]
    rows = (
        ("the example / plain cookiecutter", example_s / plain_s, RATIO, ""),
        ("the first bake after a clone / plain", result["first"][0] / plain_s, FIRST, ""),
        ("protobuf code adds", result["protos"][0] - example_s, PROTOS, " s"),
        ("a large CRD adds", result["large"][0] - example_s, LARGE, " s"),
        ("memory with it", result["large"][1], MEMORY, " MB"),
    )
    failed = False
    for name, value, ceiling, unit in rows:
        failed = failed or value > ceiling
        print(f"  {name:38} {value:7.2f}{unit:3} of {ceiling}{unit}{'' if value <= ceiling else '   TOO MUCH'}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
