"""The Jinja extension that cookiecutter loads: it binds the derivation to every environment cookiecutter makes.

Frozen. cruft renders two releases of a template in one process, and Python keeps the modules of the first in
``sys.modules``: the commit would advance and the files would stay old. Only the first release's loader can prevent it,
so this file knows nothing but how to find the package in use, how to drop modules that came from other sources, and
one call: ``flyte_plugin_scaffold.bindings.bind(environment)``, which returns an object with ``preprocess(source, name)
-> source``. Later releases keep both.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import sys
from typing import Any

from jinja2 import Environment
from jinja2.ext import Extension

_PACKAGE = __name__.rpartition(".")[0]
_SHIM = __name__


def _fingerprint(folder: str) -> str:
    """A hash over names and contents of all that the package consists of; "" if the folder is gone."""
    digest = hashlib.sha256()
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            path = os.path.join(root, name)
            digest.update(os.path.relpath(path, folder).encode() + b"\0")
            with open(path, "rb") as file:
                digest.update(file.read() + b"\0")
    return digest.hexdigest() if os.path.isfile(os.path.join(folder, "extension.py")) else ""


def _in_use(current: str) -> str:
    """The package folder of the template that is being rendered: cookiecutter appends its checkout to sys.path."""
    for entry in reversed(sys.path):
        folder = os.path.join(os.path.abspath(entry), _PACKAGE)
        if os.path.isfile(os.path.join(folder, "extension.py")) and os.path.isfile(
            os.path.join(os.path.dirname(folder), "cookiecutter.json")
        ):
            return folder
        # Hooks are rendered in the template's folder, where a relative entry leads nowhere.
        if entry and not os.path.isabs(entry) and os.path.dirname(current).endswith(os.sep + os.path.normpath(entry)):
            return current
    return current


def _forget(folder: str) -> None:
    """Drops the package's modules, all but this one, so that the next import takes them from ``folder``."""
    package = sys.modules[_PACKAGE]
    for name in [name for name in sys.modules if name.startswith(_PACKAGE + ".") and name != _SHIM]:
        del sys.modules[name]
        # `from package import module` looks at the package's attributes first.
        if hasattr(package, name[len(_PACKAGE) + 1 :]):
            delattr(package, name[len(_PACKAGE) + 1 :])
    package.__path__ = [folder]
    for root, _, files in os.walk(folder):
        for name in files:
            # Byte code is matched by size and whole seconds, and a checkout can change a file within one.
            if name.endswith(".pyc"):
                with contextlib.suppress(OSError):
                    os.unlink(os.path.join(root, name))
    importlib.invalidate_caches()


_folder = os.path.dirname(os.path.abspath(__file__))
_loaded = _fingerprint(_folder)


def _bindings() -> Any:
    """The module ``bindings`` of the sources that are in use now."""
    global _folder, _loaded
    folder = _in_use(_folder)
    found = _fingerprint(folder)
    # The same sources elsewhere are the same modules, unless the folder they came from is gone.
    if found and (found != _loaded or not os.path.isdir(_folder)):
        _forget(folder)
        _folder, _loaded = folder, found
    return importlib.import_module(_PACKAGE + ".bindings")


class FlytePluginExtension(Extension):
    """Gives templates ``plugin(cookiecutter)``, the defaults of the prompts, the checks and the filters."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._bound = _bindings().bind(environment)

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return str(self._bound.preprocess(source, name))
