"""What the pages of a rendered repository say of a remote service, as Markdown."""

from __future__ import annotations

from urllib.parse import urlsplit

from flyte_plugin_scaffold.model import Plugin, Project, Purpose, Scheme, Service

_WHAT = {
    Purpose.CREATE: "creates a job",
    Purpose.START: "starts it",
    Purpose.READ: "returns its state",
    Purpose.CANCEL: "cancels it",
    Purpose.LOGS: "returns its log, with which the error of a failed task ends",
    Purpose.RESULTS: "returns its results, the outputs of the task",
    Purpose.SEARCH: "lists jobs",
}

# The secrets of each way to prove who asks, as the library calls them.
_SECRETS: dict[Scheme, tuple[str, ...]] = {
    Scheme.BEARER: ("token",),
    Scheme.BASIC: ("username", "password"),
    Scheme.API_KEY: ("api_key",),
    Scheme.OAUTH2: ("client_id", "client_secret"),
}


def service_of(plugin: Plugin) -> Service:
    """The service of a plugin that has one."""
    assert plugin.service is not None
    return plugin.service


def operation_rows(plugin: Plugin) -> list[tuple[str, str]]:
    """What each operation is for, and its request."""
    return [(_WHAT[purpose], each.text) for purpose, each in service_of(plugin).operations.items()]


def lost_create(plugin: Plugin) -> str:
    """How a lost answer to create starts no second job: the library decides likewise (``way_of``)."""
    service = service_of(plugin)
    if service.id.chosen is not None:
        return (
            "The connector chooses the job's id, which follows from the attempt of the task: a second request to create it is "
            "refused by the service (409), and that counts as success."
        )
    if service.create.key:
        return (
            f"A request to create a job has a key that follows from the attempt of the task ({service.create.key}): the "
            "service answers a second one with the first job. A record beside the task's outputs has the job's id, by which the next "
            "attempt ends it."
        )
    if service.marker is not None and service.does(Purpose.SEARCH):
        return (
            f"The name of the attempt stands in each job ({service.marker}), and the connector looks for a job of that name before it "
            "creates one."
        )
    if service.does(Purpose.START):
        return (
            "Creating a job does not start it: a job whose id was lost never runs. The id of any other job is recorded beside the "
            "task's outputs before the job is started, so that it is started once, and the next attempt ends it."
        )
    return (
        "The service finds no job again without its id. So a record beside the task's outputs says that a job is being created. Where "
        "the answer is lost, the task fails for good, and its error says which job to look for: another job could run the work "
        "twice."
    )


def needs_storage(project: Project) -> bool:
    """Whether a connector keeps records in Flyte's object storage."""
    services = [service_of(each) for each in project.kinds]
    return any(
        each.id.chosen is None and (each.create.key or each.marker is None or not each.does(Purpose.SEARCH))
        for each in services
    )


def secret_names(plugin: Plugin) -> list[str]:
    """The files with the secrets of a service."""
    first = service_of(plugin).authentications[:1]
    return [f"{plugin.names.name}_{name}" for each in first for name in _SECRETS[each.scheme]]


def service_ports(project: Project) -> list[int]:
    """The ports of the services, as far as their documents name them, and that of HTTPS."""
    found = {443}
    for each in project.kinds:
        address = urlsplit(service_of(each).server)
        found.add(address.port or {"http": 80}.get(address.scheme, 443))
    return sorted(found)


FILTERS = {
    each.__name__: each
    for each in (lost_create, needs_storage, operation_rows, secret_names, service_of, service_ports)
}
