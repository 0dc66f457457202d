"""The connector's check of a CRD is content with that of the repository, and knows all that the Go plugin's check knows."""

from __future__ import annotations

import re


def test_the_own_crd_is_all_right(kind, read):
    found = read(kind)[2]["findings"]
    assert len(found) == 1 and found[0].startswith("ok "), found


def test_the_same_paths_are_sent_and_read(kind, sides, read):
    plugin, known = sides(kind).plugin, read(kind)[2]
    for name, paths in ("sent", plugin.sent_paths), ("read", plugin.read_paths):
        # What is in a list counts as the list, a key of a map as any, and a path has all that is above it.
        here = [re.sub(r"\[[^\]]*\]", "", path) for path in known[name]]
        for path in set(paths) - {".status.observedGeneration"}:
            wanted = re.escape(re.sub(r"\[[^\]]*\]", "", path)).replace(r"\{\}", r"(\.[^.]+)?") + r"(\..*)?"
            assert any(re.fullmatch(wanted, each) for each in here), path
