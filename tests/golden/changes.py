"""`make changes`: what this working tree changes in the renderings of all kinds, as a diff of their files.

    python tests/golden/changes.py [COMMIT]

Both templates render every kind of tests/support/kinds.py, that of COMMIT (HEAD) from an archive of it. Exit status 1
where anything differs.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
from tests.support import kinds, rendering  # noqa: E402  (the path above makes it importable)

SHOWN = (*kinds.KINDS, *kinds.REPOSITORIES)


def _render(template: Path, kind: str, into: Path) -> None:
    # The first prompt, whatever its name was then, takes the CRD.
    first = next(name for name in json.loads((template / "cookiecutter.json").read_text()) if not name.startswith("_"))
    given = {first: str(kinds.crd_path(kind) or "example"), **kinds.known(kind).answers}
    baked = rendering.bake(given, into / kind, template=template, env={"FLYTE_PLUGIN_PROTOS": "skip"})
    if baked.path is None:
        (into / kind / "refused.txt").write_text(baked.output)


def main(commit: str = "HEAD") -> int:
    found = subprocess.run(
        ["git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    if found.returncode != 0:
        sys.exit(f"{commit!r} is no commit of this repository.")
    known = found.stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        archive = subprocess.run(["git", "archive", known], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(place / "template")
        with ThreadPoolExecutor(max_workers=2) as pool:
            for template, name in ((place / "template", "before"), (ROOT, "after")):
                list(pool.map(lambda kind, at=template, to=name: _render(at, kind, place / to), SHOWN))
        shown = ["git", "--no-pager", "diff", "--no-index", "--find-renames", "--stat", "--patch", "before", "after"]
        return subprocess.run(shown, cwd=place).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
