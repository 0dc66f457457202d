"""What is wrong with an answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """What is wrong with the answer to one prompt, as a sentence that says what to give instead."""

    prompt: str
    text: str
