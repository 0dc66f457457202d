"""The commands behind the Makefile."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import tree
from tests.support.rendering import ROOT
from tools import bake, docs, rendered, venv, wording


class TestBakeAnswers:
    """Which of make's command-line variables become answers."""

    @pytest.mark.parametrize(
        ("makeflags", "environment", "expected"),
        [
            ("", {}, {}),
            ("s -j2 --jobserver-auth=3,4", {}, {}),
            (" -- CRD=a.yaml", {"CRD": "a.yaml"}, {"source": "a.yaml"}),
            ("s -- CRD=a.yaml", {"CRD": "a.yaml"}, {"source": "a.yaml"}),
            (" -- license=MIT source=x", {"license": "MIT", "source": "x"}, {"source": "x", "license": "MIT"}),
            (r" -- roles=a:\ .b\ user;\ OTHER=x", {"roles": "a: .b user; OTHER=x"}, {"roles": "a: .b user; OTHER=x"}),
            (" -- PYTHON=python3.12 CACHE=/x BUILD=/y", {}, {}),
            (" -- CRD=", {"CRD": ""}, {"source": ""}),
            (" -- SOURCE=a.yaml", {"SOURCE": "a.yaml"}, {"source": "a.yaml"}),
        ],
    )
    def test_given(self, makeflags, environment, expected):
        assert bake.answers(makeflags, environment) == expected

    def test_one_prompt_is_answered_once(self):
        with pytest.raises(SystemExit) as refusal:
            bake.answers(" -- CRD=a SOURCE=b source=c", {"CRD": "a", "SOURCE": "b", "source": "c"})
        assert str(refusal.value) == "CRD, SOURCE and source answer the same prompt: give one of them."

    def test_unknown_names_are_refused_together(self):
        with pytest.raises(SystemExit) as refusal:
            bake.answers(" -- CRDS=a TASKTYPE=b source=c", {"CRDS": "a", "TASKTYPE": "b", "source": "c"})
        assert re.match("No such prompt: CRDS, TASKTYPE. The prompts are: source, ", str(refusal.value))

    @pytest.mark.parametrize(
        "value",
        [
            "it's",
            'say "x"',
            "a\\b",
            "$HOME",
            "$(shell touch pwned)",
            "`touch pwned`",
            "a;b|c",
            "a#b",
            "padded  ",
            "k=v; x=y",
        ],
    )
    def test_through_make_itself(self, value, tmp_path):
        """What a person types arrives as it is, whatever make does to it on its way."""
        printing = 'import os; from tools import bake; print(repr(bake.answers(os.environ["MAKEFLAGS"], os.environ)))'
        makefile = tmp_path / "Makefile"
        makefile.write_text(f"include {ROOT}/Makefile\nprint:\n\t@{sys.executable} -c '{printing}'\n")
        env = os.environ | {"PYTHONPATH": str(ROOT)}
        command = ["make", "-s", "print", f"operator_name={value}"]
        run = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
        assert run.stdout.strip() == repr({"operator_name": value}), run.stderr
        assert list(tmp_path.iterdir()) == [makefile]

    @pytest.mark.parametrize(
        "name", ["ARGS", "TESTS", "WORKERS", "SINCE", "ANSWERS", "PYTHON", "CACHE", "BUILD", "OVERWRITE"]
    )
    @pytest.mark.parametrize("where", ["on the command line", "in the environment"])
    def test_what_make_is_given_is_not_run(self, name, where, tmp_path):
        stub = tmp_path / ".venv/bin/python"
        stub.parent.mkdir(parents=True)
        stub.write_text('#!/bin/sh\nprintf "%s " "$PYTEST_ADDOPTS" "$CACHE" "$BUILD" "$OVERWRITE" "$ANSWERS" "$@"\n')
        stub.chmod(0o755)
        (stub.parent / "python3").symlink_to(stub)  # what make asks for its version first
        value = "$(shell touch pwned)$$(touch pwned)`touch pwned`';touch pwned;'"
        given = {name: value}
        words = [f"{name}={value}"] if where == "on the command line" else []
        run = subprocess.run(
            [
                "make",
                "-k",
                "-s",
                "-f",
                str(ROOT / "Makefile"),
                "-o",
                "venv",
                "test",
                "unit",
                "test-fast",
                "bench",
                "bake",
                "changes",
                *words,
            ],
            cwd=tmp_path,
            env=os.environ
            | {"PYTHON": str(stub), "PATH": f"{stub.parent}{os.pathsep}{os.environ['PATH']}"}
            | ({} if words else given),
            capture_output=True,
            text=True,
        )
        assert [each.name for each in tmp_path.iterdir()] == [".venv"], run.stderr
        # A shell makes words of the last two; a Python of that name is not there.
        shown = {"TESTS": value.split()[0], "WORKERS": value}.get(name, value)
        assert name == "PYTHON" or shown in run.stdout


class TestChanges:
    """What of a rendering somebody has changed."""

    @pytest.fixture
    def repository(self, tmp_path):
        made = tmp_path / "made"
        made.mkdir()
        (made / ".gitignore").write_text("/build/\n*.egg-info/\n__pycache__/\n")
        (made / "README.md").write_text("as rendered")
        (made / "go").mkdir()
        (made / "go/phase.go").write_text("package x\n")
        assert rendered.replace(tmp_path / "repository", made) is None
        return tmp_path / "repository"

    @pytest.mark.parametrize(
        ("path", "text", "expected"),
        [
            ("README.md", "ours", ["README.md changed"]),
            ("README.md", "as rendered", []),
            ("README.md", None, ["README.md deleted"]),
            ("go/mine.go", "package x\n", ["go/mine.go new"]),
            ("gen/a.pb.go", "// Code generated by protoc-gen-go. DO NOT EDIT.\n", []),
            ("go/phase.go", "// DO NOT EDIT\n", ["go/phase.go changed"]),
            ("build/propeller", "made by a tool", []),
            ("go/build/x.go", "package x\n", ["go/build/x.go new"]),
            ("sdk/x.egg-info/PKG-INFO", "made by a tool", []),
            ("sdk/__pycache__/x.pyc", "made by a tool", []),
            (".pytest_cache/CACHEDIR.TAG", "made by a tool", []),
            (".git/HEAD", "ref: refs/heads/main", [".git new"]),
        ],
    )
    def test_changes(self, repository, path, text, expected):
        file = repository / path
        if text is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        assert rendered.changes(repository) == expected

    def test_a_link_that_leads_elsewhere(self, repository):
        (repository / "link").symlink_to("README.md")
        assert rendered.changes(repository) == ["link new"]

    def test_what_it_knows_nothing_of_is_not_replaced(self, tmp_path):
        (tmp_path / "mine").mkdir()
        assert rendered.changes(tmp_path / "mine") == ["make bake has no record of it"]
        (tmp_path / "file").write_text("mine")
        assert rendered.changes(tmp_path / "file") == ["make bake has no record of it"]


class TestHelp:
    def test_it_fits_in_eighty_columns_and_names_every_variable(self):
        shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        assert all(len(line) <= 80 for line in shown.splitlines())
        variables = re.findall(r"^(?:export )?([A-Z]+) \?=", (ROOT / "Makefile").read_text(), re.M)
        assert set(variables) <= set(re.findall(r"^  ([A-Z]+) ", shown, re.M)) and "OVERWRITE" in variables

    def test_the_long_first_run_is_announced_and_no_later_one(self, tmp_path):
        def said(*words):
            command = ["make", "--no-print-directory", "announced", f"PYTHON={sys.executable}", f"CACHE={tmp_path}"]
            return subprocess.run([*command, *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout

        assert "an hour" in said()
        assert said("TESTS=tests/unit") == ""
        (tmp_path / "rendered").mkdir()
        assert said() == ""


class TestVenv:
    @pytest.mark.skipif(os.name == "nt", reason="the stand-in for a bare Python is a shell script")
    def test_a_python_without_ensurepip_and_pip_is_told_apart(self, tmp_path, monkeypatch):
        monkeypatch.setattr(venv, "fill", lambda *_, **__: False)
        bare = tmp_path / "python"
        bare.write_text(
            "#!/bin/sh\n"
            'case "$1 $2 $3" in\n'
            '"-m venv --without-pip") ;;\n'
            '"-m venv "* | "-m pip "*) echo "No module named ensurepip or pip" >&2; exit 1 ;;\n'
            "esac\n"
            f'exec {sys.executable} "$@"\n'
        )
        bare.chmod(0o755)
        with pytest.raises(SystemExit, match="has neither ensurepip nor pip: install one"):
            venv.ensure(tmp_path / "env", ["six"], str(bare))
        assert not (tmp_path / "env").exists()

    def test_made_once_and_again_when_a_pin_changes(self, tmp_path, monkeypatch):
        made = []
        monkeypatch.setattr(venv, "fill", lambda *_, **__: False)
        monkeypatch.setattr(venv, "_install", lambda folder, requirements: made.append(list(requirements)))
        monkeypatch.setattr(venv, "_create", lambda folder, python: folder.mkdir())
        pins = tmp_path / "pins.txt"
        more = tmp_path / "more.txt"
        more.write_text("b==1\n")
        pins.write_text("-r more.txt\na==1\n")
        for _ in range(2):
            venv.ensure(tmp_path / "env", ["-r", str(pins)])
        assert len(made) == 1
        more.write_text("b==2\n")
        venv.ensure(tmp_path / "env", ["-r", str(pins)])
        assert len(made) == 2

    def test_a_failed_installation_is_not_taken_for_ready(self, tmp_path, monkeypatch):
        monkeypatch.setattr(venv, "fill", lambda *_, **__: False)
        monkeypatch.setattr(venv, "_create", lambda folder, python: _without_packages(folder))
        with pytest.raises(SystemExit, match="no-such-file.txt"):
            venv.ensure(tmp_path / "env", ["--no-index", str(tmp_path / "no-such-file.txt")])
        assert not (tmp_path / "env").exists()

    @pytest.mark.parametrize(
        "settings, given",
        [
            ("", []),
            (
                "global.cert='/ca.pem'\n:env:.find-links='/wheels /more'",
                ["--find-links", "/wheels", "--find-links", "/more"],
            ),
            ("global.index-url='https://index.internal/simple'", None),
            ("install.no-binary=':all:'", None),
        ],
    )
    def test_uv_installs_unless_pip_has_settings_of_its_own(self, settings, given, tmp_path, monkeypatch):
        asked = []

        def run(command, env=None, **_):
            if command[1:] == ["-m", "pip", "config", "list"]:
                return subprocess.CompletedProcess(command, 0, settings, "")
            asked.append((command, (env or {}).get("SSL_CERT_FILE")))
            return subprocess.CompletedProcess(command, 0, "", "")

        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        monkeypatch.setattr(venv.importlib.util, "find_spec", lambda name: name == "uv" or None)
        monkeypatch.setattr(venv.subprocess, "run", run)
        assert venv.fill(tmp_path / "env", ["six==1.17.0"], "python9") is (given is not None)
        if given is None:
            assert asked == []
            return
        (made, _), (installed, certificates) = asked
        assert made == ["python9", "-m", "venv", "--without-pip", str(tmp_path / "env")]
        assert installed[1:4] == ["-m", "uv", "pip"] and installed[-len(given) - 1 :] == [*given, "six==1.17.0"]
        assert certificates == ("/ca.pem" if given else None)

    def test_pip_installs_what_uv_does_not(self, tmp_path, monkeypatch):
        installed = []
        monkeypatch.setattr(venv, "fill", lambda *_, **__: False)
        monkeypatch.setattr(venv, "_create", lambda folder, python: _without_packages(folder))
        monkeypatch.setattr(venv, "_install", lambda folder, requirements: installed.extend(requirements))
        venv.ensure(tmp_path / "env", ["six==1.17.0"])
        assert installed == ["six==1.17.0"]


def _without_packages(folder: Path) -> None:
    """A stand-in for an environment: this Python, whose pip must not be asked to install anything."""
    venv.python_of(folder).parent.mkdir(parents=True)
    venv.python_of(folder).symlink_to(sys.executable)


class TestDocs:
    @pytest.mark.parametrize("page", docs.PAGES)
    def test_cuts_are_up_to_date(self, page):
        text = (ROOT / page).read_text()
        assert docs.fresh(text) == text, "run `make docs`"

    def test_every_setting_of_the_library_has_its_row(self):
        """The Go library's own test holds each field of the configuration to a flag."""
        cells = [row.split(" | ") for row in docs.settings() if row.startswith("| `")]  # others are of the template
        rows = {name.removeprefix("| ").strip("`"): default for name, default, *_ in cells}
        source = (ROOT / "{{cookiecutter.plugin_slug}}/internal/operator/config.go").read_text()
        fields = set(re.findall(r'`json:"([\w-]+)"`', source)) - {"diagnosis", "overrides"}
        assert {name.rpartition(".")[2] for name in rows} == fields
        assert rows["diagnosis.grace-period"] == "`30s`" and rows["overrides.spec"] == '`["*"]`'
        assert rows["allow-unknown-fields"] == "`false`" and "service_account" in rows["service-account"]

    @pytest.mark.parametrize(
        "page", sorted(str(f.relative_to(ROOT)) for f in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
    )
    def test_links_and_make_targets_exist(self, page):
        """Links lead to files and headings, `make x` is a target of the Makefile, `tests/...` is a path."""
        text = (ROOT / page).read_text()
        plain = re.sub(r"```.*?```", "", text, flags=re.S)
        targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.M))
        wrong = []
        for link, anchor in re.findall(r"\]\(([^)#\s]*)(#[^)\s]*)?\)", plain):
            target = (ROOT / page).parent / link if link else ROOT / page
            if "://" in link:
                continue
            if not target.exists():
                wrong.append(link)
            elif anchor and anchor[1:] not in _anchors(target):
                wrong.append(link + anchor)
        # Commands of a rendered repository are named after `cd`, or as `make x` of "the rendered repository" in docs/.
        # Only those have a name with an underscore.
        if page in ("README.md", "CONTRIBUTING.md"):
            rendered = tree.makefile(ROOT / "{{cookiecutter.plugin_slug}}")
            targets |= set(re.findall(r"^([a-z]+_[a-z_]+):", rendered, re.M))
            wrong += [f"make {name}" for name in re.findall(r"`make ([a-z_-]+)", plain) if name not in targets]
        for path in re.findall(r"`((?:tests|tools|docs|hooks|flyte_plugin_scaffold)/[\w./-]+)`", plain):
            # docs/parts.md names files of renderings, with KIND for what follows from the answers.
            if not (ROOT / path).exists() and "KIND" not in path:
                wrong.append(path)
        assert not wrong


def _anchors(page: Path) -> set[str]:
    """GitHub's names of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_run_looks_at_other_examples() -> None:
    """Hypothesis knows CI, and looks at the same examples in each of its runs, whatever the seed, unless told not to."""
    run = subprocess.run(
        [sys.executable, "-c", "import tests.conftest as c; print(c.hypothesis.settings.default.derandomize)"],
        cwd=ROOT,
        env={**os.environ, "CI": "true"},
        capture_output=True,
        text=True,
    )
    assert run.stdout == "False\n", run.stderr


class TestWording:
    def test_words_that_were_removed_are_found(self, tmp_path):
        file = tmp_path / "phase.go"
        file.write_text("// It fails for want of a link, which nobody sees.\nconst mostLinks = 3\nutmost = isNews\n")
        found = [line.partition(": ")[2] for line in wording.findings([file])]
        assert [line.split(":")[0] for line in found] == ["'for want of'", "'nobody'", "'mostLinks'", "'isNews'"]

    def test_names_and_words_that_look_alike_are_not(self, tmp_path):
        file = tmp_path / "README.md"
        file.write_text("most operators almost always; forever; the last words of a state; mostly\n")
        assert list(wording.findings([file])) == []
