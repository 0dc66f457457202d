"""The template's files, rendered in this process: for the further kinds of a repository, and for a regeneration.

cookiecutter renders a path once, and so the files of the first kind and those that all kinds share. What it writes and
what is written here is the same (a test holds it): the environment is set up as cookiecutter's.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import jinja2
from jinja2.ext import Extension

from flyte_plugin_scaffold import model
from flyte_plugin_scaffold.writing import library, parts

CONTENT = "{{cookiecutter.plugin_slug}}"


@dataclass(frozen=True)
class File:
    """A rendered file. ``template`` is the path of its template, ``path`` its own; both below the repository."""

    template: str
    path: str
    text: str
    executable: bool


class _Verbatim(Extension):
    """Prints the library as it stands."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return library.as_template(source) if library.is_verbatim(name) else source


class Tree:
    """The files of the template in ``folder``; ``bind`` gives an environment the filters and globals of templates."""

    def __init__(self, folder: str, bind: Callable[[jinja2.Environment], object]) -> None:
        self._folder = os.path.join(folder, CONTENT)
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(self._folder),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            comment_start_string="{#-",
            cache_size=-1,
            extensions=[_Verbatim],
        )
        bind(self._environment)
        self._paths = [(path, self._environment.from_string(path)) for path in sorted(_below(self._folder))]

    def files(
        self,
        project: model.Project,
        recorded: Sequence[Mapping[str, str]],
        further: bool = False,
    ) -> Iterator[File]:
        """Every file of a repository: those of each kind, and those that all share; of ``further`` kinds only their own."""
        for at, kind in enumerate(project.kinds):
            if further and not at:
                continue
            self._environment.globals.update(
                plugin=lambda _, kind=kind: kind, project=lambda _: project, recorded=lambda _: recorded
            )
            for path, name in self._paths:
                if at and parts.row(path).scope is not parts.Scope.KIND:
                    continue
                rendered = name.render(cookiecutter={})
                if all(rendered.split("/")):
                    text = self._environment.get_template(path).render(cookiecutter={})
                    mode = os.stat(os.path.join(self._folder, path)).st_mode
                    yield File(path, rendered, text, bool(mode & stat.S_IXUSR))


def link_out_of(folder: str) -> str:
    """A symbolic link in ``folder``, among what is rendered, that leads out of it; "" for none."""
    top = os.path.realpath(folder)
    template = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), CONTENT)
    patterns = {re.sub(r"\{\{.*?\}\}", "*", name) for name in os.listdir(template)} - {"*"}
    known = {name for name in os.listdir(folder) for pattern in patterns if fnmatchcase(name, pattern)}
    for root, folders, names in os.walk(folder):
        if root == folder:
            folders[:] = sorted(known & {*folders})
            names = sorted(known & {*names})
        for name in (*folders, *names):
            path = os.path.join(root, name)
            if os.path.islink(path) and os.path.commonpath([top, os.path.realpath(path)]) != top:
                return path
    return ""


def _below(folder: str) -> Iterator[str]:
    for root, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if each != "__pycache__"]
        for name in names:
            yield os.path.relpath(os.path.join(root, name), folder).replace(os.sep, "/")
