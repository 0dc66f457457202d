"""What does the work of a plugin's tasks."""

from __future__ import annotations

from enum import Enum


class Backend(str, Enum):
    """What does the work: it decides which targets there are."""

    OPERATOR = "operator"  # a Kubernetes operator, which a CR tells what to do
    SERVICE = "service"  # a remote service, over HTTP
    NONE = "none"  # nothing but the task's own container: a plugin of the SDK alone
