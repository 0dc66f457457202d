"""What runs the tasks of a plugin, and what each of these has: one table for README of the template and of renderings."""

from __future__ import annotations

from collections.abc import Collection, Iterator

# The targets of the table, in its order, as its columns are called.
COLUMNS = {"propeller": "`propeller`: the Go plugin", "connector": "`connector`", "flyte2": "`flyte2`: a connector"}

# What it is, and how each target has it. Each cell is shown by a test, which tests/unit/test_target_table.py names, or says what is not tested.
ROWS: tuple[tuple[str, str, str, str], ...] = (
    ("Flyte itself", "propeller is replaced by this repository's", "not changed; its configuration names the connector", "not changed; its configuration names the connector"),
    ("Follows a resource", "by a watch, at once", "by a call every `resyncInterval` (10s)", "by a call every `resyncInterval` (10s), as the values say; not tested"),
    ("The pod of a task is made", "by this propeller", "by propeller, which sends it to the connector", "by the connector"),
    ("Owner of a resource", "its workflow, with which Kubernetes deletes it", "none: it is deleted on abort, and by the connector `keep-finished` (24h) after its end", "none: it is deleted on abort, and by the connector `keep-finished` (24h) after its end"),
    ("Reasons in Flyte's console", "each one, also while a task runs", "the first of each phase, and the failure", "each one is sent to Flyte; the console is not tested"),
    ("Log links", "each pod's, as they come", "set once, by the first look that finds any", "set once, by the first look that finds any; the console is not tested"),
    ("Failures of the system", "retried beside the task's `retries`", "each is one of the task's `retries`", "sent to Flyte as failures that may be retried; the rest is not tested"),
    ("Outputs, user errors, cache, timeouts, abort, secrets", "yes", "yes", "user errors, abort and secrets; outputs, cache and timeouts, which are Flyte's own, are not tested"),
    ("Map tasks", "yes", "no: propeller cannot follow them; a loop in a `@dynamic` workflow does", "not tested; each call is a task of its own"),
    ("Tolerations, affinity and devices of roles", "as propeller is configured", "as `plugins.k8s` of the connector's settings says: a copy of propeller's", "as `plugins.k8s` of the connector's settings says, for a task's own pod as well"),
    ("While it is away", "all workflows wait", "running resources go on, and their ends are seen later; new tasks fail, and use up `retries`", "not tested"),
    ("Several at once", "one is deployed", "two are deployed, and either may be called", "two are deployed, and either may be called"),
    ("Rights", "propeller's account", "an account of its own", "an account of its own"),
)  # fmt: skip


def table(targets: Collection[str] = tuple(COLUMNS)) -> Iterator[str]:
    """The lines of a Markdown table of what these targets have."""
    chosen = [number for number, target in enumerate(COLUMNS) if target in targets]
    yield f"| | {' | '.join(list(COLUMNS.values())[number] for number in chosen)} |"
    yield "|---|" + "---|" * len(chosen)
    for what, *cells in ROWS:
        yield f"| {what} | {' | '.join(cells[number] for number in chosen)} |"
