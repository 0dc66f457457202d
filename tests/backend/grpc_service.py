"""What the gRPC services here share: a request at a time, each a line of JSON in a log with what was said to it.

    {"call": "CreateTaskEvent", "answer": "OK", "request": ...}

Flyte's own services keep what they are told in a database; one of these reads its log when it is started again.
"""

from __future__ import annotations

import functools
import json
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import any_pb2
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2
from grpc_status import rpc_status


class Refused(Exception):
    """The answer is an error."""

    def __init__(self, code: grpc.StatusCode, message: str, *details: Message) -> None:
        super().__init__(message)
        self.code = code
        self.details = details

    def status(self) -> grpc.Status:
        status = status_pb2.Status(code=self.code.value[0], message=str(self))
        for each in self.details:
            detail = any_pb2.Any()
            detail.Pack(each)
            status.details.append(detail)
        return rpc_status.to_status(status)


class Recorded:
    """A servicer whose state follows from the requests that it has taken; the methods for them are :func:`recorded`."""

    SERVICE: Any  # its descriptor

    def __init__(self, log: Path) -> None:
        self.lock = threading.Lock()
        if log.exists():
            for line in log.read_text().splitlines():
                self._take_again(**json.loads(line))
        self._log = open(log, "a", buffering=1)  # noqa: SIM115 - closed with the process

    def record(self, call: str, answer: str, request: Message) -> None:
        line = {"call": call, "answer": answer, "request": MessageToDict(request, preserving_proto_field_name=True)}
        self._log.write(json.dumps(line) + "\n")

    def _take_again(self, call: str, answer: str, request: Any) -> None:
        if answer == "OK":
            kind = GetMessageClass(self.SERVICE.methods_by_name[call].input_type)
            getattr(type(self), call).__wrapped__(self, ParseDict(request, kind()))


def recorded(method: Callable[[Any, Any], Message]) -> Callable[[Any, Any, grpc.ServicerContext], Message]:
    """Makes a servicer's method of one that takes a request, and returns its response or raises :class:`Refused`."""
    call = method.__name__

    @functools.wraps(method)
    def answer(self: Recorded, request: Any, context: grpc.ServicerContext) -> Message:
        with self.lock:
            try:
                response = method(self, request)
            except Refused as refused:
                self.record(call, refused.code.name, request)
                context.abort_with_status(refused.status())
            except Exception:
                self.record(call, "INTERNAL", request)
                raise
            self.record(call, "OK", request)
            return response

    return answer


def serve(port: str, *registrations: tuple[Callable[[Any, grpc.Server], None], Any]) -> None:
    """Serves on the loopback interface until SIGTERM: (flyteidl's function, servicer) ..."""
    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    for add, servicer in registrations:
        add(servicer, server)
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    # What is in the log has been answered.
    signal.signal(signal.SIGTERM, lambda number, frame: server.stop(grace=1))
    server.wait_for_termination()
