"""Every rendered overlay, applied as `kubectl apply --server-side --validate=strict` does it: the API server knows every field."""

from __future__ import annotations

import pytest

from tests.support import kinds, simulator

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


OF_SERVICE = {"source": simulator.DOCUMENT, "targets": "connector, flyte2"}
CONNECTORS: dict[str, tuple[dict[str, str], list[str]]] = {
    "operator": (
        {"targets": "connector"},
        ["cluster-resources", "connector", "connector-rbac", "connector-rbac-namespaced"],
    ),
    # It has no rights in the cluster.
    "service": (OF_SERVICE, ["connector", "connector-flyte2"]),
}


@pytest.mark.parametrize(("answers", "expected"), CONNECTORS.values(), ids=[*CONNECTORS])
def test_overlays_of_a_connector_are_accepted(
    answers: dict[str, str], expected: list[str], repository, api: Api
) -> None:
    here = repository("example", **answers)
    overlays = sorted(each.parent for each in here.path.glob("kustomize/*/kustomization.yaml"))
    assert [each.name for each in overlays] == expected
    for overlay in overlays:
        for each in here.overlay(overlay.relative_to(here.path)):
            if each["metadata"].get("namespace") == "{{ namespace }}":
                each["metadata"]["namespace"] = NAMESPACES[-1]
            api.apply(each)


@pytest.mark.parametrize("overlay", CONNECTORS["service"][1])
def test_what_a_services_connector_may(overlay: str, repository) -> None:
    """Out to name servers, the service and the object storage alone, in from Flyte, and nothing in the cluster; it has the credentials."""
    found = {each["kind"]: each for each in repository("example", **OF_SERVICE).overlay(f"kustomize/{overlay}")}
    assert set(found) == {
        "ConfigMap",
        "Deployment",
        "NetworkPolicy",
        "PodDisruptionBudget",
        "Service",
        "ServiceAccount",
    }
    policy, pod = found["NetworkPolicy"]["spec"], found["Deployment"]["spec"]["template"]
    assert policy["policyTypes"] == ["Ingress", "Egress"] and policy["ingress"][0]["from"]
    assert [each["port"] for each in policy["egress"][0]["ports"]] == [53, 53, 443, 9000]
    assert policy["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    assert pod["spec"]["automountServiceAccountToken"] is False
    (container,) = pod["spec"]["containers"]
    mounted = {each["name"]: each["mountPath"] for each in container["volumeMounts"]}
    assert set(mounted) == {each["name"] for each in pod["spec"]["volumes"]}
    (variable,) = container["env"]
    folder, _, file = variable["value"].rpartition("/")
    assert mounted["settings"] == folder and file in found["ConfigMap"]["data"] and mounted["secrets"] == "/etc/secrets"


@pytest.mark.sdk
def test_the_doctor_of_a_connector_sees_what_was_applied(repository, api: Api, api_server: ApiServer, tmp_path) -> None:
    """CRD and rights are there, as a real API server tells; no pod runs here, and no propeller."""
    here = repository("example", targets="connector")
    for folder in ("crd", "kustomize/connector"):
        for each in here.overlay(folder):
            api.apply(each)
    here.make("venv")
    kubeconfig = str(api_server.kubeconfig(tmp_path / "kubeconfig"))
    packages = f"{here.path}/connector:{here.path}/flytekit-solverjob"
    command = [str(here.sdk / "bin/python"), "-m", "solverjob_connector.doctor"]

    def said() -> str:
        return here.run(*command, check=False, KUBECONFIG=kubeconfig, PYTHONPATH=packages)

    first = said()
    assert "ok       the cluster serves solverjobs of batch.solver.example.com/v1" in first
    assert "ok       the CRD solverjobs.batch.solver.example.com has all fields that tasks can set" in first
    assert (
        "ok       system:serviceaccount:flyte:solverjob-connector has its rights on solverjobs in all namespaces"
        in first
    )
    assert "error    no pod of deployment flyte/solverjob-connector is ready, of 2" in first
    check = [*command[:-1], "solverjob_connector.check_crd"]
    assert here.run(*check, KUBECONFIG=kubeconfig, PYTHONPATH=packages).endswith("all is well\n")
    (role,) = (each for each in here.overlay("kustomize/connector-rbac") if each["kind"] == "ClusterRole")
    api.delete(api.resource(role["apiVersion"], role["kind"]), "", role["metadata"]["name"])
    try:
        assert "may not get solverjobs, list solverjobs, create solverjobs, delete solverjobs, list pods" in said()
    finally:
        api.apply(role)


def test_pods_meet_the_restricted_standard(repository, api: Api) -> None:
    """Kubernetes' own Pod Security Standard, the strictest: a namespace that enforces it takes each of the pods."""
    restricted = {"pod-security.kubernetes.io/enforce": "restricted"}
    api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "restricted", "labels": restricted}})
    pods = api.resource("v1", "Pod")

    def create(template: Object) -> None:
        head = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one", "namespace": "restricted"}}
        api.create(pods, {**head, "spec": template["spec"]}, "restricted", dry_run=True)

    overlay = repository("example").overlay("kustomize/propeller")
    overlay += repository("example", targets="connector").overlay("kustomize/connector")
    for name in CONNECTORS["service"][1]:
        overlay += repository("example", **OF_SERVICE).overlay(f"kustomize/{name}")
    templates = [each["spec"]["template"] for each in overlay if each["kind"] == "Deployment"]
    assert len(templates) == 5
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
