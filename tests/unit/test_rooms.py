"""The package's rooms: arrows go one way, and no module imports itself by way of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import rooms

OUTSIDE = {"", "extension", "bindings"}  # the package itself, and what cookiecutter, the hooks and the templates call


def test_every_module_stands_in_a_room() -> None:
    tops = {name.partition(".")[0] for name in rooms.modules()}
    assert tops - OUTSIDE == set(rooms.ROOMS) | {"__init__"}


@pytest.mark.parametrize("room", rooms.ROOMS)
def test_a_room_uses_those_below_it(room: str) -> None:
    above = set(rooms.ROOMS[rooms.ROOMS.index(room) :]) | {"bindings", "extension"}
    assert not rooms.arrows()[room] & above


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert rooms.circle() == []


def test_circles_and_arrows_are_seen(tmp_path: Path) -> None:
    """The check itself, on a package that is wrong."""
    for name, text in {
        "text/a": "from flyte_plugin_scaffold.model import b\n",
        "model/b": "from flyte_plugin_scaffold.model.c import x\n",
        "model/c": "def f():\n    from flyte_plugin_scaffold.text import a\n",
    }.items():
        file = tmp_path / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    assert rooms.arrows(tmp_path)["text"] == {"model"}
    assert rooms.circle(tmp_path) == ["model.b", "model.c", "text.a", "model.b"]
