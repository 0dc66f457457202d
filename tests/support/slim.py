"""A copy of the template with few files to render: for tests of how it is loaded and what its hooks do."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.rendering import ROOT

SLUG = "{{cookiecutter.plugin_slug}}"

# Stands in for scripts/generate_protos.sh: says with what it was called, waits, ends as it is told to.
SCRIPT = """#!/bin/bash
echo "script runs with $PYTHON"
touch generated
sleep "${FAKE_SECONDS:-0}" &
wait
exit "${FAKE_STATUS:-0}"
"""


def copy(to: Path) -> Path:
    """Makes ``to`` a template with the real prompts, hooks and derivation, and a handful of files."""
    to.mkdir(parents=True)
    shutil.copy2(ROOT / "cookiecutter.json", to)
    for name in ("hooks", "flyte_plugin_scaffold"):
        # With its byte code, which is of its sources' times and sizes; what was compiled of templates is of others.
        shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("templates-*"))
    files = {
        ".flyte-plugin.yaml": (ROOT / SLUG / ".flyte-plugin.yaml").read_text(),
        "crd/{{ plugin(cookiecutter).crd.plural ~ '.yaml' if plugin(cookiecutter).crd.text }}": (
            "{{ plugin(cookiecutter).crd.text }}"
        ),
        ".github/workflows/{{ 'ci.yml' if plugin(cookiecutter).github }}": "on: push\n",
        "contract/{{ kind_name() }}.lock.json": "{{ plugin(cookiecutter).lock }}",
        "scripts/generate_protos.sh": "{% raw %}\n" + SCRIPT + "{% endraw %}\n",
        "fields.txt": "{% for field in plugin(cookiecutter).fields %}\n{{ field.name }}\n{% endfor %}\n",
    }
    for name, text in files.items():
        path = to / SLUG / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return to
