"""How a remote service is asked to run a job: its operations, where a job's id comes from, and how one proves who one is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from flyte_plugin_scaffold.model.path import Path


class Purpose(str, Enum):
    """What an operation does with a job."""

    CREATE = "create"
    START = "start"  # where create only registers the job
    READ = "read"  # its answer is what a CR's status is
    CANCEL = "cancel"
    LOGS = "logs"
    RESULTS = "results"
    SEARCH = "search"  # lists jobs, so that one whose id was lost is found again


class In(str, Enum):
    """Where a parameter goes in a request."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation that is sent. It is the job's id, a member of the contract, or a constant.

    A member that the user left unset is not sent.
    """

    name: str
    place: In
    is_id: bool = False
    member: str = ""  # of the task config's message, by its name: what users give
    constant: str = ""
    required: bool = False


@dataclass(frozen=True)
class Operation:
    """One request to the service, as its document describes it."""

    purpose: Purpose
    method: str  # upper case
    path: str  # below the server: /jobs/{job_id}
    parameters: tuple[Parameter, ...] = ()
    media_type: str = ""  # of the request's body: application/json; "" where it has none
    codes: tuple[int, ...] = ()  # of success, which the document lists; () where it lists none, or only a range
    idempotency_key: str = ""  # the header by which the service tells a repeated request from a new one
    idempotency_at: Path | None = None  # the same in the body: .spec.client_token
    body: str = (
        ""  # what is sent as it is, as JSON: {"state": "cancelled"}; of CREATE, what goes into its body beside the rest
    )
    id_at: Path | None = None  # where the id of the job goes in the body, from its top: .run_id
    id_is_number: bool = False  # of the id in the body
    items: Path | None = (
        None  # of SEARCH: the list of jobs, from the top of its answer; None where the answer is the list
    )

    page: str = ""  # of SEARCH: the parameter of its query that asks for the next page
    next: Path | None = None  # of SEARCH: where its answer has the value of that
    is_json: bool = False  # of RESULTS: the document has them as JSON, and as nothing else

    @property
    def key(self) -> str:
        """What tells a repeated request from a new one, for people; "" where nothing does."""
        return self.idempotency_key or (str(self.idempotency_at) if self.idempotency_at else "")

    @property
    def text(self) -> str:
        """As in the answer: ``GET /jobs/{job_id}``."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class OperationAnswer:
    """One operation in the answer ``operations``: ``read: GET /jobs/{job_id}``."""

    purpose: Purpose
    method: str
    path: str
    settings: tuple[tuple[str, str], ...] = ()  # id=.id

    def __str__(self) -> str:
        said = "".join(f" {name}={value}" for name, value in self.settings)
        return f"{self.purpose.value}: {self.method} {self.path}{said}"

    def setting(self, name: str) -> str:
        """The value of a setting; "" where it is not given."""
        return dict(self.settings).get(name, "")


@dataclass(frozen=True)
class JobId:
    """Where the id of a job comes from: one of the first three is set."""

    # Of create's request, which we choose ourselves: .spec.dag_run_id, .path.job_name, or .query.job_id.
    chosen: Path | None = None
    told: Path | None = None  # in create's answer, from its top: .id
    header: str = ""  # of create's answer: of an address its last segment, else the whole
    listed: Path | None = None  # in an entry of SEARCH's answer, from its top


class Scheme(str, Enum):
    """How the service knows who asks."""

    BEARER = "bearer"
    BASIC = "basic"
    API_KEY = "api_key"
    OAUTH2 = "oauth2"  # client credentials


@dataclass(frozen=True)
class Authentication:
    """One way to prove who one is, of those that the document offers."""

    scheme: Scheme
    name: str  # in the document
    place: In | None = None  # of an API key; None is a cookie
    parameter: str = ""  # of an API key: X-Api-Key
    token_url: str = ""  # of OAuth2
    scopes: tuple[str, ...] = ()  # of OAuth2


@dataclass(frozen=True)
class Service:
    """A remote service that runs jobs of one kind.

    In paths, ``.spec`` is the body of create's request and ``.status`` that of read's answer; ``.path``, ``.query`` and
    ``.header`` are parameters of create.
    """

    title: str
    version: str
    server: str  # base URL, without a slash at its end; "" where the document names none that can be used
    operations: Mapping[Purpose, Operation]
    id: JobId
    authentications: tuple[Authentication, ...] = ()  # the first one is used
    marker: Path | None = None  # a free text or label of create's request that SEARCH finds again: .spec.title
    nulls: tuple[
        Path, ...
    ] = ()  # of create's body, which demands them and takes null: sent so where no user gives them
    links: tuple[Path, ...] = ()  # URLs in read's answer: .status.tracking_url
    progress: Path | None = None  # a number in read's answer
    document: str = field(default="", repr=False)  # reduced to what is used, as YAML: openapi/<kind>.yaml

    def does(self, purpose: Purpose) -> bool:
        """Whether there is an operation for it."""
        return purpose in self.operations

    @property
    def create(self) -> Operation:
        return self.operations[Purpose.CREATE]

    @property
    def read(self) -> Operation:
        return self.operations[Purpose.READ]
