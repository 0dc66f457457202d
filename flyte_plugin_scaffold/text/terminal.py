"""How texts for people are laid out: as wide as their terminal. :func:`flyte_plugin_scaffold.text.characters.say` prints them.

The post-generation hook uses it too, so it imports nothing but the standard library.
"""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from typing import TextIO

from flyte_plugin_scaffold.text.characters import escaped

_NARROWEST = 40  # below that, texts are cut into single words


def width(stream: TextIO | None = None) -> int:
    """The columns of the terminal behind ``stream`` (stderr if it is not given); 0 where there is none.

    A log or a pipe gets whole lines, which can be searched, and the same bytes everywhere.
    """
    stream = sys.stderr if stream is None else stream
    if not stream.isatty():
        return 0
    return max(_NARROWEST, shutil.get_terminal_size().columns)


def wrapped(text: str, columns: int, first: str = "", rest: str | None = None) -> list[str]:
    """``text`` in lines of at most ``columns`` (0: one line): ``first`` begins the first one, ``rest`` the others.

    Words are kept whole, so that paths and answers can be copied, and so are answers in quotes; of others, a word that
    is longer than a line is broken after its commas. Invisible characters are escaped before it is measured.
    """
    text = escaped(text)
    if not columns:
        return [first + text]
    wrapper = _Wrapper(
        columns,
        initial_indent=first,
        subsequent_indent=" " * len(first) if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapper.wrap(text) or [first.rstrip()]


class _Wrapper(textwrap.TextWrapper):
    def _split(self, text: str) -> list[str]:
        room = self.width - max(len(self.initial_indent), len(self.subsequent_indent))
        found: list[str] = []
        for index, part in enumerate(_ANSWER.split(text)):
            is_answer = index % 2 == 1
            for chunk in [part] if is_answer else super()._split(part):
                found += [chunk] if is_answer or len(chunk) <= room else _UP_TO_A_COMMA.findall(chunk)
        return found


_ANSWER = re.compile(r"""((?<!\S)(?:[a-z_]+='[^']*'|'[a-z_]+=[^']*'))""")  # as a word of a shell
_UP_TO_A_COMMA = re.compile(r"[^,]*,+|[^,]+")
