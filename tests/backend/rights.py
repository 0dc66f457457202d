"""Rights of the accounts of a back end, and those that propeller's loses for a while."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flyte_plugin_scaffold.model import Plugin

from .api_server import user_name
from .backend import OPERATOR, PROPELLER, STOCK_PROPELLER, USER
from .kubernetes import CLUSTER_ROLES, Api, Object
from .waiting import until

# What an account of its own may do to run flytepropeller; the rest of the rendered manifests needs controllers.
RBAC_KINDS = ("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")


def rights_in(manifests: Iterable[Object]) -> list[Object]:
    return [each for each in manifests if each["kind"] in RBAC_KINDS]


def rights_of_propeller(repo: Any) -> list[Object]:
    found = rights_in(repo.overlay("kustomize/propeller"))
    accounts = [each["metadata"] for each in found if each["kind"] == "ServiceAccount"]
    assert PROPELLER in [f"{each['namespace']}:{each['name']}" for each in accounts]
    return found


def rights_of_stock_propeller(repo: Any) -> Iterator[Object]:
    """Those of a propeller without plugins of ours, for an account of its own."""
    account = STOCK_PROPELLER.split(":")[1]
    for each in rights_of_propeller(repo):
        if each["metadata"]["name"] == "flytepropeller":
            yield json.loads(json.dumps(each).replace('"flytepropeller"', json.dumps(account)))


def rights_of_others(plugin: Plugin) -> Iterator[Object]:
    """Roles of the two accounts that are no part of what is tested: the operator's, and the user's who runs things."""
    crd = plugin.crd
    rules = {
        OPERATOR: [
            {"apiGroups": [crd.group], "resources": [crd.plural], "verbs": ["get", "list", "watch", "patch"]},
            {"apiGroups": [crd.group], "resources": [f"{crd.plural}/status"], "verbs": ["patch"]},
            {"apiGroups": ["", "apps"], "resources": ["pods", "deployments"], "verbs": ["create"]},
            {"apiGroups": [""], "resources": ["pods/status"], "verbs": ["patch"]},
        ],
        USER: [{"apiGroups": ["flyte.lyft.com"], "resources": ["flyteworkflows"], "verbs": ["create"]}],
    }
    for account, granted in rules.items():
        name = f"{account.replace(':', '-')}-{crd.plural}"
        group = "rbac.authorization.k8s.io"
        head = {"apiVersion": f"{group}/v1", "metadata": {"name": name}}
        yield {**head, "kind": "ClusterRole", "rules": granted}
        yield {
            **head,
            "kind": "ClusterRoleBinding",
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": name},
            "subjects": [{"apiGroup": group, "kind": "User", "name": user_name(account)}],
        }


@contextmanager
def without(admin: Api, account: Api, verb: str, group: str, plural: str, namespace: str) -> Iterator[None]:
    """Takes a verb away from propeller's ``account``, in every role that grants it, and gives it back."""

    def fewer(rules: list[Object]) -> list[Object]:
        found = []
        for rule in rules:
            concerns = group in rule.get("apiGroups", []) and plural in rule.get("resources", [])
            verbs = [each for each in rule["verbs"] if each != verb or not concerns]
            found += [{**rule, "verbs": verbs}] if verbs else []
        return found

    roles = [
        role for role in admin.list(CLUSTER_ROLES)["items"] if role["metadata"]["name"].startswith("flytepropeller")
    ]
    changed = [role for role in roles if fewer(role["rules"]) != role["rules"]]
    assert changed, f"no role grants {verb} {plural}"
    for role in changed:
        admin.patch(CLUSTER_ROLES, "", role["metadata"]["name"], {"rules": fewer(role["rules"])})
    try:
        # The API server's own view of the roles follows after a moment.
        until(lambda: not account.may(verb, group, plural, namespace), f"{verb} to be refused")
        yield
    finally:
        for role in changed:
            admin.patch(CLUSTER_ROLES, "", role["metadata"]["name"], {"rules": role["rules"]})
        until(lambda: account.may(verb, group, plural, namespace), f"{verb} to be granted again")
