"""Prints a plugin's phases and roles as Mermaid diagrams, which GitHub and GitLab draw in a README.

A label is text in double quotes. Mermaid itself reads Markdown, HTML and its own marks in it, and texts of CRDs may hold
all of these: every character that could mean something is written as its number.
"""

from __future__ import annotations

import re

from flyte_plugin_scaffold.languages.filters import phase_states
from flyte_plugin_scaffold.model import Many, Place, Plugin, Role, Runs
from flyte_plugin_scaffold.text.characters import visible_prose

_MAX_CHARACTERS = 60  # of one text in a label
_MAX_STATES = 5  # in one box
_MAX_ROLES = 12  # how many more there are is said
# Before or between letters these have no meaning: .spec.driver, Failed=False, in-progress, ray_head.
_INSIDE_WORDS = re.compile(r"(?<=[A-Za-z0-9])[_/=-](?=[A-Za-z0-9])|\.(?=[A-Za-z0-9])")
_ENDS = {"Success": "success", "Failure": "failure", "Permanent failure": "permanent", "System failure": "system"}


def label(*lines: str) -> str:
    """A quoted label; each of ``lines`` is any text, and is shown as it stands."""
    return '"' + "<br/>".join(_text(line) for line in lines if line) + '"'


def _text(value: str) -> str:
    # Mermaid has two pairs of characters for what it reads later, and takes them for its own in any text.
    text = visible_prose(value).replace("ﬂ°", "fl°").replace("¶ß", "¶ss")
    if len(text) > _MAX_CHARACTERS:
        text = text[: _MAX_CHARACTERS - 3].rstrip() + "..."
    plain = {match.start() for match in _INSIDE_WORDS.finditer(text)}
    return "".join(
        char if at in plain or char in " ," or (char.isascii() and char.isalnum()) else f"#{ord(char)};"
        for at, char in enumerate(text)
    )


def phase_diagram(plugin: Plugin) -> str:
    """The operator's states in the boxes of Flyte's phases, in the order in which a task goes through them."""
    going, ended = [], []
    for name, states in phase_states(plugin):
        shown = list(dict.fromkeys(states))
        if len(shown) > _MAX_STATES:  # the last one is what no rule names
            shown[_MAX_STATES - 1 : -1] = [f"{len(shown) - _MAX_STATES} more"]
        box = label(f"{name}:", *shown)
        (ended if name in _ENDS else going).append((_ENDS.get(name, name.lower()), box))
    steps = ["[*]", *(name for name, _ in going)]
    return "\n".join(
        [
            "stateDiagram-v2",
            "    direction LR",
            f"    state {label(plugin.crd.kind)} as resource {{",
            "        direction LR",
            *(f"        state {box} as {name}" for name, box in going),
            *(f"        {before} --> {after}" for before, after in zip(steps, steps[1:])),
            "    }",
            *(f"    state {box} as {name}" for name, box in ended),
            *(f"    resource --> {name}" for name, _ in ended),
        ]
    )


def role_diagram(plugin: Plugin) -> str:
    """The CR, its roles and their pods; :func:`role_legend` says what the lines mean."""
    lines = ["flowchart LR", f"    cr[{label(plugin.crd.kind)}]"]
    users, submitted = [], []
    for at, role in enumerate(plugin.roles[:_MAX_ROLES], 1):
        is_command = role.place is Place.COMMAND
        line = "-->" if _is_always_there(role) else "-.->"
        lines.append(f"    cr {line} role{at}[{label('' if is_command else role.name, str(role.path))}]")
        if is_command:
            submitted.append(f"role{at}")
            continue
        lines.append(f"    role{at} {line} pods{at}([{_pods(role)}])")
        users += [f"pods{at}"] if role.runs is Runs.USER else []
    if len(plugin.roles) > _MAX_ROLES:
        lines.append(f"    cr -.-> more[{label(f'and {len(plugin.roles) - _MAX_ROLES} more roles')}]")
    if submitted:
        places = [str(role.path) for role in plugin.operator_pods]
        started = label("the operator starts", "the task's command", *places)
        lines.append(f"    started([{started}])")
        lines += [f"    {role} --> started" for role in submitted]
        users.append("started")
    if users:
        lines += ["    classDef user stroke-width:4px", f"    class {','.join(users)} user"]
    return "\n".join(lines)


def role_legend(plugin: Plugin) -> str:
    """What the lines of :func:`role_diagram` mean, in sentences."""
    said = ["A thick border marks pods that run the task's command."] if plugin.user_roles else []
    if not all(_is_always_there(role) for role in plugin.roles):
        said.append("Roles behind a dotted line exist only in tasks that name them.")
    return " ".join(said)


def _is_always_there(role: Role) -> bool:
    return role.always or role.required or role.place is Place.COMMAND


def _pods(role: Role) -> str:
    """How many pods a role has, and what they run, in the words of the README."""
    is_one = role.many is Many.ONE and not role.count_go_name
    command = {
        Runs.USER: "the task's command",
        Runs.IMAGE: f"{'its' if is_one else 'their'} image's own command",
        Runs.OPERATOR: "a command of the operator",
        Runs.ARGV: " ".join(role.argv),
    }[role.runs]
    return label("one pod" if is_one else "pods", f"{'runs' if is_one else 'run'} {command}")


FILTERS = {each.__name__: each for each in (phase_diagram, role_diagram, role_legend)}
