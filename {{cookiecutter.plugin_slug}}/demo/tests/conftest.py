{% set p = project(cookiecutter).kinds[0] %}
{% set address = p | settings_address %}
{% set package = "workflows." if p.names.sdk == "flytekit" else "" %}
"""The service that runs beside the demo's task in a cluster runs here while the tests do."""

import importlib
import threading
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def service(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[1])
    server = importlib.import_module({{ (package ~ "square_service") | py_literal }}).serve(port=0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
{% if address %}
    task = importlib.import_module({{ (package ~ p.names.name) | py_literal }}).square
    monkeypatch.setattr(task.{{ p | settings_argument }}, {{ address.name | py_literal }}, address)
{% else %}
    monkeypatch.setenv({{ (p.names.name | upper ~ "_URL") | py_literal }}, address)
{% endif %}
    yield
    server.shutdown()
    server.server_close()
