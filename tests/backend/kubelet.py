"""The scheduler and the kubelet that no node has here: what they would write of a pod, and one that runs pods.

Each function returns the status of a pod whose main container is ``container``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

import requests

from .kubernetes import PODS, Api, ApiError, Object
from .pods import command_of, environment_of
from .processes import Process
from .warm import Warm


def unschedulable(container: str) -> Object:
    return _status("Pending", "PodScheduled", "Unschedulable", "0/3 nodes are available: 3 Insufficient memory.")


def image_pull_backoff(container: str) -> Object:
    waiting = {"waiting": {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "no-such:v1"'}}
    return _status("Pending", "Ready", "ContainersNotReady", "", **_container(container, waiting))


def killed_for_memory(container: str) -> Object:
    ended = {"terminated": {"exitCode": 137, "reason": "OOMKilled", "message": "", **_times()}}
    return _status("Failed", "Ready", "PodFailed", "", **_container(container, ended))


def running(container: str) -> Object:
    started = {"running": {"startedAt": _now()}}
    return _status("Running", "PodScheduled", "", "", met=True, **_container(container, started, ready=True))


def exited(container: str, code: int) -> Object:
    ended = {"terminated": {"exitCode": code, "reason": "Error" if code else "Completed", **_times()}}
    phase = "Failed" if code else "Succeeded"
    return _status(phase, "Ready", "PodCompleted", "", **_container(container, ended))


class Kubelet:
    """Runs the first container of every pod of one namespace as a local process, from construction to :meth:`stop`.

    For pods that Flyte itself creates; those of a custom resource belong to the simulated operator.
    """

    def __init__(
        self, api: Api, namespace: str, environment: Mapping[str, str], folder: Path, warm: Warm | None
    ) -> None:
        """``environment`` is what an image would bring, and ``warm`` can be its Python."""
        self.ran: list[Object] = []
        self._api = api
        self._namespace = namespace
        self._environment = environment
        self._folder = folder
        self._warm = warm
        self._processes: list[Process] = []
        self._stopping = threading.Event()
        threading.Thread(target=self._watch, name="kubelet", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()
        for process in self._processes:
            process.stop(grace=1)

    def _watch(self) -> None:
        while not self._stopping.wait(0.2):
            try:
                for pod in self._api.list(PODS, self._namespace)["items"]:
                    if pod["metadata"]["uid"] not in [each["metadata"]["uid"] for each in self.ran]:
                        self.ran.append(pod)
                        threading.Thread(target=self._run, args=(pod,), daemon=True).start()
            except (ApiError, requests.RequestException):
                time.sleep(0.2)

    def _run(self, pod: Object) -> None:
        name, container = pod["metadata"]["name"], pod["spec"]["containers"][0]
        set_status(self._api, pod, running(container["name"]))
        env = {**self._environment, **environment_of(container)}
        process = Process(name, command_of(container), self._folder / f"{name}.log", env, self._folder, self._warm)
        self._processes.append(process)
        code = process.wait()
        if not self._stopping.is_set():
            with suppress(ApiError):  # propeller may have deleted the pod
                set_status(self._api, pod, exited(container["name"], code))


def set_status(api: Api, pod: Object, status: Object) -> None:
    api.patch(PODS, pod["metadata"]["namespace"], pod["metadata"]["name"], {"status": status}, "status")


def _status(phase: str, condition: str, reason: str, message: str, met: bool = False, **more: object) -> Object:
    one = {"type": condition, "status": str(met), "reason": reason, "message": message, "lastTransitionTime": _now()}
    return {"phase": phase, "conditions": [one], **more}


def _container(name: str, state: Object, ready: bool = False) -> Object:
    status = {"name": name, "image": "i", "imageID": "", "ready": ready, "restartCount": 0, "state": state}
    return {"containerStatuses": [status]}


def _times() -> Object:
    return {"startedAt": _now(), "finishedAt": _now()}


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
