"""A small client of the Kubernetes API: what these tests need of it, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

Object = dict[str, Any]


class ApiError(Exception):
    """The API server refused a request. ``status`` is the HTTP status, ``reason`` Kubernetes' word for it."""

    def __init__(self, what: str, status: int, reason: str, message: str) -> None:
        super().__init__(f"{what}: {status} {reason}: {message}")
        self.status = status
        self.reason = reason
        self.message = message


@dataclass(frozen=True)
class Resource:
    """A kind as it stands in paths."""

    group: str  # "" for the core group
    version: str
    plural: str
    namespaced: bool = True

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        inside = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return root + inside + "".join(f"/{part}" for part in (self.plural, name, subresource) if part)


PODS = Resource("", "v1", "pods")
RESOURCE_QUOTAS = Resource("", "v1", "resourcequotas")
DEPLOYMENTS = Resource("apps", "v1", "deployments")
CLUSTER_ROLES = Resource("rbac.authorization.k8s.io", "v1", "clusterroles", namespaced=False)
CRDS = Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions", namespaced=False)
ACCESS_REVIEWS = Resource("authorization.k8s.io", "v1", "selfsubjectaccessreviews", namespaced=False)
WORKFLOWS = Resource("flyte.lyft.com", "v1alpha1", "flyteworkflows")


class Api:
    """One account's view of an API server."""

    def __init__(self, url: str, certificate: Path, token: str) -> None:
        self.url = url
        self.certificate = certificate
        self.token = token
        self._session = requests.Session()
        self._session.trust_env = False  # neither a proxy nor netrc stands between us and the loopback interface
        self._session.verify = str(certificate)
        self._session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=256))  # an operator's threads
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._resources: dict[tuple[str, str], Resource] = {}

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        content_type: str = "application/json",
        stream: bool = False,
        **parameters: str,
    ) -> requests.Response:
        """Raises ApiError for every status from 400."""
        answer = self._session.request(
            method,
            self.url + path,
            data=None if body is None else json.dumps(body),
            headers={"Content-Type": content_type},
            params=parameters,
            stream=stream,
            timeout=(10, 60),
        )
        if answer.status_code >= 400:
            try:
                said = answer.json()
            except ValueError:
                said = {"message": answer.text}
            raise ApiError(f"{method} {path}", answer.status_code, said.get("reason", ""), said.get("message", ""))
        return answer

    def get(self, resource: Resource, namespace: str, name: str) -> Object:
        return self.request("GET", resource.path(namespace, name)).json()

    def find(self, resource: Resource, namespace: str, name: str) -> Object | None:
        """The object, or None where there is none."""
        try:
            return self.get(resource, namespace, name)
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def list(self, resource: Resource, namespace: str = "") -> Object:
        return self.request("GET", resource.path(namespace)).json()

    def watch(self, resource: Resource, namespace: str, resource_version: str, seconds: int = 30) -> Iterator[Object]:
        """Events ({type, object}) after ``resource_version``, for ``seconds`` at most."""
        answer = self.request(
            "GET",
            resource.path(namespace),
            stream=True,
            watch="true",
            resourceVersion=resource_version,
            timeoutSeconds=str(seconds),
        )
        with answer:
            for line in answer.iter_lines(chunk_size=1):
                if line:
                    yield json.loads(line)

    def create(self, resource: Resource, obj: Mapping[str, Any], namespace: str = "", dry_run: bool = False) -> Object:
        parameters = {"fieldValidation": "Strict", **({"dryRun": "All"} if dry_run else {})}
        return self.request("POST", resource.path(namespace), obj, **parameters).json()

    def patch(
        self, resource: Resource, namespace: str, name: str, patch: Mapping[str, Any], subresource: str = ""
    ) -> Object:
        """A JSON merge patch."""
        path = resource.path(namespace, name, subresource)
        return self.request("PATCH", path, patch, "application/merge-patch+json").json()

    def delete(self, resource: Resource, namespace: str, name: str) -> None:
        self.request("DELETE", resource.path(namespace, name))

    def apply(self, obj: Mapping[str, Any], dry_run: bool = False) -> Object:
        """Server-side apply of a manifest, as ``kubectl apply --server-side --validate=strict`` does it."""
        resource = self.resource(obj["apiVersion"], obj["kind"])
        metadata = obj["metadata"]
        return self.request(
            "PATCH",
            resource.path(metadata.get("namespace", ""), metadata["name"]),
            obj,
            "application/apply-patch+yaml",
            fieldManager="backend-tests",
            force="true",
            fieldValidation="Strict",
            **({"dryRun": "All"} if dry_run else {}),
        ).json()

    def may(self, verb: str, group: str, plural: str, namespace: str) -> bool:
        """Whether this account has a right, by the API server's own word."""
        asked = {"resourceAttributes": {"verb": verb, "group": group, "resource": plural, "namespace": namespace}}
        review = self.create(ACCESS_REVIEWS, {"kind": "SelfSubjectAccessReview", "spec": asked})
        return review["status"]["allowed"]

    def resource(self, api_version: str, kind: str) -> Resource:
        """How a kind stands in paths, by the API server's own discovery."""
        if (api_version, kind) not in self._resources:
            group, _, version = api_version.rpartition("/")
            found = self.request("GET", f"/apis/{api_version}" if group else f"/api/{version}").json()["resources"]
            for each in found:
                if "/" not in each["name"]:
                    key = (api_version, each["kind"])
                    self._resources[key] = Resource(group, version, each["name"], each["namespaced"])
        return self._resources[api_version, kind]
