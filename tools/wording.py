"""Part of `make lint`: refuses words and phrases that make comments, names and messages hard to read.

    python tools/wording.py [FILE...]

Looks at the given files, or at all that git tracks. Exit status 1 where it finds something, with what to write instead.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# What to write instead stands beside each pattern.
INSTEAD = {
    r"\bfor want of\b": "without, or what is missing",
    r"\bfor ever\b": "forever",
    r"\b(?:nobody|somebody|whoever)\b": "the user, account or program that is meant",
    r"\bwithout a word\b|\bin silence\b": "silently",
    r"\bha(?:s|ve) the last word\b|\bis the last word\b": "has priority, or is final",
    r"\bha(?:s|ve) (?:no|the) say\b|\bin so many words\b|\bof no matter\b": "the plain statement",
    r"\bamounts? to\b|\bearns? its keep\b|\bno two alike\b|\btalkative\b": "the plain statement",
    r"\bunasked\b": "by default",
    r"\bas (?:he|she|it|they) likes?\b": "the rule, or 'differently'",
    r"\bat (?:its|their) own expense\b|\bat the task's expense\b": "without counting it as one of the task's retries",
    r"\bneeds? no luck\b": "the plain statement",
    r"\bmost[A-Z]\w*": "max...",
    r"\bis(?:News|Meant|Told|Wanted)\b|\blast(?:Word|Resorts)\b": "a name that says what is tested or kept",
}
# Texts of others, tests, and the list itself.
LEFT_OUT = re.compile(r"LICENSE|go\.sum$|\.json$|^tests/|example/.*\.yaml$|tools/wording\.py$")


def findings(files: Iterable[Path]) -> Iterator[str]:
    """``path:line: what, and what to write instead`` for each find in ``files``, which lie in ROOT."""
    patterns = [(re.compile(pattern, re.I if pattern.islower() else 0), text) for pattern, text in INSTEAD.items()]
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            for pattern, instead in patterns:
                if found := pattern.search(line):
                    yield f"{file}:{number}: {found[0]!r}: write {instead}"


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name and not LEFT_OUT.search(name) and (ROOT / name).is_file()]


def main() -> int:
    found = list(findings(map(Path, sys.argv[1:]) if sys.argv[1:] else tracked()))
    print("\n".join(found)) if found else None
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
