"""Names in Go, Python and proto: how the words of a CRD are spelled there.

Everything here is a pure function of strings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from flyte_plugin_scaffold.text.reserved import RESERVED_FIELDS

# ------------------------------------------------------------------------------------------------------------ spelling
_NOT_WORD = re.compile(r"[^0-9A-Za-z]+")
_PLURAL_ACRONYM = re.compile(r"(?<![A-Z])([A-Z]{2,})s(?=$|[A-Z0-9_])")
_ACRONYM_END = re.compile(r"(?<=[A-Z])(?=[A-Z][a-z])")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# Of a name that is spelled from words: protoc refuses files with names of some thousand characters.
MOST_IDENTIFIER = 100
_MOST_JSON_NAME = 1000
# Of what is looked at for words: putting accents into their order takes its time for a text of nothing else.
_MOST_SPELLED = 1000


def words(text: str) -> list[str]:
    """The words of a name in any style, as they are spelled: ``runtimeEnvYAML`` -> ``runtime Env YAML``.

    Letters lose their accents, by the one Unicode release that every Python knows.
    """
    return list(_kept_words(text) if len(text) <= MOST_IDENTIFIER else _words(text))


def _words(text: str) -> tuple[str, ...]:
    if not text.isascii():
        text = unicodedata.ucd_3_2_0.normalize("NFKD", text[:_MOST_SPELLED]).encode("ascii", "ignore").decode()
    text = _NOT_WORD.sub("_", text)
    text = _PLURAL_ACRONYM.sub(lambda match: match[1].capitalize() + "s", text)  # clusterIPs, GPUs
    text = _ACRONYM_END.sub("_", text)
    text = _HUMP.sub("_", text)
    return tuple(word for word in text.split("_") if word)


_kept_words = lru_cache(maxsize=4096)(_words)  # of one derivation: the same names are asked for again and again


def lower_words(text: str) -> list[str]:
    """The words of a name in lower case: ``endTime`` -> ``["end", "time"]``."""
    return [word.lower() for word in words(text)]


def snake(text: str) -> str:
    """``text`` in snake_case, safe as a name in Python, proto and Go: no keyword, starts with a letter."""
    name = "_".join(lower_words(text))[:MOST_IDENTIFIER].rstrip("_") or "field"
    if name[0].isdigit():
        name = "field_" + name
    return name + "_value" if name in RESERVED_FIELDS else name  # buf's linter refuses a trailing underscore


def camel(text: str) -> str:
    """``text`` in CamelCase, acronyms kept: ``headGroupSpec`` -> ``HeadGroupSpec``, ``PS`` -> ``PS``."""
    name = "".join(word[:1].upper() + word[1:] for word in words(text))[:MOST_IDENTIFIER] or "Object"
    return "X" + name if name[0].isdigit() else name


def class_name(text: str) -> str:
    """:func:`camel` as protoc-gen-go leaves it unchanged, so that one name serves proto, Python and Go.

    Words that meet can be read as another word (``A:As``, ``AAs``): a name spelled twice stays what it is.
    """
    name = ""
    again = go_camel(camel(text))
    while again != name:
        name, again = again, go_camel(camel(again))
    return name


def is_json_name(word: str) -> bool:
    """Whether a field may be called so on the wire.

    Protobuf calls the presence of an optional one ``_name`` and an extension ``[name]``, and refuses names that are long.
    """
    is_odd = not word or "\0" in word or word[0] == "_" or (word[0], word[-1]) == ("[", "]")
    return not is_odd and len(word) <= _MOST_JSON_NAME


def lower_camel(name: str) -> str:
    """A snake_case name in lowerCamelCase."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


_NO_PLURALS = frozenset(
    "alias analysis atlas aws bias canvas class dns gas gps https kubernetes nfs os process series tls".split()
)


def singular(text: str) -> str:
    """The singular of an English word at the end of ``text``, as far as its ending tells."""
    lower = text.lower()
    if not text.endswith("s") or (words(text) or [""])[-1].lower() in _NO_PLURALS or len(text) < 3:
        return text
    if lower.endswith("ies") and len(text) > 4:
        return text[:-3] + "y"
    if lower.endswith(("sses", "xes", "zzes", "shes", "tuses", "ches")) and not lower.endswith("aches"):
        return text[:-2]
    return text if lower.endswith(("ss", "us", "is")) else text[:-1]


_SPELLED_WITH_A_VOWEL = "AEFHILMNORSX"  # an MPIJob, an XGBoostJob
_VOWEL = re.compile(r"(?!eu|one|once|uni(?!n)|us[aeu]|ut[ei])[aeiou]")


def with_article(name: str, capital: bool = False) -> str:
    """``name`` after its article: ``an Experiment``; with ``capital`` as a sentence begins."""
    first = (words(name) or [name])[0]
    is_spelled = len(first) > 1 and first.isupper()
    is_an = first[0] in _SPELLED_WITH_A_VOWEL if is_spelled else bool(_VOWEL.match(first.lower()))
    article = "an" if is_an else "a"
    return f"{article.capitalize() if capital else article} {name}"


@lru_cache(maxsize=4096)
def go_camel(text: str) -> str:
    """A proto name as protoc-gen-go spells it (its GoCamelCase, rule by rule)."""
    out: list[str] = []
    index = 0
    while index < len(text):
        char = text[index]
        following = text[index + 1] if index + 1 < len(text) else ""
        if char == "." and _is_lower(following):
            pass
        elif char == ".":
            out.append("_")
        elif char == "_" and (index == 0 or text[index - 1] == "."):
            out.append("X")
        elif char == "_" and _is_lower(following):
            pass
        elif char.isascii() and char.isdigit():
            out.append(char)
        else:
            out.append(char.upper() if _is_lower(char) else char)
            while index + 1 < len(text) and _is_lower(text[index + 1]):
                index += 1
                out.append(text[index])
        index += 1
    return "".join(out)


def _is_lower(char: str) -> bool:
    return "a" <= char <= "z" and len(char) == 1


def go_field_names(fields: Iterable[tuple[str, bool]]) -> list[str]:
    """Go's names of one proto message's fields, in order; each comes with whether it is ``optional``.

    protoc-gen-go appends ``_`` where a name would meet a generated method, another field's getter, or the wrapper of
    an optional field.
    """
    used: dict[str, bool] = dict.fromkeys(_GO_MESSAGE_METHODS, True)

    def unique(name: str, has_getter: bool) -> str:
        while used.get(name) or (has_getter and used.get("Get" + name)):
            name += "_"
        used[name] = True
        used["Get" + name] = has_getter
        return name

    found = []
    for name, optional in fields:
        found.append(unique(go_camel(name), True))
        if optional:
            unique(go_camel("_" + name), False)
    return found


def unique(name: str, used: Iterable[str], separator: str = "_") -> str:
    """``name``, or ``name_2``, ``name_3`` ... where it is used already."""
    used = used if isinstance(used, (set, frozenset)) else set(used)
    if name not in used:
        return name
    number = 2
    while f"{name}{separator}{number}" in used:
        number += 1
    return f"{name}{separator}{number}"


def clash_key(name: str) -> str:
    """Two proto fields whose keys are equal cannot stand in one message: their default JSON names are the same."""
    return name.replace("_", "").lower()


_GO_MESSAGE_METHODS = (
    "Reset String ProtoMessage Marshal Unmarshal ExtensionRangeArray ExtensionMap Descriptor".split()
)  # protoc-gen-go's own list
# The field that every config has: of an operator's kind, and of a remote service's.
SPEC_OVERRIDES = "spec_overrides"
BODY_OVERRIDES = "body_overrides"
