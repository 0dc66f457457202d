"""A real Kubernetes API server with RBAC on: etcd and kube-apiserver on free ports of the loopback interface.

No controller and no node runs beside them: objects stay as they are written, and nothing collects what an owner
leaves behind.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable
from pathlib import Path

import requests

from .kubernetes import CRDS, Api, ApiError, Object
from .logs import json_lines
from .processes import Process, ProcessFailed, free_port, is_listening
from .tools import Tools
from .waiting import until

ADMIN = "admin"
# Everything that a request to a custom resource or to Flyte's workflows does; bodies would be megabytes.
AUDIT_POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [{"level": "None", "users": ["system:apiserver"]}, {"level": "Metadata"}],
}
# Start-up is repeated where another process took a port between its choice and its use.
ATTEMPTS = 3


class ApiServer:
    """Runs from construction to :meth:`stop`. Everything it writes is in ``folder``, its logs included."""

    def __init__(self, tools: Tools, folder: Path, service_accounts: Iterable[str]) -> None:
        """``service_accounts`` ("namespace:name") get a token each, beside the administrator."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._tokens = {ADMIN: secrets.token_hex(16)}
        self._tokens.update({account: secrets.token_hex(16) for account in service_accounts})
        self._write_files()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._start(tools)
                return
            except ProcessFailed as failure:
                self.stop()
                if attempt == ATTEMPTS or "address already in use" not in str(failure):
                    raise

    @property
    def certificate(self) -> Path:
        """The certificate that the server made for itself at its first start."""
        return self.folder / "certificates" / "apiserver.crt"

    @property
    def audit_log(self) -> Path:
        return self.folder / "audit.log"

    def api(self, account: str = ADMIN) -> Api:
        return Api(self.url, self.certificate, self._tokens[account])

    def kubeconfig(self, file: Path, account: str = ADMIN, namespace: str = "default") -> Path:
        """Writes a kubeconfig (JSON is YAML) that knows one account."""
        one = {"name": "backend"}
        file.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "current-context": "backend",
                    "clusters": [
                        {**one, "cluster": {"server": self.url, "certificate-authority": str(self.certificate)}}
                    ],
                    "contexts": [{**one, "context": {"cluster": "backend", "user": "backend", "namespace": namespace}}],
                    "users": [{**one, "user": {"token": self._tokens[account]}}],
                },
                indent=2,
            )
        )
        return file

    def install_crd(self, crd: Object) -> None:
        """Applies a CustomResourceDefinition and waits until it is served."""
        api, name = self.api(), crd["metadata"]["name"]
        api.apply(crd)
        until(lambda: _established(api.get(CRDS, "", name)), f"{name} to be served")

    def audit(self, account: str, start: int = 0) -> list[Object]:
        """The audit events of a service account's requests, oldest first; those after ``start`` bytes of the log."""
        user = user_name(account)
        return [event for event in json_lines(self.audit_log, start) if event["user"]["username"] == user]

    def stop(self) -> None:
        # Nothing has to be saved, and open watches would keep a graceful end waiting.
        for process in reversed(self._processes):
            process.stop(grace=1)

    def _write_files(self) -> None:
        rows = [f"{self._tokens[ADMIN]},{ADMIN},{ADMIN},system:masters"]
        for number, (account, token) in enumerate(self._tokens.items()):
            if account != ADMIN:
                groups = f"system:serviceaccounts,system:serviceaccounts:{account.split(':')[0]}"
                rows.append(f'{token},{user_name(account)},{number},"{groups}"')
        (self.folder / "tokens.csv").write_text("\n".join(rows) + "\n")
        (self.folder / "audit-policy.json").write_text(json.dumps(AUDIT_POLICY))
        (self.folder / "service-accounts.pem").write_text(_signing_key())

    def _start(self, tools: Tools) -> None:
        client, peer, port = free_port(), free_port(), free_port()
        etcd_url = f"http://127.0.0.1:{client}"
        self.url = f"https://127.0.0.1:{port}"
        self._processes: list[Process] = []
        etcd = Process(
            "etcd",
            [
                tools.etcd,
                f"--data-dir={self.folder / f'etcd-{client}'}",
                f"--listen-client-urls={etcd_url}",
                f"--advertise-client-urls={etcd_url}",
                f"--listen-peer-urls=http://127.0.0.1:{peer}",
                "--unsafe-no-fsync=true",  # nothing here outlives the machine
                "--log-level=warn",
            ],
            self.folder / "etcd.log",
        )
        self._processes.append(etcd)
        etcd.wait_until(lambda: is_listening(client), 30)
        server = Process(
            "kube-apiserver",
            [
                tools.kube_apiserver,
                f"--etcd-servers={etcd_url}",
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--endpoint-reconciler-type=none",
                f"--secure-port={port}",
                f"--cert-dir={self.folder / 'certificates'}",
                "--authorization-mode=RBAC",
                "--anonymous-auth=false",
                f"--token-auth-file={self.folder / 'tokens.csv'}",
                "--service-account-issuer=https://kubernetes.default.svc",
                f"--service-account-key-file={self.folder / 'service-accounts.pem'}",
                f"--service-account-signing-key-file={self.folder / 'service-accounts.pem'}",
                "--service-cluster-ip-range=10.0.0.0/24",
                # It would wait for a controller that makes each namespace's default account.
                "--disable-admission-plugins=ServiceAccount",
                # As on OpenShift: an owner reference that blocks deletion needs a right on the owner's finalizers.
                "--enable-admission-plugins=OwnerReferencesPermissionEnforcement",
                f"--audit-policy-file={self.folder / 'audit-policy.json'}",
                f"--audit-log-path={self.audit_log}",
                "--audit-log-mode=blocking-strict",  # an answered request is in the log
            ],
            self.folder / "kube-apiserver.log",
        )
        self._processes.append(server)
        server.wait_until(self._is_ready, 60)

    def _is_ready(self) -> bool:
        if not self.certificate.exists():
            return False
        try:
            return self.api().request("GET", "/readyz").text == "ok"
        except (ApiError, requests.RequestException):
            return False


def user_name(account: str) -> str:
    """The user that "namespace:name" is to the API server: a service account, as RBAC bindings name it."""
    return f"system:serviceaccount:{account}"


def _established(crd: Object) -> bool:
    conditions = crd.get("status", {}).get("conditions") or []
    return any(each["type"] == "Established" and each["status"] == "True" for each in conditions)


def _signing_key() -> str:
    """A P-256 private key in SEC 1 form, as PEM: no library is needed, since the public part may be left out.

    The scalar's first byte is fixed so that it is never beyond the curve's order.
    """
    scalar = b"\x01" + secrets.token_bytes(31)
    der = bytes.fromhex("30310201010420") + scalar + bytes.fromhex("a00a06082a8648ce3d030107")
    return f"-----BEGIN EC PRIVATE KEY-----\n{base64.b64encode(der).decode()}\n-----END EC PRIVATE KEY-----\n"
