"""`make library`: the rendered repositories' Go library, checked where it stands: gofmt, go vet and its own tests.

    python tools/library.py [go test's arguments ...]

It is copied beside a go.mod that names the module as its imports do, as nothing of it is a template.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jinja2

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from flyte_plugin_scaffold import model  # noqa: E402  (the path above makes it importable)
from flyte_plugin_scaffold.asking import drafting  # noqa: E402
from flyte_plugin_scaffold.writing import library  # noqa: E402

CONTENT = ROOT / "{{cookiecutter.plugin_slug}}"
TAGS = ("-tags", "nospark")


def prepare(folder: Path) -> Path:
    """Makes ``folder`` the module that the library is in, and leaves alone what has not changed. Returns it."""
    wanted = {file.relative_to(CONTENT): file.read_bytes() for file in sorted(CONTENT.glob(f"{library.FOLDER}**/*.go"))}
    wanted.update((Path(name), text.encode()) for name, text in module().items())
    for file in folder.rglob("*.go"):
        if file.relative_to(folder) not in wanted:
            file.unlink()
    for name, content in wanted.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.is_file() or file.read_bytes() != content:
            file.write_bytes(content)
    return folder


def module() -> dict[str, str]:
    """go.mod and go.sum, of a repository of the example whose module has the name that the library's imports have."""
    built = drafting.build({"source": "example", "go_module": library.MODULE})
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(CONTENT),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(plugin=lambda _: built, project=lambda _: model.Project((built,)))
    return {name: environment.get_template(name).render(cookiecutter={}) for name in ("go.mod", "go.sum")}


def check(folder: Path, go: str, *arguments: str) -> int:
    """gofmt, go vet and go test in a prepared folder; the first status that is not 0, after what Go says of it."""
    gofmt = Path(subprocess.check_output([go, "env", "GOROOT"], text=True).strip(), "bin", "gofmt")
    unformatted = subprocess.check_output([gofmt, "-l", library.FOLDER], cwd=folder, text=True)
    if unformatted:
        print("gofmt would change:", unformatted, sep="\n", file=sys.stderr)
        return 1
    packages = f"./{library.FOLDER}..."
    for command in (("vet", *TAGS, packages), ("test", *TAGS, *arguments, packages)):
        status = subprocess.run([go, *command], cwd=folder).returncode
        if status:
            return status
    return 0


def main() -> int:
    folder = Path(os.environ.get("CACHE") or ROOT / ".cache") / "library"
    return check(prepare(folder), os.environ.get("GO") or "go", *sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
