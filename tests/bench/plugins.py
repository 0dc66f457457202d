"""`make bench`: what rendered plugins cost beside Flyte's own, as ratios within one run. Exit status 1 where a goal is missed.

    python tests/bench/plugins.py [--rounds N] [--write]

Both sides are in one binary and have the same tasks; they run in turns, several times a round and each time shortly, and the
best run counts: whatever else a machine does only ever adds, and leaves some short runs alone. --write also cuts the tables into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import functools
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
from tests.parity import module  # noqa: E402  (the path above makes it importable)
from tests.support import kinds, rendering, toolchain  # noqa: E402
from tools import docs  # noqa: E402

PAGE = ROOT / "docs/benchmarks.md"
RUNS = 5  # of each benchmark, in each round
NOISE = 1.1  # how much slower may still be as fast: time alone is noisy
LESS = 5.0  # how many times less than the operator's own type an object may hold in the informer's cache
TRIMMED = 10.0  # how many times less than whole ones unstructured objects may hold there
# What is held to the goal; the others are for information.
METHODS = {"BuildResource": True, "GetTaskPhase": True, "Create": False}
LINE = re.compile(r"^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.*)$", re.M)

Results = dict[str, dict[str, float]]  # by benchmark and unit


def narrow_rayjob() -> Path:
    """A rendering for RayJob under a group for which Flyte has no Go type: the plugin's own narrow type is used."""
    shelf = toolchain.CACHE / "rendered" / "NarrowRayJob"
    place = shelf / rendering.template_hash()[:16]
    if not place.is_dir():
        shelf.mkdir(parents=True, exist_ok=True)
        crd = shelf / "rayjobs.yaml"
        crd.write_text(kinds.crd_path("RayJob").read_text().replace("ray.io", "ray.example.com"))
        answers = {
            "source": str(crd),
            "task_type": "narrowrayjob",
            "go_module": "github.com/example/flyte-narrow-rayjob",
        }
        baked = rendering.bake(answers, place)
        if baked.path is None:
            raise SystemExit(baked.output)
    return next(each for each in place.iterdir() if each.is_dir())


def run(rounds: int) -> Results:
    """The best of the rounds."""
    folder = module.assemble(narrow_rayjob())
    module.go(folder, "test", "-mod=mod", *module.TAGS, "-c", "-o", "bench.test", "./bench")
    seen: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))

    def bench(pattern: str, benchtime: str, runs: int = 1) -> None:
        command = ["./bench.test", "-test.run", "^$", "-test.bench", pattern]
        command += ["-test.benchtime", benchtime, "-test.count", str(runs)]
        output = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if output.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed:\n{output.stdout}{output.stderr}")
        for name, values in LINE.findall(output.stdout):
            numbers = values.split()
            for value, unit in zip(numbers[::2], numbers[1::2]):
                seen[name.replace("_", " ")][unit].append(float(value))

    for number in range(rounds):
        bench("|".join(METHODS), "0.02s", RUNS)
        print(f"  round {number + 1}/{rounds}", end="\r", file=sys.stderr, flush=True)
    print(" " * 30, end="\r", file=sys.stderr)
    bench("Cache", "1x")
    return {name: {unit: min(values) for unit, values in units.items()} for name, units in seen.items()}


def calls(results: Results, missed: list[str]) -> Iterator[str]:
    """Ours to in-tree; below 1 ours is the cheaper one."""
    yield "| method | kind | time | allocations | bytes | ours | in-tree |"
    yield "|---|---|---|---|---|---|---|"
    for method, held in METHODS.items():
        for kind in module.KINDS:
            ours, in_tree = results[f"{method}/{kind}/ours"], results[f"{method}/{kind}/in-tree"]
            ratio = {unit: ours[unit] / in_tree[unit] for unit in ("ns/op", "allocs/op", "B/op")}
            late = held and (ratio["ns/op"] > NOISE or ratio["allocs/op"] > 1)
            if late:
                missed.append(
                    f"{method} of {kind}: {ratio['ns/op']:.2f} of the time, {ratio['allocs/op']:.2f} of the allocations"
                )
            absolute = (
                f"{each['ns/op'] / 1000:.0f} µs, {each['allocs/op']:.0f} allocations" for each in (ours, in_tree)
            )
            yield f"| {method} | {kind} | {' | '.join(f'{each:.2f}' for each in ratio.values())} | {' | '.join(absolute)} |"


def cache(results: Results, missed: list[str]) -> Iterator[str]:
    """Bytes that an object holds, and how many times the rendered type's."""
    yield "| a RayJob decoded into | bytes of JSON | bytes held | times the rendered type |"
    yield "|---|---|---|---|"
    seen = {name.partition("/")[2]: each for name, each in results.items() if name.startswith("Cache/")}
    held = {name: each["held-B/object"] for name, each in seen.items()}
    for name, each in seen.items():
        times = held[name] / held["rendered type"]
        yield f"| {name} | {each['json-B/object']:,.0f} | {held[name]:,.0f} | {times:.1f} |"
    if held["operator's type"] < LESS * held["rendered type"]:
        missed.append(f"the cache: the operator's type holds less than {LESS:.0f} times what the rendered type does")
    if held["unstructured"] < TRIMMED * held["unstructured, trimmed as rendered"]:
        missed.append(f"the cache: trimming leaves more than 1/{TRIMMED:.0f} of an unstructured object")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    results = run(options.rounds)
    missed: list[str] = []
    tables = {name: list(of(results, missed)) for name, of in (("bench-calls", calls), ("bench-cache", cache))}
    for table in tables.values():
        print("\n".join(table), end="\n\n")
    if options.write:
        cuts = {name: functools.partial(iter, table) for name, table in tables.items()}
        PAGE.write_text(docs.fresh(PAGE.read_text(), cuts))
    sys.exit("\n".join(["The goal is missed:", *missed]) if missed else 0)


if __name__ == "__main__":
    main()
