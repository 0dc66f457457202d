"""Small CRDs written in tests: schemas in a few words, and the Crd around them."""

from __future__ import annotations

from typing import Any

from flyte_plugin_scaffold.model import Crd, PrinterColumn
from flyte_plugin_scaffold.text import lexicon

STRING = {"type": "string"}
INTEGER = {"type": "integer", "format": "int32"}
BOOLEAN = {"type": "boolean"}
OPAQUE = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
INT_OR_STRING = {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": True}


def obj(*required: str, **properties: Any) -> dict[str, Any]:
    """An object schema; the positional arguments are the required ones among ``properties``."""
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


def array(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def mapping(values: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values}


def enum(*values: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "enum": list(values), **more}


CONTAINER = obj(
    "name",
    **dict.fromkeys(("image", "imagePullPolicy", "name", "workingDir", "terminationMessagePath"), STRING),
    **dict.fromkeys(("command", "args"), array(STRING)),
    **dict.fromkeys(("stdin", "tty"), BOOLEAN),
    env=array(obj("name", name=STRING, value=STRING)),
    resources=obj(limits=mapping(INT_OR_STRING), requests=mapping(INT_OR_STRING)),
)
POD_SPEC = obj(
    "containers",
    **{name: STRING for name in sorted(lexicon.POD_SPEC_NAMES) if name not in ("containers", "initContainers")},
    containers=array(CONTAINER),
    initContainers=array(CONTAINER),
)
TEMPLATE = obj("spec", metadata=obj(labels=mapping(STRING), annotations=mapping(STRING)), spec=POD_SPEC)
RUNNER = obj(image=STRING, command=array(STRING), args=array(STRING), env=array(obj(name=STRING, value=STRING)))
CONDITIONS = array(obj("type", "status", type=STRING, status=STRING, reason=STRING, message=STRING))


def crd(
    spec: Any = None,
    status: Any = None,
    kind: str = "SolverJob",
    group: str = "batch.example.com",
    columns: dict[str, str] | None = None,
    schema: Any = None,
    **more: Any,
) -> Crd:
    """A Crd with these schemas of spec and status; ``columns`` is printer column name -> jsonPath."""
    if schema is None:
        schema = obj(
            **({} if spec is None else {"spec": spec}),
            status=obj(phase=enum("Pending", "Succeeded", "Failed")) if status is None else status,
        )
    return Crd(
        group=group,
        version="v1",
        kind=kind,
        plural=kind.lower() + "s",
        singular=kind.lower(),
        status_subresource=True,
        schema=schema,
        text="",
        printer_columns=tuple(PrinterColumn(name, "string", path) for name, path in (columns or {}).items()),
        **more,
    )
