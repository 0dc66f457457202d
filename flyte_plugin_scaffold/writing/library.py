"""What stands verbatim in the template: Go and Python that is the same in every rendering, whose braces are not Jinja's.

It is compiled, linted and tested where it stands, the Go in a module of the name ``MODULE``. A rendering puts the answer
``go_module`` in place of that name. cookiecutter copies those files that do not name it (``_copy_without_render``).
"""

from __future__ import annotations

from fnmatch import fnmatchcase

FOLDER = "internal/"  # of the rendered repository; all Go below it is verbatim
# The libraries of the SDKs and of the connector, and their tests; those that know their names are rendered.
PATTERNS = (
    f"{FOLDER}*.go",
    "flytekit-*/flytekitplugins/_*/*.py",
    "flytekit-*/tests/test_*.py",
    "flyteplugins-*/flyteplugins/_*/*.py",
    "flyteplugins-*/tests/test_*.py",
    "connector/*/_*/*.py",
    "connector/tests/test_*.py",
    "connector/tests/service/*_service*.py",
    "connector/tests/service/conftest.py",
)
MODULE = "example.com/flyte/plugin"
_ANSWER = "{{ plugin(cookiecutter).names.go_module }}"


def is_verbatim(name: str | None) -> bool:
    """Whether the template's file of that name, a path below the rendered repository, is copied as it stands."""
    return name is not None and any(fnmatchcase(name, pattern) for pattern in PATTERNS)


def as_template(source: str) -> str:
    """A verbatim file as a Jinja template that prints it, with the repository's own module in its imports."""
    own = source.replace(f'"{MODULE}/', f'"{{% endraw %}}{_ANSWER}{{% raw %}}/')
    return f"{{% raw %}}{own}{{% endraw %}}"
