"""The connector's library where it stands, to be imported in this process: it needs no flytekit until it is served."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import sys
from types import ModuleType

from tests.support.rendering import ROOT

PACKAGE = ROOT / "{{cookiecutter.plugin_slug}}/connector/{{ project_name() }}_connector"
ROOMS = sorted(each for each in PACKAGE.glob("_[a-z]*") if each.is_dir())
_NAME = "connector_library"


def module(name: str) -> ModuleType:
    """A module of the library, by its room and name. No byte code is written: what lies in the template's folder would be rendered."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        if _NAME not in sys.modules:
            # Its own __init__.py is a template.
            spec = importlib.machinery.ModuleSpec(_NAME, None, is_package=True)
            spec.submodule_search_locations = [str(PACKAGE)]
            sys.modules[_NAME] = importlib.util.module_from_spec(spec)
        return importlib.import_module(f"{_NAME}.{name}")
    finally:
        sys.dont_write_bytecode = before
