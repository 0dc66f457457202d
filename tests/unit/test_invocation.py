"""What the command lines of cookiecutter and cruft say of the options that no context has."""

from __future__ import annotations

import pytest

from flyte_plugin_scaffold.invocation import Invocation, read

MADE = Invocation("cookiecutter", output_dir=".")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pytest -q", Invocation()),
        ("script.py --no-input", Invocation(asks=False)),
        ("/usr/bin/cookiecutter .", MADE),
        ("/x/cookiecutter/__main__.py gh:me/x", MADE),
        ("cookiecutter.exe .", MADE),
        ("cookiecutter . --no-input", Invocation("cookiecutter", asks=False, output_dir=".")),
        ("cookiecutter -o out .", Invocation("cookiecutter", output_dir="out")),
        ("cookiecutter . --output-dir=a=b", Invocation("cookiecutter", output_dir="a=b")),
        ("cookiecutter -fo out .", Invocation("cookiecutter", output_dir="out", overwrites=True)),
        ("cookiecutter --overwrite-if-exists .", Invocation("cookiecutter", output_dir=".", overwrites=True)),
        ("cookiecutter -s .", MADE),
        ("cookiecutter . crd=a tpye=b=c", Invocation("cookiecutter", output_dir=".", answers=("crd", "tpye"))),
        ("cruft create -y t", Invocation("cruft", asks=False, output_dir=".")),
        ("cruft create t --output-dir x -f", Invocation("cruft", output_dir="x", overwrites=True)),
        ("cruft update -y -p there", Invocation("cruft", asks=False, project_dir="there")),
        ("cruft update --project-dir=there -i", Invocation("cruft", project_dir="there")),
        ("cruft diff", Invocation("cruft", asks=False)),
        ("cruft", Invocation("cruft")),
        ("", Invocation()),
    ],
)
def test_read(line: str, expected: Invocation) -> None:
    assert read(line.split()) == expected
