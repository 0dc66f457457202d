"""The executor of this repository, on a service that is started here."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sample_executor import ENTRYPOINT, Secret, made, run, template_of, variable_of
from sample_executor import executor as library
from sample_settings import TASK_CLASS, URL_SETTING, URL_VARIABLE, executor, full, minimal


class Service(BaseHTTPRequestHandler):
    status, answer = 200, b'{"square": 144}'
    requests = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append((dict(self.headers), body))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *args):
        pass


@pytest.fixture
def service(monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv(URL_VARIABLE, f"http://127.0.0.1:{server.server_port}/")
    Service.requests.clear()
    yield Service
    server.shutdown()
    server.server_close()


def settings(make=minimal):
    """Return settings whose address, if they have one, is that of the service."""
    given = make()
    if URL_SETTING:
        setattr(given, URL_SETTING, os.environ[URL_VARIABLE])
    return given


def task(given):
    return made(TASK_CLASS, given, name="square", inputs={"n": int}, outputs={"square": int})


registered = task(minimal())


@pytest.mark.parametrize("make", [full, minimal])
def test_a_task_runs(service, make):
    assert run(task(settings(make)), n=12) == 144
    ((headers, body),) = service.requests
    assert body["inputs"] == {"n": 12}
    assert all(value is not None for value in body["settings"].values())
    assert "Authorization" not in headers


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_succeed_later(service, monkeypatch, status):
    monkeypatch.setattr(service, "status", status)
    with pytest.raises(library.Retriable, match=f" answered {status}: "):
        executor.execute(settings(), {"n": 12})


@pytest.mark.parametrize("status", [400, 401, 404])
def test_what_ends_the_task(service, monkeypatch, status):
    monkeypatch.setattr(service, "status", status)
    with pytest.raises(RuntimeError, match=f" answered {status}: "):
        executor.execute(settings(), {"n": 12})


def test_answers_that_are_no_outputs(service, monkeypatch):
    monkeypatch.setattr(service, "answer", b"[]")
    with pytest.raises(TypeError, match="answered with no object but list"):
        executor.execute(settings(), {"n": 12})
    monkeypatch.setattr(service, "answer", b"{")
    with pytest.raises(ValueError):
        executor.execute(settings(), {"n": 12})


def test_a_service_that_is_not_there(monkeypatch):
    monkeypatch.setenv(URL_VARIABLE, "http://127.0.0.1:9/")
    with pytest.raises(library.Retriable, match="does not answer"):
        executor.execute(settings(), {"n": 12})


def test_what_is_no_address(monkeypatch):
    monkeypatch.setenv(URL_VARIABLE, "file:///etc/hostname")
    with pytest.raises(ValueError, match="is no address of a service"):
        executor.execute(settings(), {"n": 12})


def test_a_secret_is_sent(service, monkeypatch):
    secret = Secret(group="service", key="token")
    monkeypatch.setattr(executor, "SECRETS", [secret])
    with pytest.raises(ValueError, match="token"):
        executor.execute(settings(), {"n": 12})
    monkeypatch.setenv(variable_of(secret), "t0k3n")
    executor.execute(settings(), {"n": 12})
    assert service.requests[0][0]["Authorization"] == "Bearer t0k3n"


def test_a_registration():
    template = template_of(registered)
    assert template.type == TASK_CLASS._TASK_TYPE
    arguments = list(template.container.args)
    assert arguments[0] == ENTRYPOINT and arguments[-3:] == [__name__, *arguments[-2:-1], "registered"]
