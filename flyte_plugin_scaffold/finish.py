"""What happens after the files are written: protobuf code, and the next commands. Runs in the new repository.

Runs in a process of its own, so it imports nothing but the standard library, and little of that: people wait for it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

# Inner ones first.
OPTIONAL_FOLDERS = (os.path.join(".github", "workflows"), ".github", "crd", os.path.join("kustomize", "operator"))


def finish(names: Mapping[str, str]) -> None:
    """Generates the protobuf code and prints the next commands. A rendering is kept whatever happens here.

    ``names`` holds ``operator``, ``go`` (the Go release) and ``folder`` (from where the user is, as a word of a shell).
    """
    _drop_empty_folders()
    missing = _missing()
    steps = [(f"cd {names['folder']}", "")]
    if missing:
        say(f"\nAll is written but the protobuf code: {missing}\n")
        steps.append(("make generate", "writes it"))
    steps.append(("make test", f"Go and Python; needs Go {names['go']} or later"))
    steps.append(("make help", "all commands; README.md tells the whole road to a running task"))
    say(f"\nThe Flyte plugin for {names['operator']} is ready. Next:\n")
    say("".join(f"  {command:<16}{'# ' + why if why else ''}".rstrip() + "\n" for command, why in steps))


def _missing() -> str:
    """Why there is no protobuf code, "" if there is. FLYTE_PLUGIN_PROTOS=skip leaves it out."""
    if os.environ.get("FLYTE_PLUGIN_PROTOS", "").lower() == "skip":
        return "FLYTE_PLUGIN_PROTOS=skip was set."
    from flyte_plugin_scaffold import generate

    return generate.protobuf_code()


def _drop_empty_folders() -> None:
    """Folders are rendered even where none of their files is: no GitHub, or no CRD to keep a copy of."""
    for folder in OPTIONAL_FOLDERS:
        try:
            os.rmdir(folder)
        except OSError:
            pass  # not empty


def say(text: str) -> None:
    """Prints at once: the script's own lines come in between."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()
