"""Go tests of many packages as one program: to link it is what takes long, and each would be linked with all of Kubernetes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

# What stands for the tests of a package, which are functions of its copy here.
TESTS = "functions_of_tests.go"
_TEST = re.compile(r"^func (Test\w+)\(t \*testing\.T\)", re.M)
_MAIN = re.compile(r"^(?://.*\n)*func TestMain\(.*?^}\n", re.M | re.S)
_IMPORT = re.compile(r'^\t(?:(\w+) )?"([^"]+)"\n', re.M)


def prepare(root: Path, module: str, packages: Iterable[str]) -> Path:
    """Writes a package whose tests are those of ``packages``, folders below go/ in the module at ``root``; returns its folder.

    It holds copies of them, and runs their tests in their own folders. Each has one file of tests that is built without
    tags, kind_test.go. ``./...`` does not lead to it, and Git ignores what is in build/.
    """
    into = root / "build" / "_suite"
    shutil.rmtree(into, ignore_errors=True)
    imports, calls, mains = "", "", set()
    for name in packages:
        folder = root / "go" / name
        shutil.copytree(folder, into / name, ignore=shutil.ignore_patterns("*_test.go", "testdata"))
        text = (folder / "kind_test.go").read_text()
        (main,) = _MAIN.findall(text)
        mains.add(main)
        (into / name / TESTS).write_text(_without_unused(text.replace(main, "")))
        imports += f'\t{name} "{module}/build/_suite/{name}"\n'
        tests = _TEST.findall(text)
        assert "TestContract" in tests, f"{folder} has no contract kit"
        runs = "".join(f'\t\tt.Run("{each}", {name}.{each})\n' for each in tests)
        calls += f'\tt.Run("{name}", func(t *testing.T) {{\n\t\tt.Chdir("{folder}")\n{runs}\t}})\n'
    (main,) = mains  # what is set up for one is set up for all
    needed = "".join(line[0] for line in _IMPORT.finditer(text) if re.search(rf"\b{_name(line)}\.", main))
    (into / "suite_test.go").write_text(
        f'package suite\n\nimport (\n\t"testing"\n{needed.replace(_OF_TESTING, "")}{imports})\n\n{main}\nfunc TestAll(t *testing.T) {{\n{calls}}}\n'
    )
    return into


_OF_TESTING = '\t"testing"\n'


def _without_unused(text: str) -> str:
    """A file without the imports that it does not need any more."""
    head, end, body = text.partition("\n)\n")
    kept = _IMPORT.sub(lambda line: line[0] if re.search(rf"\b{_name(line)}\.", body) else "", f"{head}\n")
    return kept.removesuffix("\n") + end + body


def _name(line: re.Match[str]) -> str:
    return line[1] or line[2].rpartition("/")[2]
