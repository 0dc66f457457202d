"""Every combination of targets: what its pages, Makefiles, workflows and Dockerfiles name is there, and nothing of another target."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import combinations
from posixpath import dirname, join, normpath

import pytest
import yaml

from flyte_plugin_scaffold.asking.draft import Draft
from flyte_plugin_scaffold.model import Backend
from flyte_plugin_scaffold.writing import library, parts
from tests.support import rendering
from tests.support.kinds import SCHEMAS

COMBINATIONS = [", ".join(some) for count in (1, 2, 3) for some in combinations(parts.NEEDED[Backend.OPERATOR], count)]
# With pods that run the task; and without roles.
RENDERED = [*(("example", each) for each in COMBINATIONS), ("Restore", "flyte2"), ("Restore", COMBINATIONS[-1])]
# Plugins without a backend.
FORMS = {"decorator": "platform.json", "executor": "scoring.json", "notebook": "platform.json"}
RENDERED += [(form, targets) for form in FORMS for targets in ("sdk", "flyte2", "sdk, flyte2")]
SERVICE = "tests/openapi/simulations.yaml"
RENDERED += [(SERVICE, targets) for targets in ("connector", "flyte2", "connector, flyte2")]
pytestmark = pytest.mark.parametrize("kind, targets", RENDERED)


def draft(kind: str, targets: str) -> Draft:
    if kind in FORMS:
        return rendering.draft("example", source=str(SCHEMAS / FORMS[kind]), kind=kind, targets=targets)
    if kind == SERVICE:
        return rendering.draft("example", source=str(rendering.ROOT / SERVICE), targets=targets)
    return rendering.draft(kind, targets=targets)


@lru_cache(maxsize=None)
def rendered(kind: str, targets: str) -> dict[str, str]:
    return rendering.tree(draft(kind, targets))


@pytest.fixture
def files(kind: str, targets: str) -> dict[str, str]:
    return rendered(kind, targets)


def goals_of(files: dict[str, str]) -> set[str]:
    return set(re.findall(r"^([a-z]\w*):", files["Makefile"], re.M))


def is_there(path: str, files: dict[str, str]) -> bool:
    """Whether a path that a text names is a file or a folder; KIND stands for any kind."""
    path = path.replace("KIND", "*").rstrip("/")
    return any(fnmatchcase(each, path) or fnmatchcase(each, f"{path}/*") for each in files)


def test_pages_name_what_is_there(files: dict[str, str]) -> None:
    """Links, targets of make, and paths below this repository's folders."""
    goals, folders = goals_of(files), {path.split("/")[0] for path in files if "/" in path} | {"go", "gen"}
    missing = []
    for page, text in files.items():
        if not page.endswith(".md"):
            continue
        links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
        named = [normpath(join(dirname(page), link)) for link in links if "://" not in link]
        named += [
            path for path in re.findall(r"`([\w./-]+/[\w./-]*)`", text) if path.split("/")[0] in folders - {"gen"}
        ]
        missing += [(page, path) for path in named if not is_there(path, files) and path not in (".venv/", "build/")]
        missing += [(page, goal) for goal in re.findall(r"(?:^|`)make ([a-z]\w*)", text, re.M) if goal not in goals]
    assert missing == []


def test_workflows_make_what_is_there(files: dict[str, str]) -> None:
    goals = goals_of(files)
    for path, text in files.items():
        if path.startswith(".github/workflows/"):
            lines = re.findall(r"run: make (.*)$", text, re.M)
            called = {word for line in lines for word in line.partition(" &&")[0].split() if "=" not in word}
            assert called <= goals, path
            named = re.findall(r"^ +file: (\S+)$", text, re.M)
            assert set(named) <= {*files, "${{"}, path


def test_images_are_built_of_what_is_there(files: dict[str, str], kind: str, targets: str) -> None:
    """Each Dockerfile has a target of make, the release builds it, and Docker is given all that it copies."""
    kept = [line[1:] for line in files[".dockerignore"].splitlines() if line.startswith("!")]
    images = draft(kind, targets).project.images
    goals, release = goals_of(files), files.get(".github/workflows/release.yml", "")
    assert {each.dockerfile for each in images} == {path for path in files if path.endswith("Dockerfile")}
    for each in images:
        assert {f"build_{each.make}", f"push_{each.make}"} <= goals
        assert f"file: {each.dockerfile}\n" in release and f'/{each.name}"\n' in release
        text = files[each.dockerfile]
        sources = re.findall(r"--mount=type=bind,source=([^,\s]+)", text)
        sources += [word for line in re.findall(r"^COPY (?!--)(.*) \S+$", text, re.M) for word in line.split()]
        assert sources
        for source in sources:
            assert is_there(source, files) or source == "gen", (each.dockerfile, source)
            assert source.split("/")[0] in kept, f".dockerignore keeps {source} from {each.dockerfile}"
    used = {source for each in images for source in re.findall(r"[\w.-]+", files[each.dockerfile])}
    assert [path for path in kept if path not in used] == [], "no image needs these"


def test_the_readme_builds_and_pushes_every_image(files: dict[str, str]) -> None:
    goals = {goal for goal in goals_of(files) if goal.startswith(("build_", "push_")) and goal != "build_doctor"}
    named = {word for line in re.findall(r"^make (.*)$", files["README.md"], re.M) for word in line.split()}
    assert goals - {"build_python"} <= named


def test_dependabot_looks_at_every_dockerfile(files: dict[str, str]) -> None:
    updates = {each["package-ecosystem"]: each for each in yaml.safe_load(files[".github/dependabot.yml"])["updates"]}
    folders = {f"/{dirname(path)}" for path in files if path.endswith("Dockerfile")}
    assert folders == set(updates["docker"]["directories"])


def test_lines_of_yaml_are_as_long_as_lint_allows(files: dict[str, str]) -> None:
    """120, but for what is the operator's own and the record of the answers."""
    ours = {path: text for path, text in files.items() if path.endswith((".yaml", ".yml"))}
    own = ("crd/", "kustomize/operator/bundle.yaml", ".flyte-plugin.yaml")
    long = [(path, line) for path, text in ours.items() for line in text.splitlines() if len(line) > 120]
    assert [(path, line) for path, line in long if not path.startswith(own)] == []


def test_the_makefile_of_its_pieces_is_tidy(files: dict[str, str]) -> None:
    assert "\n\n\n" not in files["Makefile"] and re.search("[^\n]\n$", files["Makefile"])


def test_every_variable_of_the_makefile_is_read(files: dict[str, str]) -> None:
    lists = re.findall(r"^(?:NAMES|TEXTS) := (.*)$", files["Makefile"], re.M)
    rest = re.sub(r"^(?:NAMES|TEXTS) := .*$", "", files["Makefile"], flags=re.M)
    read = rest + "".join(text for path, text in files.items() if path.startswith("scripts/") or path.endswith(".sh"))
    assert [name for name in " ".join(lists).split() if not re.search(rf"\b{name}\b", read)] == []


def test_help_begins_with_all_tests(files: dict[str, str]) -> None:
    """In the order of work: develop, build, deploy."""
    assert re.findall(r"^(\w+):.* ## ", files["Makefile"], re.M)[0] == "test"
    sections = list(dict.fromkeys(re.findall("^##@ (.*)$", files["Makefile"], re.M)))
    assert sections == ["Development", "Build", "Deployment", "Other"]


def test_the_version_stands_where_it_is_set(files: dict[str, str]) -> None:
    """`make set_version` changes each file that names it."""
    listed = " ".join(re.findall(r"^VERSIONED [:+]= (.*)$", files["Makefile"], re.M))
    variables = dict(re.findall(r"^(SDK\w*) := (.*)$", files["Makefile"], re.M))
    for path, text in files.items():
        if path != "Makefile" and re.search(r'^version = "0\.1\.0"|# make set_version$', text, re.M):
            folder = path.split("/")[0]
            assert path in listed or folder in variables["SDKS"].split() or path.startswith("kustomize/values/"), path


def test_another_flyte_is_not_named(files: dict[str, str], targets: str) -> None:
    """A repository for Flyte 2 alone has nothing of Flyte 1, and one for Flyte 1 nothing of Flyte 2; libraries may speak of both."""
    chosen = set(targets.split(", "))
    words = {
        "flyte2": r"\bflyte2\b|[Ff]lyte 2\b|flyteplugins-",
        "flyte1": r"[Pp]ropeller|[Ff]lytekit|pyflyte|[Ff]lyte 1\b|flyte-core",
    }
    allowed = ("proto/", "scripts/", "internal/", "contract/", "ruff.toml", "go.", "go/", "flytepropeller/")
    for name, word in words.items():
        if chosen == {"flyte2"} if name == "flyte1" else "flyte2" not in chosen:
            wrong = {
                path: found
                for path, text in files.items()
                if not library.is_verbatim(path) and not path.startswith(allowed)
                for found in [re.findall(f"^.*?(?:{word}).*$", text, re.M)]
                if found
            }
            assert wrong == {}
