"""Rights that propeller's account loses for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .kubernetes import CLUSTER_ROLES, Api, Object
from .waiting import until


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
