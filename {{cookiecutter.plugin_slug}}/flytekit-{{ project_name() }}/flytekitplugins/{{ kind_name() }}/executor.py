{% set p = plugin(cookiecutter) %}
{% set n = p.names %}
{% set address = p | settings_address %}
{% set variable = n.name | upper ~ "_URL" %}
"""What a {{ n.task_class }} does in its container: yours to change.

As rendered, it posts the settings and the inputs to a service as JSON, and takes the outputs from its answer, an object. The
address is {{ ("the setting " ~ address.name ~ ", or ") if address else "" }}in the environment variable {{ variable }}.
"""

import dataclasses
import json
import os
import urllib.error
import urllib.request
from typing import Any, Dict, List

from {{ n.sdk }} import Secret

{{ ["Retriable", "secret_of"] | python_import(n.python_library ~ ".executor") }}
{{ [n.config_class] | python_import(n.python_package ~ ".settings") }}

# Secrets of Flyte that every task gets. The first one, such as Secret(group="service", key="token"), is sent as a bearer token.
SECRETS: List[Secret] = []

# Seconds that the service may take to say something.
TIMEOUT = 60.0

# Answers after which the same request may succeed.
_TRY_AGAIN = (408, 425, 429, 500, 502, 503, 504)


def execute(settings: {{ n.config_class }}, inputs: Dict[str, Any]) -> Dict[str, Any]:
    """Return the outputs by their names.

    :raises Retriable: if another attempt may succeed; any other error ends the task.
    """
    url = {{ ("settings." ~ address.name ~ " or ") if address else "" }}os.environ.get({{ variable | py_literal }}, "")
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"{url!r} is no address of a service: set {{ variable }} in the task's environment")
    given = {name: value for name, value in dataclasses.asdict(settings).items() if value is not None}
    request = urllib.request.Request(
        url,
        json.dumps({"settings": given, "inputs": inputs}).encode(),
        {"Content-Type": "application/json", **_token()},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            outputs = json.load(answer)
    except urllib.error.HTTPError as error:
        said = error.read(1000).decode(errors="replace")
        problem = f"{url} answered {error.code}: {said}"
        raise Retriable(problem) if error.code in _TRY_AGAIN else RuntimeError(problem) from error
    except OSError as error:
        raise Retriable(f"{url} does not answer: {error}") from error
    if not isinstance(outputs, dict):
        raise TypeError(f"{url} answered with no object but {type(outputs).__name__}")
    return outputs


def _token() -> Dict[str, str]:
    return {"Authorization": f"Bearer {secret_of(SECRETS[0])}"} if SECRETS else {}
