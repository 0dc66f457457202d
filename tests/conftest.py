"""Fixtures and options that all tests share."""

from __future__ import annotations

import functools
import gc
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.flyte import versions
from flyte_plugin_scaffold.model import Plugin
from tests.backend import tools
from tests.support import documents, kinds, rendering, simulator, toolchain, tree
from tools import venv

# Every run looks at other examples, in CI too, where Hypothesis would ignore the seed; the header says how to look at the same
# ones again. A loaded machine is no fault of what is tested.
hypothesis.settings.register_profile(
    "all",
    derandomize=False,
    deadline=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("all")

collect_ignore = [
    "golden/example",
    "library/together",
    "rendered/notebook",
]  # a rendering, and what another Python runs, have tests of their own

# Quick ones first: what is broken there need not be waited for. Then what takes longest, so that no worker is left with it at the
# end. One of the workers starts with the back end, which is as long as half of the rest and waits more than it works.
ORDER = ("unit", "test_", "library", "golden", "by kind", "rendered", "consumer", "backend")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kinds", default="", help="comma-separated ids of tests/support/kinds.py; default: all")
    parser.addoption("--corpus-keep", action="store_true", help="write tests/corpus/kept/ for this template version")
    parser.addoption("--load-write", action="store_true", help="write tests/backend/test_load.py's figures into docs/")
    parser.addoption("--golden-update", action="store_true", help="write tests/golden/ instead of comparing with it")


@pytest.hookimpl(tryfirst=True)  # before Hypothesis reads its seed; workers are given the options of the run
def pytest_configure(config: pytest.Config) -> None:
    for name in toolchain.OF_MAKE:
        os.environ.pop(name, None)
    os.environ["GOFLAGS"] = toolchain.GO_FLAGS
    # A shell's background jobs ignore Ctrl-C, as do their children: tests that press it would wait in vain.
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.getoption("--hypothesis-seed") is None:
        config.option.hypothesis_seed = str(random.SystemRandom().randrange(10**9))


def pytest_report_header(config: pytest.Config) -> list[str]:
    seed = f"the same examples again: --hypothesis-seed={config.getoption('--hypothesis-seed')}"
    if config.option.verbose <= 0:  # as in `make unit`, which needs none of the others: asking for them takes seconds
        return [seed]
    versions = ", ".join("{}.{}".format(*version) for version in sorted(toolchain.pythons()))
    return [
        f"downloads and builds: {toolchain.CACHE}",
        f"Python found: {versions}; Go on PATH: {shutil.which('go') or 'none'}",
        seed,
    ]


def pytest_report_teststatus(report: pytest.TestReport, config: pytest.Config) -> tuple[str, str, str] | None:
    """With -q what passes is counted and not shown: of thousands a line each, or a dot, tells nobody anything."""
    return ("passed", "", "") if report.passed and report.when == "call" and config.option.verbose <= 0 else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with the argument ``kind`` runs for every kind, one with ``home`` for every repository that they are built in;
    ``@pytest.mark.parametrize("kind", ...)`` overrides that.
    """
    chosen = _chosen(metafunc.config)
    for name, values in {"kind": chosen, "home": kinds.homes(chosen)}.items():
        given = any(name in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
        if name in metafunc.fixturenames and not given:
            metafunc.parametrize(name, values, scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Thousands of tests stay to the end: the garbage collector need not look at them again and again."""
    gc.freeze()


@pytest.hookimpl(tryfirst=True)  # before pytest chooses by marker
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        top = item.path.relative_to(Path(__file__).parent).parts[0]
        top = "by kind" if _is_by_kind(item.nodeid) else top
        return next((at for at, start in enumerate(ORDER) if top.startswith(start)), len(ORDER))

    def kind_of(item: pytest.Item) -> str:
        return str(item.callspec.params.get("kind", "")) if hasattr(item, "callspec") else ""

    items.sort(key=rank)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: rank(item) != ORDER.index("backend"))
    left_out = set(kinds.KINDS) - set(_chosen(config))
    dropped = [item for item in items if kind_of(item) in left_out]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in dropped]
    for item in items:
        # What a fixture needs, its tests need. Real CRDs come out of Go modules.
        if {"rendered", "repository", "go"} & set(item.fixturenames):
            item.add_marker(pytest.mark.go)
        elif kind_of(item) in kinds.KINDS and kinds.KINDS[kind_of(item)].module:
            item.add_marker(pytest.mark.go)
        if {"sdk_python", "flytekit_python", "connector_python", "flyte2_python"} & set(item.fixturenames):
            item.add_marker(pytest.mark.sdk)


# Their tests work in a kind's repository and share nothing else: each envtest starts servers of its own.
BY_KIND = ("tests/rendered/test_make.py", "tests/corpus/", "tests/backend/test_envtest.py")


def _is_by_kind(nodeid: str) -> bool:
    return nodeid.startswith(BY_KIND)


class _ByPlace(LoadScopeScheduling):
    """Tests of one place run in one worker: they share servers, or a rendering and what was built in it."""

    def _split_scope(self, nodeid: str) -> str:
        path, _, test = nodeid.partition("::")
        if _is_by_kind(nodeid):
            named = (name for name in (*kinds.KINDS, *kinds.REPOSITORIES) if re.search(rf"\[(.*-)?{name}[-\]]", test))
            return kinds.home(next(named, "example"))
        folder = path.split("/")[1]
        return folder if folder == "backend" else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _ByPlace(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("sdk"):
        toolchain.sdk_python()  # skips where there is none


def _chosen(config: pytest.Config) -> list[str]:
    wanted = [each for each in config.getoption("--kinds").split(",") if each]
    unknown = set(wanted) - set(kinds.KINDS)
    if unknown:
        raise pytest.UsageError(f"--kinds: no {', '.join(sorted(unknown))}; there are {', '.join(kinds.KINDS)}")
    return wanted or list(kinds.KINDS)


@pytest.fixture(scope="session")
def template() -> Path:
    """The template's own folder."""
    return rendering.ROOT


@pytest.fixture(scope="session")
def crd_path() -> Callable[[str], Path]:
    """``crd_path("RayJob")`` is the file of a real CRD (or of tests/crds); ``crd_path("example")`` the template's own."""

    def path(kind: str) -> Path:
        return kinds.crd_path(kind) or rendering.ROOT / "flyte_plugin_scaffold/example/solverjobs.yaml"

    return path


@pytest.fixture
def bake(tmp_path: Path) -> Callable[..., rendering.Baked]:
    """``bake(source=..., task_type=...)`` runs cookiecutter --no-input in a process of its own: status, output, path.

    ``into=``, ``cwd=``, ``env=``, ``options=``, ``python=`` and ``template=`` go to tests.support.rendering.bake.
    """

    def run(into: Path | None = None, **given) -> rendering.Baked:
        settings = {k: given.pop(k) for k in ("cwd", "env", "options", "python", "template") if k in given}
        return rendering.bake(given, into or tmp_path / "baked", **settings)

    return run


@pytest.fixture(scope="session")
def rendered() -> Callable[..., Path]:
    """``rendered("RayJob")`` or ``rendered("example", license="MIT")``: a kept rendering, to be read only."""
    return rendering.rendered


class Repository:
    """A rendered repository to work in, at a path that stays the same, so that Go and make find what they built."""

    _set_up: ClassVar[set[Path]] = set()

    def __init__(self, path: Path, of: Sequence[str] = ()) -> None:
        self.path = path
        self._of = of
        # Where flytekit's is missing, what needs no flytekit still runs.
        self.python = toolchain.supported_python() or sys.executable
        version = next(each for each, command in toolchain.pythons().items() if command == self.python)
        # A connector needs more than the SDK, and each set of requirements has an environment of its own.
        more = "-connector" if (path / "connector").is_dir() else ""
        more = "-flyte2" if (path / "connector/flyte2.requirements.txt").exists() else more
        more = "-notebook" if "papermill" in (path / "requirements-dev.txt").read_text() else more
        self.sdk = toolchain.CACHE / "sdk-{}.{}{}".format(*version, more)

    @functools.cached_property
    def plugins(self) -> dict[str, Plugin]:
        """By the ids of tests/support/kinds.py."""
        project = drafting.draft({"source": str(self.path / ".flyte-plugin.yaml")}).project
        return dict(zip(self._of, project.kinds, strict=True))

    def run(self, *command: str, timeout: float = 1800, check: bool = True, **env: str) -> str:
        """Output (both streams) of a command in the repository. Fails with it if the status is not 0."""
        run = subprocess.run(
            command,
            cwd=self.path,
            env=toolchain.environment(**env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
        )
        if check and run.returncode != 0:
            tail = "\n".join(run.stdout.splitlines()[-80:])
            raise AssertionError(f"`{' '.join(command)}` in {self.path} ended with status {run.returncode}:\n{tail}")
        return run.stdout

    def overlay(self, folder: str | Path) -> list[dict]:
        """The objects of a kustomize overlay, built by the kustomize that rendered Makefiles of a propeller pin."""
        program = self.kustomize()
        built = self.path / "build" / f"{Path(folder).name}.yaml"  # what it warns of is no part of it
        built.parent.mkdir(exist_ok=True)
        self.run(str(program), "build", str(folder), "-o", str(built))
        return list(documents.load_all(built.read_text()))

    @staticmethod
    def kustomize() -> Path:
        """The pinned kustomize as a program: with `go run`, Go would look into its module and those it needs at each run."""
        module = re.search(r"(\S+kustomize/v5)@", tree.makefile(rendering.ROOT / "{{cookiecutter.plugin_slug}}"))
        assert module, "no Makefile pins kustomize"
        return tools.build(toolchain.go(), None, module[1], "kustomize", versions.of("")["kustomize"])

    def shares(self, python: Path) -> None:
        """Takes the environment of ``python``, which has all that it needs, and more."""
        self.sdk = python.parent.parent
        needed = "cat requirements-dev.txt */*requirements.txt 2>/dev/null | cksum | cut -d ' ' -f 1"
        (self.sdk / f".ready-{self.run('bash', '-c', needed).strip()}").touch()
        self._set_up.add(self.sdk)

    def make(self, *targets: str, **settings: str) -> str:
        """``make targets`` with one Python environment for all renderings, which one of all workers sets up."""
        if toolchain.supported_python() and self.sdk not in self._set_up:
            with venv.lock(self.sdk):
                self._make_venv()
            self._set_up.add(self.sdk)
        return self.run("make", *targets, f"VENV={self.sdk}", f"PYTHON={self.python}", **settings)

    def _make_venv(self) -> None:
        """`make venv`, or what is as good as it and a tenth of its work."""
        here = (f"VENV={self.sdk}", f"PYTHON={self.python}")
        planned = self.run("make", "--dry-run", "venv", *here)
        requirements = ["-r", str(self.path / "requirements-dev.txt")]
        ready = re.search(r"^touch (.*)$", planned, re.M)
        if ready and venv.fill(self.sdk, requirements, self.python) and not self.sdk.name.endswith("-flyte2"):
            Path(ready[1]).touch()
        # Those that have the most leave it to make: pip would install whatever it does not find to its mind.
        self.run("make", "venv", *here)


@pytest.fixture(scope="session")
def repository() -> Iterator[Callable[..., Repository]]:
    """``repository("RayJob")``: the rendering that a kind is built in, to run make in, or one with more answers of its own.

    Same path in every session; one session at a time.
    """
    locks = []
    opened: dict[str, Repository] = {}

    def open_one(kind: str, /, **answers: str) -> Repository:
        place = kind if answers else kinds.home(kind)
        name = re.sub(r"[^\w.-]+", "-", "-".join([place, *answers.values()]))
        if name not in opened:
            folder, lock = toolchain.free_folder(toolchain.CACHE / "work", name)
            locks.append(lock)
            rendering.sync(rendering.rendered(place, **answers), folder)
            opened[name] = Repository(folder, kinds.known(place).of or (place,))
        return opened[name]

    yield open_one
    for lock in locks:
        os.close(lock)


@pytest.fixture(scope="session")
def sdk_python() -> str:
    """A Python 3.10 to 3.12, which flytekit needs; skips where the machine has none."""
    return toolchain.sdk_python()


@pytest.fixture(scope="session")
def flytekit_python(request: pytest.FixtureRequest, sdk_python: str) -> Path:
    """A Python with flytekit and pytest: that of the rendered repositories, which one of them sets up."""
    version = next(each for each, command in toolchain.pythons().items() if command == sdk_python)
    folder = toolchain.CACHE / "sdk-{}.{}".format(*version)
    if not list(folder.glob(".ready-*")):
        request.getfixturevalue("repository")("example").make("venv")
    return venv.python_of(folder)


@pytest.fixture(scope="session")
def connector_python(repository: Callable[..., Repository], sdk_python: str) -> Path:
    """A Python with all that the connectors of Flyte 1 need, those of operators and those of services, and pytest."""
    for answers in ({"targets": "connector"}, {"source": simulator.DOCUMENT}):
        here = repository("example", **answers)
        here.make("venv")
    return venv.python_of(here.sdk)


@pytest.fixture(scope="session")
def flyte2_python(sdk_python: str) -> Path:
    """A Python with the SDK of Flyte 2 and its connector's server, and pytest."""
    version = next(each for each, command in toolchain.pythons().items() if command == sdk_python)
    pins = versions.of(versions.newest())
    requirements = [
        f"flyte[connector]=={pins['flyte2_pinned']}",
        f"kubernetes=={pins['kubernetes_client']}",
        f"pytest=={pins['pytest']}",
        "pip",
    ]
    return venv.ensure(toolchain.CACHE / "flyte2-{}.{}".format(*version), requirements, sdk_python)


@pytest.fixture(scope="session")
def go() -> str:
    """The Go command."""
    return toolchain.go()


@pytest.fixture(scope="session")
def cache() -> Path:
    """Where downloads and builds are kept between sessions (`.cache/`, ignored by git)."""
    toolchain.CACHE.mkdir(parents=True, exist_ok=True)
    return toolchain.CACHE


@pytest.fixture(autouse=True, scope="session")
def _nothing_is_left() -> Iterator[None]:
    yield
    if toolchain.temporary.cache_info().currsize:
        shutil.rmtree(toolchain.temporary(), ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def _no_user_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """cookiecutter's own configuration of whoever runs the tests has no say in them."""
    config = tmp_path_factory.mktemp("cookiecutter") / "config.yaml"
    config.write_text(f"cookiecutters_dir: {config.parent}/cookiecutters\nreplay_dir: {config.parent}/replay\n")
    before = os.environ.get("COOKIECUTTER_CONFIG")
    os.environ["COOKIECUTTER_CONFIG"] = str(config)
    yield
    if before is None:
        del os.environ["COOKIECUTTER_CONFIG"]
    else:
        os.environ["COOKIECUTTER_CONFIG"] = before
    shutil.rmtree(config.parent, ignore_errors=True)
