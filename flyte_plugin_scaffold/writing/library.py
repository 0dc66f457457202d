"""What stands verbatim in the template: Go that is the same in every rendering, whose braces are not Jinja's.

It is compiled, vetted and tested where it stands, in a module of the name ``MODULE``. A rendering puts the answer
``go_module`` in place of that name.
"""

from __future__ import annotations

FOLDER = "internal/"  # of the rendered repository; all Go below it is verbatim
MODULE = "example.com/flyte/plugin"
_ANSWER = "{{ plugin(cookiecutter).names.go_module }}"


def is_verbatim(name: str | None) -> bool:
    """Whether the template's file of that name, a path below the rendered repository, is copied as it stands."""
    return name is not None and name.startswith(FOLDER) and name.endswith(".go")


def as_template(source: str) -> str:
    """A verbatim file as a Jinja template that prints it, with the repository's own module in its imports."""
    own = source.replace(f'"{MODULE}/', f'"{{% endraw %}}{_ANSWER}{{% raw %}}/')
    return f"{{% raw %}}{own}{{% endraw %}}"
