"""What an image is made of, as far as that can be done without Docker."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from dockerfile_parse import DockerfileParser


@dataclass(frozen=True)
class Dockerfile:
    """What the first stage of a Dockerfile does."""

    copied: list[tuple[list[str], str]]  # COPY: sources in the context, target
    mounted: dict[str, str]  # RUN --mount=type=bind: target -> source
    commands: list[str]  # RUN, without options
    environment: str  # ENV, as it stands there
    starts: list[str]  # CMD, in its form as a list

    @classmethod
    def read(cls, file: Path) -> Dockerfile:
        with file.open("rb") as opened:
            found = DockerfileParser(fileobj=opened).structure
        starts = [at for at, each in enumerate(found) if each["instruction"] == "FROM"]
        stage = found[starts[0] : [*starts, len(found)][1]]
        values = {
            name: [e["value"] for e in stage if e["instruction"] == name] for name in ("COPY", "RUN", "ENV", "CMD")
        }
        mounts = [
            dict(setting.split("=", 1) for setting in mount.split(",") if "=" in setting)
            for mount in re.findall(r"--mount=(\S+)", " ".join(values["RUN"]))
        ]
        return cls(
            copied=[(value.split()[:-1], value.split()[-1]) for value in values["COPY"]],
            mounted={each["target"]: each["source"] for each in mounts if each["type"] == "bind"},
            commands=[re.sub(r"--mount=\S+\s+", "", value) for value in values["RUN"]],
            environment=" ".join(values["ENV"]),
            starts=json.loads(values["CMD"][0]) if values["CMD"] else [],
        )

    def copy(self, context: Path, workdir: Path) -> None:
        for sources, target in self.copied:
            for source in sources:
                if (context / source).is_dir():
                    shutil.copytree(context / source, workdir / target, dirs_exist_ok=True)
                else:
                    shutil.copy2(context / source, workdir / target)


def context_of(repository: Path, into: Path) -> Path:
    """What .dockerignore lets Docker see of a repository."""
    everything, *let_through = (
        line for line in (repository / ".dockerignore").read_text().splitlines() if line and line[0] != "#"
    )
    assert everything == "*"
    into.mkdir()
    for pattern in (line[1:] for line in let_through if line.startswith("!")):
        for each in repository.glob(pattern):
            if each.is_dir():
                shutil.copytree(each, into / each.name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
            else:
                shutil.copy2(each, into)
    return into
