"""Renderings for every supported Flyte release: what go.mod requires, and the plugin's own tests with an older release."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from flyte_plugin_scaffold.flyte import versions
from tests.support import tree

pytestmark = pytest.mark.go

OLDER = list(versions.FLYTE_VERSIONS)[1:]
PROPELLER = "github.com/flyteorg/flyte/flytepropeller"


def test_a_release_older_than_the_newest_is_supported():
    assert OLDER


@pytest.mark.parametrize("kind", ["example", "RayJob"])  # of a Go type and unstructured
def test_direct_requirements_are_those_that_are_imported(kind, repository):
    """As `go mod tidy` has them, which not every module proxy lets run: Spark's operator is missing in some."""
    here = repository(kind)
    mod = json.loads(here.run("go", "mod", "edit", "-json"))
    direct = {each["Path"] for each in mod["Require"] if not each.get("Indirect")}
    assert direct == set(_imported_modules(here, mod))


def _imported_modules(here, mod: dict) -> Iterator[str]:
    """The modules of all packages that the repository's own packages, tests and tools name."""
    form = "{{range .Imports}}{{.}}\n{{end}}{{range .TestImports}}{{.}}\n{{end}}{{range .XTestImports}}{{.}}\n{{end}}"
    imported = set(here.run("go", "list", "-tags", "nospark,envtest", "-f", form, "./...").split())
    imported |= {each["Path"] for each in mod["Tool"]}
    required = {each["Path"] for each in mod["Require"]}
    for package in imported:
        if "." in package.split("/")[0] and not package.startswith(mod["Module"]["Path"] + "/"):
            above = [package.rsplit("/", cut)[0] for cut in range(package.count("/") + 1)]
            yield next(each for each in above if each in required)


@pytest.mark.parametrize("release", OLDER)
def test_an_older_release(release, repository):
    """It is built and vetted, and passes its tests, as rendered: nothing is resolved."""
    here = repository("example", flyte_version=release)
    flags = ("-mod=readonly", *_served(here, release), "-tags")
    here.run("go", "vet", *flags, "nospark,envtest", "./...")
    output = here.run("go", "test", *flags, "nospark", "./...")
    for package in ("flytepropeller/cmd", "go/solverjob", "internal/doctor", "internal/operator"):
        assert re.search(rf"^ok\s+\S+/{package}\s", output, re.M), output
    mod = json.loads(here.run("go", "list", *flags[:-1], "-m", "-json", PROPELLER.replace("propeller", "plugins")))
    assert mod["Replace"]["Version"] == release


def _served(here, release: str) -> list[str]:
    """The flags with which Go needs no module that its proxy lacks.

    Some lack the flytepropeller of a release whose other modules they have: then that of the newest release takes its
    place, in files beside go.mod and go.sum.
    """
    if not here.run("go", "mod", "download", f"{PROPELLER}@{release}", check=False):
        return []
    newest = versions.newest()
    of = versions.of(newest)
    (here.path / "build").mkdir(exist_ok=True)
    pinned = f"{PROPELLER} => {PROPELLER} {release}"
    mod = tree.text(here.path / "go.mod")
    assert pinned in mod
    (here.path / "build/served.mod").write_text(mod.replace(pinned, pinned.replace(release, newest)))
    sums = "".join(
        f"{PROPELLER} {newest}{part} {of[name]}\n"
        for part, name in (("", "sum_flytepropeller"), ("/go.mod", "sum_flytepropeller_mod"))
    )
    (here.path / "build/served.sum").write_text(tree.text(here.path / "go.sum") + sums)
    return ["-modfile=build/served.mod"]


def test_releases_differ_in_what_names_them(rendered):
    """The rest of a rendering is the same, so that a repository can move from one to the other."""
    newest, *others = (rendered("example", flyte_version=each) for each in versions.FLYTE_VERSIONS)
    for other in others:
        differing = {
            str(file.relative_to(newest))
            for file in newest.rglob("*")
            if file.is_file() and file.read_bytes() != (other / file.relative_to(newest)).read_bytes()
        }
        hashes = ".flyte-plugin.sums"
        assert differing == {
            hashes,
            ".flyte-plugin.yaml",
            "README.md",
            "go.mod",
            "go.sum",
            "scripts/generate_protos.sh",
        }
        for name in differing:
            assert not re.search(rf"\bv?{versions.newest()[1:]}\b", tree.text(other / name)), name
