"""A rendered flytepropeller as a process, with its rendered configuration."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .object_store import ACCESS_KEY, BUCKET, SECRET_KEY, ObjectStore
from .processes import Process, free_port, is_listening


class Propeller:
    """Runs from construction to :meth:`stop`. Its configuration and its log are kept in ``folder``."""

    def __init__(
        self,
        binary: Path,
        config: Mapping[str, Any],
        kubeconfig: Path,
        store: ObjectStore,
        admin: str,
        folder: Path,
        overrides: Mapping[str, Any] | None = None,
    ) -> None:
        """``config`` is what was rendered and ``admin`` the endpoint that takes its events; ``overrides`` (section ->
        settings) come on top of what the tests need.
        """
        self.log = folder / "propeller.log"
        self._folder = folder
        self._port = free_port()
        settings = merged(settings_for_tests(kubeconfig, store, self._port, admin), overrides or {})
        configs = folder / "propeller-config"
        configs.mkdir(parents=True, exist_ok=True)
        # flytepropeller merges all files of a folder, as it does with the ConfigMap and the Secret of a deployment.
        (configs / "rendered.yaml").write_text(json.dumps(config, indent=2))
        (configs / "test.yaml").write_text(json.dumps(settings, indent=2))
        self._command = [binary, "--config", configs / "*.yaml"]
        self.start()

    def start(self) -> None:
        """Starts it (again); returns when it works."""
        env = {"PATH": os.defpath, "HOME": str(self._folder)}
        self._process = Process("flytepropeller", self._command, self.log, env=env)
        self._process.wait_until(lambda: is_listening(self._port), 60)

    def kill(self) -> None:
        """Ends it without a chance to finish anything, as a node failure does."""
        self._process.kill()

    def stop(self) -> None:
        # It has nothing to save: the time is for its last log lines.
        self._process.stop(grace=0.3)


def settings_for_tests(kubeconfig: Path, store: ObjectStore, port: int, admin: str) -> dict[str, Any]:
    """What a deployment sets from its surroundings, and intervals short enough to wait for."""
    return {
        "propeller": {
            "kube-config": str(kubeconfig),
            "prof-port": port,
            "create-flyteworkflow-crd": True,
            "rawoutput-prefix": f"s3://{BUCKET}/raw",
            "metadata-prefix": "metadata",
            "workflow-reeval-duration": "1s",
            "downstream-eval-duration": "1s",
            "queue": {"batching-interval": "100ms"},
        },
        "storage": {
            "type": "minio",
            "container": BUCKET,
            "connection": {
                "endpoint": store.endpoint,
                "auth-type": "accesskey",
                "access-key": ACCESS_KEY,
                "secret-key": SECRET_KEY,
                "region": "us-east-1",
                "disable-ssl": True,
            },
        },
        "event": {"type": "admin"},
        "admin": {"endpoint": admin, "insecure": True},
        "catalog-cache": {"type": "noop"},
        # A map is a list of one-entry maps here, so that flytepropeller keeps the case of the names.
        "plugins": {"k8s": {"default-env-vars": [{name: value} for name, value in store.environment.items()]}},
    }


def merged(base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    """``top`` over ``base``: mappings are merged, everything else is replaced."""
    result = dict(base)
    for key, value in top.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return result
