"""What a CRD says about its kind, and what came with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flyte_plugin_scaffold.model.backend import Backend


@dataclass(frozen=True)
class PrinterColumn:
    """One of the version's ``additionalPrinterColumns``: what ``kubectl get`` shows of a CR."""

    name: str
    type: str
    json_path: str  # .status.phase


@dataclass(frozen=True)
class BundleObject:
    """An object that came with the CRD in its install bundle."""

    kind: str
    name: str  # with its namespace: solver-system/solver-operator
    text: str  # as YAML
    warnings: tuple[str, ...] = ()  # what one should know before it is applied
    left_out: str = ""  # why it is not written into the rendering; "" if it is
    secret: bool = False  # written only where the option bundle_secrets asks for it

    @property
    def title(self) -> str:
        return f"{self.kind} {self.name}".strip()


@dataclass(frozen=True)
class Crd:
    """What the chosen version of the CRD says about its kind; of a remote service, what its document says about a job.

    ``schema`` is the raw ``openAPIV3Schema`` mapping of that version (empty where there is none). ``text`` is the CRD
    as one YAML document, without status and server-managed metadata: the file that is vendored. It is empty where only
    the name was given (``plural.group/version/Kind``): there is nothing to vendor then.

    A service has no group and no versions. The body of its request stands below ``spec`` of the schema, its parameters below
    ``path``, ``query`` and ``header``, and the answer below ``status``; its document is the service's.
    """

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    status_subresource: bool
    schema: Mapping[str, Any]
    text: str
    validation_messages: tuple[str, ...] = ()  # of x-kubernetes-validations below spec: the API server enforces them
    bundle: tuple[BundleObject, ...] = ()  # the other objects of the install bundle that the CRD came in
    printer_columns: tuple[PrinterColumn, ...] = ()
    notes: tuple[str, ...] = ()  # what its reader should know: no status subresource, a deprecated version ...
    scale_replicas_path: str = ""  # specReplicasPath of the scale subresource: .spec.replicaSpecs.Worker.replicas
    codes: tuple[int, ...] = ()  # of a remote service: those of read's answer that its document lists
    backend: Backend = Backend.OPERATOR  # what it is the document of

    @property
    def called(self) -> str:
        """What the document is called in a sentence."""
        return "the CRD" if self.backend is Backend.OPERATOR else "the document"

    @property
    def full_name(self) -> str:
        """The CRD's own name: ``rayjobs.ray.io``."""
        return f"{self.plural}.{self.group}"

    @property
    def api_version(self) -> str:
        """``ray.io/v1``; of a remote service the version of its document."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def bundle_written(self, secrets: bool) -> tuple[BundleObject, ...]:
        """What of the bundle is written into the rendering; its Secrets only where ``secrets`` are asked for."""
        return tuple(each for each in self.bundle if not each.left_out and (secrets or not each.secret))

    def bundle_left_out(self, secrets: bool) -> tuple[tuple[BundleObject, str], ...]:
        """The other objects of the bundle, with the reason."""
        asked_for = "Secrets stay out of a repository; bundle_secrets=yes in options keeps them"
        return tuple(
            (each, each.left_out or asked_for) for each in self.bundle if each.left_out or (each.secret and not secrets)
        )
