"""The rest of an install bundle: the objects beside the CRD, what of them is left out, and what they may do to a cluster.

Nothing here is trusted: any value of a manifest may have any type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flyte_plugin_scaffold.model import BundleObject
from flyte_plugin_scaffold.reading import crd_text, yaml_documents
from flyte_plugin_scaffold.reading.crd_objects import Document, title
from flyte_plugin_scaffold.reading.sources import short

_MOST_NAMED = 3  # containers, rules and webhooks in one warning

# kustomize reads objects of these groups as its own configuration or as plugins that it runs.
_KUSTOMIZE_GROUPS = frozenset(("kustomize.config.k8s.io", "builtin", "config.kubernetes.io"))
_KUSTOMIZE_ANNOTATIONS = ("config.kubernetes.io/function", "config.k8s.io/function")
_LOCAL_CONFIG = "config.kubernetes.io/local-config"
_WRITTEN_BY_SERVERS = ("uid", "resourceVersion", "selfLink", "managedFields")

_HOOK = "helm.sh/hook"
_INSTALL_HOOKS = frozenset(("pre-install", "post-install", "pre-upgrade", "post-upgrade", "crd-install"))

_POWERFUL_VERBS = ("escalate", "bind", "impersonate")
_EVERYBODY = frozenset(("system:anonymous", "system:unauthenticated", "system:authenticated", "system:serviceaccounts"))
_HOST_NAMESPACES = (
    ("hostPID", "the node's processes"),
    ("hostIPC", "the node's IPC"),
    ("hostNetwork", "the node's network"),
)
# What the Pod Security Standards let a pod of the level "baseline" add.
_BASELINE_CAPABILITIES = frozenset(
    "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID "
    "SYS_CHROOT".split()
)


def objects(documents: Sequence[Document], chosen: Document) -> tuple[BundleObject, ...]:
    """The documents beside ``chosen``, in their order; one that cannot be installed has its reason in ``left_out``."""
    found = []
    seen = {_identity(chosen.value)}
    for document in documents:
        if document is chosen:
            continue
        value = document.value
        kind, name = title(value)
        identity = _identity(value)
        left_out = _why_left_out(value, seen)
        seen.add(identity)
        secret = identity[:2] == ("", "Secret")
        warnings = () if left_out else tuple(_warnings(value))
        found.append(BundleObject(kind, name, _text(document), warnings, left_out, secret))
    return tuple(found)


def _text(document: Document) -> str:
    if crd_text.is_visible(document) and crd_text.starts_plain(document.text):
        return yaml_documents.body(document.text)
    return yaml_documents.dump(document.value)


def _identity(value: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Group, kind, namespace and name: what kustomize allows once."""
    metadata = _mapping(value.get("metadata"))
    namespace = str(metadata.get("namespace") or "default")
    return _group(value), str(value.get("kind", "")), namespace, str(metadata.get("name", ""))


def _group(value: Mapping[str, Any]) -> str:
    """The API group; "" for the core's. kustomize's ``builtin`` stands without a version."""
    group, slash, _ = str(value.get("apiVersion", "")).partition("/")
    return group if slash or group == "builtin" else ""


# ------------------------------------------------------------------------------------------------------------- left out
def _why_left_out(value: Mapping[str, Any], seen: set[tuple[str, str, str, str]]) -> str:
    """Why an object is not written into the rendering; "" if it is."""
    metadata = _mapping(value.get("metadata"))
    annotations = _mapping(metadata.get("annotations"))
    kind = value.get("kind")
    if _group(value) in _KUSTOMIZE_GROUPS or (kind in ("Kustomization", "Component") and "apiVersion" not in value):
        return "configuration of kustomize, which would run it"
    if any(name in annotations for name in _KUSTOMIZE_ANNOTATIONS) or "configFn" in metadata:
        return "a plugin of kustomize, which would run it"
    if str(annotations.get(_LOCAL_CONFIG, "false")).lower() != "false":
        return "configuration of a local tool, for no cluster"
    if not all(isinstance(each, str) and each for each in (kind, value.get("apiVersion"))):
        return "no Kubernetes object: apiVersion or kind is missing"
    if any(key in metadata for key in _WRITTEN_BY_SERVERS):
        return "exported from a cluster"
    if not isinstance(metadata.get("name"), str) or not metadata["name"]:
        if "generateName" in metadata:
            return "generateName instead of a name, which kubectl apply refuses"
        return "it has no name"
    hooks = _hooks(annotations)
    if hooks and not _INSTALL_HOOKS.intersection(hooks):
        return f"a Helm hook for {short(', '.join(hooks), 60)}, not for an installation"
    if _identity(value) in seen:
        return "it stands twice: the first one is taken"
    return ""


def _hooks(annotations: Mapping[str, Any]) -> list[str]:
    return [each.strip() for each in str(annotations.get(_HOOK, "")).split(",") if each.strip()]


# ------------------------------------------------------------------------------------------------------------- warnings
def _warnings(value: Mapping[str, Any]) -> Iterator[str]:
    """What one should know before an object is applied, each as a phrase about it."""
    group, kind, _, _ = _identity(value)
    if group == "rbac.authorization.k8s.io" and kind.endswith("RoleBinding"):
        yield from _binding_warnings(value)
    elif group == "rbac.authorization.k8s.io" and kind.endswith("Role"):
        yield from _role_warnings(value)
    elif group == "admissionregistration.k8s.io":
        yield from _webhook_warnings(value)
    elif group != "apiextensions.k8s.io":
        yield from _pod_warnings(value)
    hooks = _hooks(_mapping(_mapping(value.get("metadata")).get("annotations")))
    if hooks:
        yield f"a Helm hook ({short(', '.join(hooks), 60)}), which is applied together with all else"


def _binding_warnings(value: Mapping[str, Any]) -> Iterator[str]:
    subjects = [each for each in _list(value.get("subjects")) if isinstance(each, dict)]
    names = [
        " ".join(short(str(each[key])) for key in ("kind", "name") if isinstance(each.get(key), str))
        for each in subjects
    ]
    if _mapping(value.get("roleRef")).get("name") == "cluster-admin":
        yield f"gives cluster-admin to {_some(names) or 'no account yet'}"
    everybody = [short(str(each.get("name"))) for each in subjects if str(each.get("name")) in _EVERYBODY]
    if everybody:
        yield f"gives rights to {_some(everybody)}"
    if any(each.get("name") == "system:masters" for each in subjects):
        yield "names system:masters, which may do everything anyway"


def _role_warnings(value: Mapping[str, Any]) -> Iterator[str]:
    wild: dict[str, None] = {}
    verbs: dict[str, None] = {}
    for rule in _list(value.get("rules")):
        for key in ("apiGroups", "resources", "verbs", "nonResourceURLs"):
            if any("*" in each for each in _list(_mapping(rule).get(key)) if isinstance(each, str)):
                wild[key] = None
        verbs.update({verb: None for verb in _POWERFUL_VERBS if verb in _list(_mapping(rule).get("verbs"))})
    if wild:
        yield f"wildcards (*) in {', '.join(wild)}"
    if verbs:
        yield f"the right to {', '.join(verbs)}, with which it can take others"


def _webhook_warnings(value: Mapping[str, Any]) -> Iterator[str]:
    names = []
    for webhook in map(_mapping, _list(value.get("webhooks"))):
        for rule in map(_mapping, _list(webhook.get("rules"))):
            resources = [each for each in _list(rule.get("resources")) if isinstance(each, str)]
            if "*" in _list(rule.get("apiGroups")) and any(each.startswith("*") for each in resources):
                names.append(short(str(webhook.get("name", "")), 80))
                break
    if names:
        yield f"a webhook for every kind of object ({_some(names)})"


def _pod_warnings(value: Mapping[str, Any]) -> Iterator[str]:
    """Of every pod in the object, whatever its kind: a workload, or a resource of some operator."""
    found: dict[str, dict[str, None]] = {}  # what it is -> the containers and paths
    for pod in _pods(value):
        for key, what in _HOST_NAMESPACES:
            if pod.get(key) is True:
                found.setdefault(f"pods in {what} ({key})", {})
        for volume in map(_mapping, _list(pod.get("volumes"))):
            if isinstance(volume.get("hostPath"), dict):
                found.setdefault("pods that mount from the node (hostPath)", {})[
                    short(str(volume["hostPath"].get("path", "")), 60)
                ] = None
        for container in _containers(pod):
            for what in _container_risks(container):
                found.setdefault(what, {})[short(str(container.get("name", "")), 60)] = None
        if _host_process(pod):
            found.setdefault("processes on the node (hostProcess)", {})
    for what, named in found.items():
        yield f"{what}: {_some(list(named))}" if any(named) else what


def _pods(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping with a list of containers."""
    stack = [value]
    while stack:
        each = stack.pop()
        if isinstance(each, dict):
            if isinstance(each.get("containers"), list):
                yield each
            stack.extend(reversed(list(each.values())))
        elif isinstance(each, list):
            stack.extend(reversed(each))


def _containers(pod: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    lists = (_list(pod.get(key)) for key in ("initContainers", "containers", "ephemeralContainers"))
    return [each for some in lists for each in some if isinstance(each, dict)]


def _container_risks(container: Mapping[str, Any]) -> Iterator[str]:
    context = _mapping(container.get("securityContext"))
    if context.get("privileged") is True:
        yield "privileged containers"
    if context.get("allowPrivilegeEscalation") is True:
        yield "containers that allow privilege escalation"
    if context.get("procMount") == "Unmasked":
        yield "containers with all of /proc (procMount)"
    if _host_process(container):
        yield "processes on the node (hostProcess)"
    added = [str(each).upper() for each in _list(_mapping(context.get("capabilities")).get("add"))]
    for capability in added:
        if capability.removeprefix("CAP_") not in _BASELINE_CAPABILITIES:
            yield f"containers with the capability {short(capability, 40)}"
    if any(_mapping(port).get("hostPort") for port in _list(container.get("ports"))):
        yield "containers with a port of the node (hostPort)"


def _host_process(holder: Mapping[str, Any]) -> bool:
    context = _mapping(holder.get("securityContext"))
    return _mapping(context.get("windowsOptions")).get("hostProcess") is True


# -------------------------------------------------------------------------------------------------------------- in words
def by_kind(found: Sequence[tuple[str, str]], most: int | None = None) -> list[tuple[str, str]]:
    """Kinds and names as one row for each kind: ``("ClusterRole", "a, b and 3 more")`` with ``most`` names in it."""
    names: dict[str, list[str]] = {}
    for kind, name in found:
        names.setdefault(kind, []).append(name)
    return [(kind, _some(some, most)) for kind, some in names.items()]


def _some(words: Sequence[str], most: int | None = _MOST_NAMED) -> str:
    """The words, or the first of them and how many there are more."""
    known = [word for word in words if word]
    shown = known[:most]
    return ", ".join(shown) + (f" and {len(known) - len(shown)} more" if len(known) > len(shown) else "")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
