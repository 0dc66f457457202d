"""The keys of a map of pods: those that the CRD shows, and those that jobs of a framework usually have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flyte_plugin_scaffold.model import Crd, Path, StepKind
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.schema import Node
from flyte_plugin_scaffold.text import lexicon, names

_MOST_TEXT = 8000  # characters of a description that are looked at


@dataclass(frozen=True)
class Keys:
    """Of one map; both are empty where nothing is known, and then the keys are the user's."""

    shown: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()  # usual for the framework that the kind is named after, and not in the CRD

    @property
    def all(self) -> tuple[str, ...]:
        return self.shown + self.guessed


def of_map(crd: Crd, path: Path) -> Keys:
    """The keys of the map at ``path``.

    What the CRD shows is all there is, but for keys that no framework's job depends on: where the shown ones have no
    leader, there is none.
    """
    node = schema.lookup(crd.schema, path) or schema.EMPTY
    shown = _shown(crd, path, node)
    known = {key.lower() for key in shown}
    usual = [key for key in lexicon.FRAMEWORK_KEYS.get(framework(crd, path), ()) if key.lower() not in known]
    if shown:
        usual = [key for key in usual if key.lower() not in lexicon.LEADERS]
    return Keys(shown, tuple(usual))


def framework(crd: Crd, path: Path) -> str:
    """The framework that a map like ``<framework>ReplicaSpecs`` of a kind like ``<Framework>Job`` is named after."""
    match = re.fullmatch(r"([a-z][a-z0-9]*)ReplicaSpecs", path.steps[-1].name)
    if not match or not crd.kind.endswith("Job") or not crd.kind.lower().startswith(match[1].lower()):
        return ""
    return match[1]


def _shown(crd: Crd, path: Path, node: Node) -> tuple[str, ...]:
    found: list[str] = []
    required = node.get("required")
    found += [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
    for word in ("default", "example"):
        value = node.get(word)
        found += [name for name in value if isinstance(name, str)] if isinstance(value, Mapping) else []
    prefix = str(path) + "."
    if crd.scale_replicas_path.startswith(prefix):
        found.append(crd.scale_replicas_path[len(prefix) :].split(".")[0])
    found += _in_rules(node)
    found += in_text(schema.description(node), path.steps[-1].name if path.steps[-1].kind is StepKind.FIELD else "")
    return tuple(dict.fromkeys(key for key in found if _KEY.fullmatch(key)))


_KEY = re.compile(r"[A-Za-z0-9][\w.-]{0,62}", re.ASCII)

# ------------------------------------------------------------------------------------------------------ in validations
_RULES = (
    re.compile(r"\bin \[([^\]]{0,400})\]"),  # self.all(key, key in ['Worker'])
    re.compile(r"""(["'][\w.-]{1,63}["']) in self\b"""),
    re.compile(r"""\bself\[(["'][\w.-]{1,63}["'])\]"""),
)


def _in_rules(node: Node) -> list[str]:
    rules = node.get("x-kubernetes-validations")
    found: list[str] = []
    for rule in rules if isinstance(rules, list) else ():
        text = rule.get("rule") if isinstance(rule, Mapping) else None
        if isinstance(text, str):
            text = text[:_MOST_TEXT]
            found += [key for each in _RULES for part in each.findall(text) for key in re.findall(r"[\w.-]+", part)]
            found += re.findall(r"\bhas\(self\.(\w+)\)", text)
    return found


# ----------------------------------------------------------------------------------------------------- in descriptions
_QUOTE = "\\\\?[\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb]"
_QUOTED = rf"{_QUOTE}[A-Za-z][\w.-]{{0,62}}{_QUOTE}"
_BARE = r"\b[A-Z][A-Za-z0-9]{0,62}\b"
_AND = r" ?(?:, ?(?:and |or )?|[/|&] ?|and |or )"
_ASIDE = r"(?: ?\([^()]{0,60}\))?"
_QUOTED_LIST = rf"{_QUOTED}{_ASIDE}(?:{_AND}{_QUOTED}{_ASIDE}){{0,15}}"
_BARE_LIST = (
    rf"{_BARE}{_ASIDE}(?:(?:{_AND}{_BARE}{_ASIDE}){{1,15}}|(?= ?[).;,:]| (?:is|are|only|role|key|entry|replica)\b| ?$))"
)
# What stands before a list of keys: a word for them with a verb, or words that begin examples.
_KEYS_ARE = (
    r"(?i:\b(?:keys?|roles?|types?|names?|replicas?|groups?|values?|entry|entries|components?)"
    r" ?(?:\(|:|=|\b(?:are|is|being|named|called|can be|may be|must be|should be|has to be|have to be|includes?)\b))"
)
_EXAMPLES = (
    r"(?i:\b(?:such as|for example|for instance|including|namely|e\.g\.?|i\.e\.?|one of|either|supports|only|just|keyed by|"
    r"single (?:key|role|entry)|(?:keys?|roles?)(?= [\"'`]))|\bsupported ?:)"
)
_FILL = r"(?i: ?(?:exactly|currently|always|only|either|both|any of|one of|the|:|,|\())* ?"
# Most kinds have no map of pods, and compiling these takes a while: `re` keeps them once they are asked for.
_LISTS = rf"(?:{_KEYS_ARE}|{_EXAMPLES}){_FILL}(?:({_QUOTED_LIST})(?! ?:)|({_BARE_LIST}))"
_ARE_KEYS = (
    rf"({_QUOTED_LIST}|{_BARE}(?:{_AND}{_BARE}){{1,15}}) (?:is|are) (?:the |all |an? )?(?:only )?(?:one |ones )?"
    r"(?:supported|allowed|valid|accepted|possible|required|recognized|recognised|known|keys?|roles?|replica)\b"
)
_TOKENS = rf"[{{}}]|(?:({_QUOTED})|([A-Za-z][\w-]{{0,62}})) ?(?::|=>|->)(?!//)"
_LINES = r"(?m)^([ \t]*)(?:[-*\u2022][ \t]+)?([A-Za-z][\w-]{0,62}):[ \t]*(?:\S*Spec\b.*|\{.*|&.*)?$"
_BULLETS = rf"(?m)^[ \t]*[-*\u2022][ \t]+(?:({_QUOTED})|([A-Z][A-Za-z0-9]{{0,62}})(?=[ \t]*(?:[:(\u2013]|-[ \t]|$)))"
# Words that stand for a key, and names of types: no key is called so.
_PLACEHOLDERS = frozenset(
    """key keys name names role roles type types value values string object replica replicas group groups example note
    default defaults optional required deprecated important map the a an this each all any it only one see for if when
    json yaml kubernetes pod pods spec status template""".split()
)
_OF_EXAMPLES = frozenset("my your our some example sample foo bar".split())  # my-worker: any key would do
_OF_TYPES = frozenset("spec specs type types template templates map config status".split())


def in_text(text: str, own_name: str = "") -> list[str]:
    """The keys that a description of a map shows: in an example, in a list, or as the names that it allows."""
    text = text[:_MOST_TEXT]
    flat = re.sub(r"\s+", " ", text).strip()
    found = _in_braces(flat)
    found += _in_lines(text)
    for match in (*re.finditer(_LISTS, flat), *re.finditer(_ARE_KEYS, flat)):
        listed = re.sub(r"\([^()]*\)|\b(?:and|or)\b", " ", match[match.lastindex or 0])
        found += re.findall(r"[A-Za-z][\w.-]*", listed)
    return [key for key in dict.fromkeys(key.strip(".-") for key in found) if _can_be_key(key, own_name)]


def _can_be_key(key: str, own_name: str) -> bool:
    parts = names.lower_words(key)
    return bool(
        parts
        and key.lower() not in _PLACEHOLDERS
        and parts[0] not in _OF_EXAMPLES
        and key.lower() != own_name.lower()
        and not (len(parts) > 1 and parts[-1] in _OF_TYPES)
    )


def _in_braces(flat: str) -> list[str]:
    """Keys of the outermost objects in braces; outside of braces only what is quoted and begins with a capital."""
    found: list[str] = []
    depth = 0
    for match in re.finditer(_TOKENS, flat):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth = max(0, depth - 1)
        else:
            word = re.sub(r"[^\w.-]", "", match[1] or match[2])
            if depth == 1 or (depth == 0 and match[1] and word[:1].isupper()):
                found.append(word)
    return found


def _in_lines(text: str) -> list[str]:
    """Keys of an example in YAML, and the first words of a list's lines."""
    found: list[str] = []
    cue = re.search(r"(?i)\b(?:example|instance|e\.g\.?|such as|like)\b[^\n]*\n", text)
    if cue:
        lines = re.findall(_LINES, text[cue.end() :])
        indent = min((len(before) for before, _ in lines), default=0)
        found += [word for before, word in lines if len(before) == indent]
    found += [re.sub(r"[^\w.-]", "", quoted or bare) for quoted, bare in re.findall(_BULLETS, text)]
    return found
