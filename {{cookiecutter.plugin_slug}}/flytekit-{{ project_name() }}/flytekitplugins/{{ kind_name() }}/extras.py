{% set p = plugin(cookiecutter) %}
"""What @{{ p.names.config_class }}(...) gives to a task beside pod_template.yaml."""

from typing import List

from {{ p.names.sdk }} import Secret

# Secrets of Flyte, which it puts into the pod: Secret(group="registry", key="token"). Those of Kubernetes go into the pod template.
SECRETS: List[Secret] = []
