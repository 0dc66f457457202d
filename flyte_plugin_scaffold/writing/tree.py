"""The template's files, rendered in this process: for the further kinds of a repository, and for a regeneration.

cookiecutter renders a path once, and so the files of the first kind and those that all kinds share. What it writes and
what is written here is the same (a test holds it): the environment is set up as cookiecutter's.
"""

from __future__ import annotations

import functools
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import jinja2
from jinja2.ext import Extension

from flyte_plugin_scaffold import model
from flyte_plugin_scaffold.writing import file_names, library, parts

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
        # Every bake asks for the paths of a few: a name is compiled when it is needed.
        self._name = functools.lru_cache(maxsize=None)(file_names.compiler(self._environment))
        bind(self._environment)
        self._paths = sorted(_below(self._folder))

    def absent(self, project: model.Project) -> Iterator[str]:
        """What cookiecutter has written of the first kind, and of all, that none of the targets needs.

        These are files that it copies, and the folders of those that it has not written (:func:`is_needed`), which end with a slash.
        """
        self._environment.globals.update(plugin=lambda _: project.kinds[0], project=lambda _: project)
        folders = {}
        for path in self._paths:
            if not _is_there(path, project):
                folder, _, name = path.rpartition("/")
                folders[folder] = None
                if library.is_verbatim(path):
                    yield self._name(path).render(cookiecutter={})
        for folder in folders:
            if folder:
                yield self._name(folder).render(cookiecutter={}) + "/"

    def files(
        self,
        project: model.Project,
        recorded: Sequence[Mapping[str, str]],
        further: bool = False,
    ) -> Iterator[File]:
        """Every file of a repository: those of each kind, and those that all share; or the ``further`` ones.

        cookiecutter renders each template once: further are those of all kinds but the first, and what Flyte 2 has of Flyte 1's.
        """
        self._environment.globals.update(recorded=lambda _: recorded)
        first = [(path, path) for path in self._paths]
        second = [(path, other) for path in self._paths if (other := parts.of_flyte2(path))]
        for named, paths in ((project, first), (project.of_sdk(model.FLYTE2), second)):
            for at, kind in enumerate(named.kinds):
                if further and not at and paths is first:
                    continue
                self._environment.globals.update(plugin=lambda _, kind=kind: kind, project=lambda _, of=named: of)
                for path, name in paths:
                    if not at or parts.row(path).scope is parts.Scope.KIND:
                        yield from self._file(path, name, project)

    def _file(self, template: str, name: str, project: model.Project) -> Iterator[File]:
        """The file of a template, if the repository has it, for what the environment's globals give."""
        if not _is_there(name, project):
            return
        path = self._name(name).render(cookiecutter={})
        if all(path.split("/")):
            text = self._environment.get_template(template).render(cookiecutter={})
            mode = os.stat(os.path.join(self._folder, template)).st_mode
            yield File(template, path, text, bool(mode & stat.S_IXUSR))


def _is_there(path: str, project: model.Project) -> bool:
    return parts.is_there(path, project.backend, project.targets, project.form)


def is_needed(template: str, project: model.Project) -> bool:
    """Whether cookiecutter has to write the file of a template. What it copies is taken away afterwards."""
    return library.is_verbatim(template) or _is_there(template, project)


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
