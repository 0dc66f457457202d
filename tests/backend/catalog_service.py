"""What flytepropeller needs of datacatalog: a gRPC DataCatalog that keeps cached outputs and reservations as it does.

    python catalog_service.py PORT LOG

Run by an interpreter with flytekit.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import grpc
from flyteidl.datacatalog import datacatalog_pb2 as datacatalog
from flyteidl.datacatalog import datacatalog_pb2_grpc
from google.protobuf.message import Message
from grpc_service import Recorded, Refused, recorded, serve

# datacatalog's defaults: a reservation outlives three heartbeats of its owner, who may not announce rare ones.
GRACE = 3
MAX_HEARTBEAT = timedelta(seconds=10)

Key = tuple[str, ...]


class DataCatalog(Recorded, datacatalog_pb2_grpc.DataCatalogServicer):
    SERVICE = datacatalog.DESCRIPTOR.services_by_name["DataCatalog"]

    def __init__(self, log: Path) -> None:
        self._datasets: dict[Key, datacatalog.Dataset] = {}
        self._artifacts: dict[Key, datacatalog.Artifact] = {}  # (*dataset, id)
        self._tags: dict[Key, datacatalog.Tag] = {}  # (*dataset, name)
        self._reservations: dict[Key, datacatalog.Reservation] = {}  # (*dataset, tag)
        super().__init__(log)

    @recorded
    def CreateDataset(self, request: Any) -> Message:
        _add(self._datasets, _key(request.dataset.id), request.dataset)
        return datacatalog.CreateDatasetResponse()

    @recorded
    def GetDataset(self, request: Any) -> Message:
        return datacatalog.GetDatasetResponse(dataset=_get(self._datasets, _key(request.dataset)))

    @recorded
    def CreateArtifact(self, request: Any) -> Message:
        artifact = request.artifact
        if not artifact.data:
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, "missing artifactData")
        dataset = _key(artifact.dataset)
        _get(self._datasets, dataset)
        artifact.created_at.GetCurrentTime()
        _add(self._artifacts, (*dataset, artifact.id), artifact)
        return datacatalog.CreateArtifactResponse()

    @recorded
    def AddTag(self, request: Any) -> Message:
        tag = request.tag
        dataset = _key(tag.dataset)
        artifact = _get(self._artifacts, (*dataset, tag.artifact_id))
        _add(self._tags, (*dataset, tag.name), tag)
        artifact.tags.append(tag)
        return datacatalog.AddTagResponse()

    @recorded
    def GetArtifact(self, request: Any) -> Message:
        dataset = _key(request.dataset)
        if request.WhichOneof("query_handle") == "tag_name":
            artifact_id = _get(self._tags, (*dataset, request.tag_name)).artifact_id
        else:
            artifact_id = request.artifact_id
        return datacatalog.GetArtifactResponse(artifact=_get(self._artifacts, (*dataset, artifact_id)))

    @recorded
    def GetOrExtendReservation(self, request: Any) -> Message:
        key, now = _reservation_key(request.reservation_id), datetime.now(timezone.utc)
        held = self._reservations.get(key)
        if not held or held.owner_id == request.owner_id or held.expires_at.ToDatetime(timezone.utc) < now:
            heartbeat = min(request.heartbeat_interval.ToTimedelta(), MAX_HEARTBEAT)
            held = datacatalog.Reservation(reservation_id=request.reservation_id, owner_id=request.owner_id)
            held.heartbeat_interval.FromTimedelta(heartbeat)
            held.expires_at.FromDatetime(now + GRACE * heartbeat)
            self._reservations[key] = held
        return datacatalog.GetOrExtendReservationResponse(reservation=held)

    @recorded
    def ReleaseReservation(self, request: Any) -> Message:
        key = _reservation_key(request.reservation_id)
        if key in self._reservations and self._reservations[key].owner_id == request.owner_id:
            del self._reservations[key]
        return datacatalog.ReleaseReservationResponse()


def _key(dataset: Any) -> Key:
    return dataset.project, dataset.domain, dataset.name, dataset.version


def _reservation_key(reservation: Any) -> Key:
    return (*_key(reservation.dataset_id), reservation.tag_name)


def _get(known: Mapping[Key, Any], key: Key) -> Any:
    if key not in known:
        raise Refused(grpc.StatusCode.NOT_FOUND, f"missing entity {key}")
    return known[key]


def _add(known: dict[Key, Any], key: Key, new: Any) -> None:
    if key in known:
        raise Refused(grpc.StatusCode.ALREADY_EXISTS, f"value with matching keys already exists: {key}")
    known[key] = new


if __name__ == "__main__":
    port, log = sys.argv[1:]
    serve(port, (datacatalog_pb2_grpc.add_DataCatalogServicer_to_server, DataCatalog(Path(log))))
