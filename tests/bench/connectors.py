"""`make bench`: what a task costs with the rendered connector, beside the rendered Go plugin, as ratios within one run.

    python tests/bench/connectors.py [--tasks N] [--write]

Both have the same tasks of the example, on one real API server with the rendered rights alone, one after the other. The connector is served by
flytekit's own server and asked by gRPC; the plugin runs in propeller's plugin manager, with its client and informer. Exit status 1 where one
asks the API server more often than once a creation and once a look. --write also cuts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
from tests.backend import tools  # noqa: E402  (the path above makes it importable)
from tests.backend.api_server import ApiServer  # noqa: E402
from tests.backend.backend import PROPELLER, ensure_namespace  # noqa: E402
from tests.backend.connector import CONNECTOR, Connector  # noqa: E402
from tests.backend.kubernetes import Resource  # noqa: E402
from tests.conftest import Repository  # noqa: E402
from tests.support import documents, rendering, toolchain  # noqa: E402
from tools import docs, venv  # noqa: E402

HERE = Path(__file__).parent / "connector"
PAGE = ROOT / "docs/benchmarks.md"
WORKERS = 8  # calls at once
LOOKS = 5  # at each task while nothing changes
CUSTOM = json.dumps({"driver": {}, "workers": {"replicas": 2}})
STEPS = ("create", "change", "first look", "look")


@dataclass
class Cost:
    """What one side took: of each step the seconds, seconds of CPU and requests of a task; memory in bytes."""

    seconds: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    requests: dict[str, dict[str, float]] = field(default_factory=dict)
    idle: int = 0
    running: int = 0


def usage(group: int) -> tuple[float, int]:
    """Seconds of CPU and resident bytes of a process group, without the process that leads it and waits."""
    ticks, pages = 0, 0
    for each in Path("/proc").glob("[0-9]*"):
        try:
            fields = (each / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == group and int(each.name) != group:
                ticks += int(fields[11]) + int(fields[12])
                pages += int(fields[21])
        except (OSError, IndexError):
            continue  # it has ended meanwhile
    return ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE")


class Driver:
    """A process that creates tasks or looks at them, each once for a line on its standard input."""

    def __init__(self, command: list[str], env: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            command, env=dict(env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self.group = self._process.pid
        self._said()

    def tell(self, word: str) -> float:
        """Seconds."""
        assert self._process.stdin
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        return float(json.loads(self._said())["seconds"])

    def _said(self) -> str:
        assert self._process.stdout
        before: list[str] = []
        for line in self._process.stdout:
            if line.startswith("bench "):
                return line.removeprefix("bench ")
            before.append(line)
        raise SystemExit(f"{self._process.args} has ended:\n{''.join(before[-30:])}")

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


def measure(
    server: ApiServer, account: str, kind: Resource, namespace: str, tasks: int, driver: Driver, group: int
) -> Cost:
    """Of ``group`` what ``tasks`` tasks cost; ``driver`` may be what is measured, or what asks it."""
    cost, api = Cost(), server.api()
    driver.tell("begin")
    driver.tell("rest")
    cost.idle = usage(group)[1]

    def change() -> float:
        start = time.perf_counter()
        for each in api.list(kind, namespace)["items"]:
            api.patch(kind, namespace, each["metadata"]["name"], {"status": {"phase": "Running"}}, "status")
        time.sleep(2)  # what is told of it has been read then
        return time.perf_counter() - start

    for step in STEPS:
        times = LOOKS if step == "look" else 1
        log, before = server.audit_log.stat().st_size, usage(group)[0]
        seconds = [
            change() if step == "change" else driver.tell("create" if step == "create" else "get") for _ in range(times)
        ]
        cost.seconds[step] = sum(seconds) / times / tasks
        cost.cpu[step] = (usage(group)[0] - before) / times / tasks
        counted = Counter(
            f"{each['verb']} {each['objectRef']['resource']}"
            for each in server.audit(account, log)
            if each.get("objectRef", {}).get("namespace") == namespace
        )
        cost.requests[step] = {what: number / times / tasks for what, number in sorted(counted.items())}
    driver.tell("rest")
    cost.running = usage(group)[1]
    return cost


def repository(left: ExitStack, **answers: str) -> Repository:
    """The example to work in, at a path that stays the same."""
    folder, lock = toolchain.free_folder(toolchain.CACHE / "work", "-".join(["example", *answers.values()]))
    left.callback(os.close, lock)
    rendering.sync(rendering.rendered("example", **answers), folder)
    return Repository(folder, ("example",))


def run(tasks: int, folder: Path) -> dict[str, Cost]:
    """By what has run the tasks."""
    with ExitStack() as left:
        plugin, other = repository(left), repository(left, targets="connector")
        known = plugin.plugins["example"]
        other.make("venv")
        python = venv.python_of(other.sdk)

        source = HERE / "tasks_test.go"
        copy, binary = plugin.path / "go/solverjob" / source.name, folder / "plugin"
        shutil.copy(source, copy)
        try:
            plugin.run("go", "test", "-c", "-tags", "nospark", "-o", str(binary), "./go/solverjob")
        finally:
            copy.unlink()

        server = ApiServer(tools.servers(toolchain.go()), folder / "server", [PROPELLER, CONNECTOR])
        left.callback(server.stop)
        api = server.api()
        for namespace in ("flyte", "plugin", "connector"):
            ensure_namespace(api, namespace)
        server.install_crd(documents.load((plugin.path / "crd" / f"{known.crd.plural}.yaml").read_text()))
        for rights in (
            plugin.path / "kustomize/rbac/solverjob.yaml",
            other.path / "kustomize/connector-rbac/solverjob.yaml",
        ):
            for each in documents.load_all(rights.read_text()):
                api.apply(each)

        kind = Resource(known.crd.group, known.crd.version, known.crd.plural)
        said = {"BENCH_TASKS": str(tasks), "BENCH_WORKERS": str(WORKERS), "BENCH_CUSTOM": CUSTOM, "PATH": os.defpath}
        costs = {}

        access = server.kubeconfig(folder / "plugin.kubeconfig", PROPELLER)
        # The process that is measured has one above it that waits, as servers have.
        command = [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])", str(binary)]
        command += ["-test.run", "^TestTasks$", "-test.timeout", "30m"]
        driver = Driver(
            command, {**said, "BENCH_KUBECONFIG": str(access), "BENCH_NAMESPACE": "plugin", "HOME": str(folder)}
        )
        try:
            costs["plugin"] = measure(server, PROPELLER, kind, "plugin", tasks, driver, driver.group)
        finally:
            os.killpg(driver.group, 9)
            driver.end()

        access = server.kubeconfig(folder / "connector.kubeconfig", CONNECTOR)
        connector = Connector(python, other.path, known.names.project, access, folder)
        connector.start()
        left.callback(connector.stop)
        asking = {**said, "BENCH_PORT": str(connector.port), "BENCH_NAMESPACE": "connector", "HOME": str(folder)}
        driver = Driver([str(python), str(HERE / "client.py")], asking)
        left.callback(driver.end)
        costs["connector"] = measure(server, CONNECTOR, kind, "connector", tasks, driver, connector.group)
        return costs


def _requests(of: Mapping[str, float]) -> str:
    return ", ".join(f"{number:.2f} {what}" for what, number in of.items()) or "none"


def table(costs: Mapping[str, Cost], tasks: int, missed: list[str]) -> Iterator[str]:
    """Of one task."""
    plugin, connector = costs["plugin"], costs["connector"]
    yield "| of one task | Go plugin | connector | connector to Go plugin |"
    yield "|---|---|---|---|"
    names = {
        "create": "creation",
        "change": "change of its status",
        "first look": "first look after it",
        "look": "look while nothing changes",
    }
    for step, name in names.items():
        both = [_requests(each.requests[step]) for each in (plugin, connector)]
        if step != "change":
            yield f"| {name}: requests | {both[0]} | {both[1]} | |"
        shown = (("CPU", plugin.cpu, connector.cpu), ("time", plugin.seconds, connector.seconds))
        for what, ours, others in shown[: 1 if step == "change" else 2]:
            ratio = f"{others[step] / ours[step]:.1f}" if ours[step] else ""
            yield f"| {name}: {what} | {ours[step] * 1e3:.2f} ms | {others[step] * 1e3:.2f} ms | {ratio} |"
        for side, cost in costs.items():
            if sum(cost.requests[step].values()) > 1.01 and step in ("create", "look"):
                missed.append(f"{name} by the {side}: {_requests(cost.requests[step])}")
    idle = [each.idle / 1e6 for each in (plugin, connector)]
    yield f"| memory of the process without tasks | {idle[0]:.0f} MB | {idle[1]:.0f} MB | {idle[1] / idle[0]:.1f} |"
    running = [each.running / 1e6 for each in (plugin, connector)]
    yield f"| memory with {tasks:,} that run | {running[0]:.0f} MB | {running[1]:.0f} MB | {running[1] / running[0]:.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--write", action="store_true")
    options, _ = parser.parse_known_args()
    folder = ROOT / "build/bench-connector"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    missed: list[str] = []
    lines = list(table(run(options.tasks, folder), options.tasks, missed))
    print("\n".join(lines), end="\n\n")
    if options.write:
        PAGE.write_text(docs.fresh(PAGE.read_text(), {"bench-connector": functools.partial(iter, lines)}))
    sys.exit("\n".join(["The goal is missed:", *missed]) if missed else 0)


if __name__ == "__main__":
    main()
