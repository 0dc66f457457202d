"""What a plugin of the SDK alone gives to its users."""

from __future__ import annotations

from enum import Enum


class Form(str, Enum):
    """What a plugin without a backend is: the answer ``kind``."""

    DECORATOR = "decorator"  # gives any task what a pod template has
    EXECUTOR = "executor"  # a task type whose own code runs in the task's container
    NOTEBOOK = "notebook"  # a task type that runs a notebook
