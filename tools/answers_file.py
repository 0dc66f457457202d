"""Prints what a file of answers holds, for `make bake`: JSON of its answers, and of what is wrong with single ones.

    python tools/answers_file.py FILE

Exit status 1, with the reason, where there are no answers in it. Runs where PyYAML is.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from flyte_plugin_scaffold.asking import kept_answers  # noqa: E402  (the path above makes it importable)


def main(path: str) -> None:
    try:
        given, problems = kept_answers.of_file(path)
    except ValueError as error:
        sys.exit(f"ANSWERS={path}: {error}")
    print(json.dumps([given, [[problem.prompt, problem.text] for problem in problems]]))


if __name__ == "__main__":
    main(*sys.argv[1:])
