{% set p = plugin(cookiecutter) %}
{% set n = p.names %}
import importlib
import json
import subprocess
import sys
from pathlib import Path

import {{ n.python_package }} as package

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]


def test_entry_point_loads_the_plugin():
    entry_points = PROJECT["entry-points"]["flytekit.plugins"]
    assert [importlib.import_module(each) for each in entry_points.values()] == [package]


def test_everything_public_is_there():
    assert [name for name in package.__all__ if not hasattr(package, name)] == []


def test_import_needs_nothing_but_flytekit():
    program = """
import json, sys
import flytekit, flyteidl.core.tasks_pb2, google.protobuf.json_format
before = set(sys.modules)
import {{ n.python_package }}
added = {name.partition(".")[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)
print(json.dumps(sorted(added)))
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(result.stdout.splitlines()[-1]) == ["flytekitplugins"]
