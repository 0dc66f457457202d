"""`make add_kind` in a rendered repository whose owner has worked in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.rendered.test_regenerate import SKIP_PROTOS, Owned, owned  # noqa: F401  (owned is a fixture)
from tests.support import kinds, tree

RESTORES = kinds.CRDS / "restores.yaml"
RESTORE = (f"CRD={RESTORES}", "KIND=Restore", "roles=none")


def add_kind(here: Owned, *variables: str) -> tuple[int, str]:
    return here.call("add_kind", *variables)


def test_a_further_kind_beside_the_owners_work(owned: Owned, bake: Callable, tmp_path: Path) -> None:  # noqa: F811
    owned.edit("README.md", lambda text: f"{text}\n## Whom to ask\n\nThe platform team.\n")
    setting = ("allow-unknown-fields: false", "allow-unknown-fields: true")
    owned.edit("kustomize/propeller/config.yaml", lambda text: text.replace(*setting))
    owned.edit("go/solverjob/phases.go", lambda text: f"{text}\n// ours\n")
    owned.commit()
    status, said = add_kind(owned, *RESTORE)
    assert status == 0, said
    assert "+ kind Restore: tasks of type snapshotsrestore, docs/snapshotsrestore.md" in said
    # Nothing of the first kind has changed.
    shared = [path for path in owned.changed if "solverjob/" in path.replace("flytekit-solverjob/", "")]
    assert [path for path in shared if "snapshotsrestore" not in path] == []
    # It is what a rendering of both is, but for what the owner has changed.
    record = tmp_path / ".flyte-plugin.yaml"
    both = {"answers": {"source": "example"}, "kinds": [{"source": str(RESTORES), "roles": "none"}]}
    record.write_text(yaml.safe_dump(both))
    fresh = bake(source=str(record), into=tmp_path / "fresh", env=SKIP_PROTOS).path
    different = tree.differences(fresh, owned.path)
    different = [name for name in different if not name.startswith((".git/", "build/"))]
    assert different == ["README.md", "go/solverjob/phases.go", "kustomize/propeller/config.yaml"]
    config = yaml.safe_load((owned.path / "kustomize/propeller/config.yaml").read_text())
    assert config["tasks"]["task-plugins"]["default-for-task-types"]["snapshotsrestore"] == "snapshotsrestore"
    assert config["plugins"]["solverjob"] == {"allow-unknown-fields": True}
    text = tree.text(owned.path / "README.md")
    assert "docs/snapshotsrestore.md" in text and "The platform team." in text
    # From now on it is there.
    owned.commit()
    status, said = owned.regenerate()
    assert (status, owned.changed) == (0, []), said
    newer = tmp_path / "newer.yaml"
    newer.write_text(RESTORES.read_text().replace("Pending", "Waiting"))
    status, said = owned.regenerate(f"CRD={newer}")
    assert status == 0 and "Restore:" in said and "Waiting" in said, said
    assert "Waiting" in tree.text(owned.path / "go/snapshotsrestore/phases.go")


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ((), "CRD= is missing, the source of the new kind"),
        (("CRD=nowhere.yaml",), "there is no file or folder"),
        ((*RESTORE, "license=MIT"), "license: all kinds share that answer"),
        ((*RESTORE, "feilds=x"), "feilds is no prompt: did you mean fields?"),
        ((*RESTORE, "fields=.spec.nothing"), "fields: the CRD has no .spec.nothing"),
        ((*RESTORE, "task_type=solverjob"), "would both have solverjob"),
        (("CRD=crd/solverjobs.yaml",), "SolverJob is there already"),
    ],
)
def test_what_cannot_be_added_is_said_and_nothing_is_written(owned: Owned, variables, said: str) -> None:  # noqa: F811
    status, answer = add_kind(owned, *variables)
    assert status == 2 and said in " ".join(answer.split()), answer
    assert "Traceback" not in answer and owned.changed == []
