"""Which known word is meant by one that is nearly right."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_CLOSE = 0.7  # of difflib's measure from 0 to 1
# What comparing costs grows with both: longer lists and words are not compared.
_MOST_WORDS = 2_000
_LONGEST = 100


def nearest(word: str, known: Iterable[str]) -> str:
    """The word of ``known`` that is most like ``word``; "" where none is. Case and separators do not count."""
    plain: dict[str, str] = {}
    for each in list(known)[:_MOST_WORDS]:
        if each and len(each) <= _LONGEST:
            plain.setdefault(_plain(each), each)
    wanted = _plain(word)
    if not wanted or len(wanted) > _LONGEST:
        return ""
    if wanted in plain:
        return plain[wanted]
    return next((plain[each] for each in get_close_matches(wanted, plain, 1, _CLOSE)), "")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``: did you mean X?``, to be put after what is wrong with ``word``; "" where no known word is near."""
    found = nearest(word, known)
    return f": did you mean {found}?" if found and found != word else ""


_SEPARATORS = str.maketrans("", "", "-_. ")


def _plain(word: str) -> str:
    return word.lower().translate(_SEPARATORS)
