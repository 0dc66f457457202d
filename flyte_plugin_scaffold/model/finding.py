"""What the derivation looked at, and why it took it or left it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What the derivation looked at and why it took it, or left it: shown after the CRD is given."""

    text: str  # a path, or a role as in the answer
    reason: str  # one short clause
    chosen: bool = True
