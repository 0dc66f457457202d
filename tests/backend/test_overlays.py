"""Every rendered overlay, applied as `kubectl apply --server-side --validate=strict` does it: the API server knows every field."""

from __future__ import annotations

import pytest

from tests.support import kinds

from .api_server import ApiServer
from .backend import ensure_namespace
from .kubernetes import Api, ApiError, Object

pytestmark = [pytest.mark.servers, pytest.mark.go]

NAMESPACES = ("flyte", "flytesnacks-development")


@pytest.fixture(scope="module")
def api(api_server: ApiServer) -> Api:
    api = api_server.api()
    for name in NAMESPACES:
        ensure_namespace(api, name)
    return api


@pytest.mark.parametrize("home", [home for home in kinds.homes(kinds.KINDS) if home != "OddJob"])
def test_overlays_are_accepted(home: str, repository, api: Api) -> None:
    here = repository(home)
    overlays = [here.path / "crd", *sorted(each.parent for each in here.path.glob("kustomize/*/kustomization.yaml"))]
    assert {"propeller", "rbac", "rbac-namespaced", "cluster-resources"} <= {each.name for each in overlays}
    for overlay in overlays:
        for each in here.overlay(overlay.relative_to(here.path)):
            if each["metadata"].get("namespace") == "{{ namespace }}":  # flyteadmin puts one in
                each["metadata"]["namespace"] = NAMESPACES[-1]
            api.apply(each)


def test_propellers_pods_meet_the_restricted_standard(repository, api: Api) -> None:
    """Kubernetes' own Pod Security Standard, the strictest: a namespace that enforces it takes each of the pods."""
    restricted = {"pod-security.kubernetes.io/enforce": "restricted"}
    api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "restricted", "labels": restricted}})
    pods = api.resource("v1", "Pod")

    def create(template: Object) -> None:
        head = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one", "namespace": "restricted"}}
        api.create(pods, {**head, "spec": template["spec"]}, "restricted", dry_run=True)

    overlay = repository("example").overlay("kustomize/propeller")
    templates = [each["spec"]["template"] for each in overlay if each["kind"] == "Deployment"]
    assert len(templates) == 2
    for template in templates:
        create(template)
    del templates[0]["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"]
    with pytest.raises(ApiError, match="allowPrivilegeEscalation"):
        create(templates[0])


def test_a_field_that_kubernetes_does_not_know_is_refused(repository, api: Api) -> None:
    """Strict means strict."""
    (role, *_) = repository("example").overlay("kustomize/rbac")
    role["rules"][0]["verb"] = role["rules"][0].pop("verbs")
    with pytest.raises(ApiError, match="verb"):
        api.apply(role)
