"""Passes calls on to gRPC servers that stand for each other, as a propeller does that finds their addresses by DNS: to each in turn, and
to another one where it is away. A creation goes to all of them at once: propeller asks again where it has not heard an answer.

python balancer_service.py PORT LOG SERVER...    (LOG has a line of JSON for each call: its name and the numbers of those that answered)
"""

from __future__ import annotations

import itertools
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc

AT_ONCE = "CreateTask"


class Balancer(grpc.GenericRpcHandler):
    """Knows nothing of what is asked and answered: bytes."""

    def __init__(self, log: str, servers: list[str]) -> None:
        self._log = open(log, "a", buffering=1)  # noqa: SIM115 - closed with the process
        self._channels = list(enumerate(map(grpc.insecure_channel, servers)))
        self._turn = itertools.count()

    def service(self, details: Any) -> grpc.RpcMethodHandler:
        method = details.method
        name = method.rpartition("/")[2]

        def asked(request: bytes, context: grpc.ServicerContext) -> bytes:
            try:
                answers = (self._all if name == AT_ONCE else self._one)(method, request, context.time_remaining())
            except grpc.RpcError as error:
                context.abort(error.code(), error.details())
            self._log.write(json.dumps({"call": name, "servers": sorted(answers)}) + "\n")
            if len(set(answers.values())) > 1:
                context.abort(grpc.StatusCode.INTERNAL, f"the servers do not agree: {answers}")
            return next(iter(answers.values()))

        return grpc.unary_unary_rpc_method_handler(asked)

    def _one(self, method: str, request: bytes, seconds: float) -> dict[int, bytes]:
        turn = next(self._turn)
        for left in reversed(range(len(self._channels))):
            number, channel = self._channels[(turn + left) % len(self._channels)]
            try:
                return {number: channel.unary_unary(method)(request, timeout=seconds)}
            except grpc.RpcError as error:
                if not left or error.code() is not grpc.StatusCode.UNAVAILABLE:
                    raise
        raise AssertionError("there are no servers")

    def _all(self, method: str, request: bytes, seconds: float) -> dict[int, bytes]:
        calls = {
            number: channel.unary_unary(method).future(request, timeout=seconds) for number, channel in self._channels
        }
        failed = {number: call.exception() for number, call in calls.items()}
        for error in failed.values():
            is_away = error is not None and error.code() is grpc.StatusCode.UNAVAILABLE
            if error is not None and (not is_away or all(failed.values())):
                raise error
        return {number: call.result() for number, call in calls.items() if failed[number] is None}


def main(port: str, log: str, *servers: str) -> None:
    server = grpc.server(ThreadPoolExecutor(32), handlers=[Balancer(log, list(servers))])
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main(*sys.argv[1:])
