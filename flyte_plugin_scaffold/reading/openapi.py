"""Reads OpenAPI documents, 3.0 and 3.1: from a source to its operations, with what they take and answer.

:func:`read` raises :class:`SourceError` alone, whatever the bytes are. What is wrong in a part of the document that nothing
looks at is no trouble: an operation that cannot be read is as good as none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from flyte_plugin_scaffold.reading import sources, yaml_documents
from flyte_plugin_scaffold.reading.formats import Format
from flyte_plugin_scaffold.reading.openapi_schema import OPAQUE, Node, Schemas, Use
from flyte_plugin_scaffold.reading.references import ReferenceError_, Resolver
from flyte_plugin_scaffold.reading.sources import Reference, SourceError
from flyte_plugin_scaffold.text import lexicon
from flyte_plugin_scaffold.text.characters import shown

METHODS = (
    "get",
    "put",
    "post",
    "delete",
    "patch",
)  # of those that OpenAPI knows, the ones that can do something for a job
MOST_OPERATIONS = 20_000
_VERSION = re.compile(r"3\.[01](?:\.[0-9]{1,4})?(?:-\S{0,20})?\Z")
_PATH_PARAMETER = re.compile(r"\{([^{}/]+)\}")
# What a path can hold: anything else would have to be escaped in a request, and a semicolon ends one in the answer `operations`.
_PLAIN_PATH = re.compile(r"(?:/(?:[A-Za-z0-9._~!$&'()*+,=:@%-]|\{[^{}/]{1,100}\})*)+\Z")
_MOST_PATH = 500
_OWN_VERSION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,60}[A-Za-z0-9])?")
_NO_VERSION = "unknown version"
_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json(?:\s*;.*)?\Z", re.IGNORECASE)
# The first three are ignored by what OpenAPI says.
_SET_BY_THE_CLIENT = frozenset(
    "accept content-type authorization connection content-length cookie host proxy-authorization te transfer-encoding upgrade user-agent".split()
)
HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")  # the name of one
_ANY_MEDIA = ("*/*", "application/*")


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation."""

    name: str
    place: str  # path, query or header
    required: bool
    schema: Node
    description: str = ""


@dataclass(frozen=True)
class Answer:
    """What an operation says when it succeeds."""

    codes: tuple[int, ...]  # those that are listed, without ranges
    schema: Node  # of the body with most in it; {} where there is none that is JSON
    name: str = ""  # of the component that it is, in the document: DAGRunResponse
    headers: tuple[str, ...] = ()
    without_body: bool = False  # some success has none
    only_json: bool = False  # every success that has a body has one that is JSON


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation of the document, as it stands there."""

    method: str  # upper case
    path: str  # /jobs/{job_id}
    raw: Mapping[str, Any] = field(repr=False)
    shared: Any = field(repr=False)  # the parameters of its path
    servers: Any = field(default=None, repr=False)  # of its path, where that has some of its own

    @property
    def text(self) -> str:
        return f"{self.method} {self.path}"

    @cached_property
    def segments(self) -> tuple[str, ...]:
        return tuple(self.path.strip("/").split("/"))

    @cached_property
    def in_path(self) -> tuple[str, ...]:
        """The names of the parameters in its path."""
        return tuple(_PATH_PARAMETER.findall(self.path))

    @property
    def id(self) -> str:
        found = self.raw.get("operationId")
        return found if isinstance(found, str) and len(found) <= 200 else ""

    @property
    def is_deprecated(self) -> bool:
        return self.raw.get("deprecated") is True

    @property
    def description(self) -> str:
        texts = (self.raw.get(word) for word in ("summary", "description"))
        return next((text for text in texts if isinstance(text, str) and text.strip()), "")


@dataclass(frozen=True, eq=False)
class Found:
    """An OpenAPI document: what a source of a remote service holds."""

    reference: str  # the answer, independent of the folder: an absolute path or a URL
    source: str  # for people
    value: Mapping[str, Any] = field(repr=False)
    operations: tuple[Operation, ...] = field(repr=False)
    notes: tuple[str, ...] = ()

    @cached_property
    def resolver(self) -> Resolver:
        return Resolver(self.value)

    @cached_property
    def schemas(self) -> Schemas:
        return Schemas(self.resolver)

    @cached_property
    def by_text(self) -> Mapping[str, Operation]:
        return {each.text: each for each in self.operations}

    @cached_property
    def by_path(self) -> Mapping[str, Mapping[str, Operation]]:
        """The operations by path and method; of paths that only name their parameters otherwise, the first."""
        found: dict[str, dict[str, Operation]] = {}
        for each in self.operations:
            found.setdefault(each.path, {})[each.method] = each
        return found

    @property
    def title(self) -> str:
        return self._info("title")

    @property
    def version(self) -> str:
        """Its version, one word: it stands in texts of any language, where a CRD's does."""
        found = _OWN_VERSION.search(self._info("version"))
        return found[0] if found else _NO_VERSION

    def _info(self, word: str) -> str:
        info = self.value.get("info")
        found = info.get(word) if isinstance(info, dict) else None
        return " ".join(str(found).split())[:200] if isinstance(found, (str, int, float)) else ""

    @cached_property
    def server(self) -> str:
        """The base URL of the first server that is a whole one, with its variables' defaults; "" for none."""
        return next((url for url in _urls(self.value.get("servers")) if _WHOLE_URL.match(url)), "").rstrip("/")

    def server_of(self, operation: Operation) -> str:
        """The base URL of an operation: its own or its path's server goes before the document's."""
        for servers in (operation.raw.get("servers"), operation.servers):
            own = list(_urls(servers))
            if own:
                return next((url for url in own if _WHOLE_URL.match(url)), own[0]).rstrip("/")
        return self.server

    @property
    def relative_server(self) -> str:
        """Where the service is below the document's own address, if that is all that the document says: /api/v2."""
        first = next(iter(_urls(self.value.get("servers"))), "")
        return first.rstrip("/") if not self.server and _RELATIVE_URL.match(first) else ""

    # ------------------------------------------------------------------------------------------------ of an operation
    def parameters(self, operation: Operation) -> tuple[Parameter, ...]:
        """Those in path, query and headers; the operation's own win over those of its path."""
        known = self._parameters.get(operation)
        if known is None:
            known = self._parameters[operation] = self._read_parameters(operation)
        return known

    @cached_property
    def _parameters(self) -> dict[Operation, tuple[Parameter, ...]]:
        return {}

    def _read_parameters(self, operation: Operation) -> tuple[Parameter, ...]:
        found: dict[tuple[str, str], Parameter] = {}
        for some in (operation.shared, operation.raw.get("parameters")):
            for each in some if isinstance(some, list) else ():
                made = self._parameter(self._resolved(each))
                if made:
                    found[made.place, made.name] = made
        missing = [name for name in operation.in_path if ("path", name) not in found]
        for name in missing:
            found["path", name] = Parameter(name, "path", True, {"type": "string"})
        return tuple(each for each in found.values() if each.place != "path" or each.name in operation.in_path)

    @cached_property
    def _credentials(self) -> frozenset[tuple[str, str]]:
        """Place and name, in lower case, of keys: some documents have them among the parameters, too."""
        components = self.value.get("components")
        known = components.get("securitySchemes") if isinstance(components, dict) else None
        schemes = [self._resolved(each) for each in known.values()] if isinstance(known, dict) else []
        return frozenset(
            (str(each.get("in")), str(each.get("name")).lower()) for each in schemes if isinstance(each, dict)
        )

    def _parameter(self, raw: Any) -> Parameter | None:
        if not isinstance(raw, dict) or not isinstance(raw.get("name"), str) or not raw["name"]:
            return None
        name, place = raw["name"], raw.get("in")
        if place not in ("path", "query", "header") or len(name) > 200:
            return None
        if place == "header" and not HEADER.match(name):
            return None  # no request could have it
        if place == "header" and name.lower() in _SET_BY_THE_CLIENT or (place, name.lower()) in self._credentials:
            return None
        schema = self.schemas.of(raw.get("schema"), Use.ASKED) if "schema" in raw else {}
        if not schema.get("type") and place == "path":
            schema = {**schema, "type": "string"}
        text = raw.get("description")
        if isinstance(text, str) and "description" not in schema:
            schema = {**schema, "description": text}
        required = place == "path" or raw.get("required") is True
        return Parameter(name, place, required, schema, text if isinstance(text, str) else "")

    def body(self, operation: Operation) -> tuple[str, Node, bool]:
        """The media type of the request's body, what is in it, and whether it must be sent; "" where there is none.

        A body that is no JSON gives its type and {}.
        """
        raw = self._resolved(operation.raw.get("requestBody"))
        content = raw.get("content") if isinstance(raw, dict) else None
        if not isinstance(content, dict) or not content:
            return "", {}, False
        media, schema = _json_of(content)
        if not media:
            return str(next(iter(content)))[:100], {}, raw.get("required") is True
        node = self.schemas.of(schema, Use.ASKED)
        self._check_finite(operation, schema, Use.ASKED)
        return media, node or OPAQUE, raw.get("required") is True

    def answer(self, operation: Operation) -> Answer:
        """What a success says."""
        responses = operation.raw.get("responses")
        codes: list[int] = []
        headers: dict[str, None] = {}
        best: tuple[int, Node, str] = (-1, {}, "")
        without_body, others = False, False
        for code, each in responses.items() if isinstance(responses, dict) else ():
            if not re.fullmatch(r"2[0-9][0-9]|2XX|default", str(code), re.IGNORECASE):
                continue
            raw = self._resolved(each)
            if not isinstance(raw, dict):
                continue
            if str(code).isdigit():
                codes.append(int(code))
            named = raw.get("headers")
            headers.update((str(name), None) for name in named if named) if isinstance(named, dict) else None
            content = raw.get("content")
            media, schema = _json_of(content) if isinstance(content, dict) else ("", None)
            others = others or isinstance(content, dict) and not all(map(_is_json, content))
            if not media:
                without_body = without_body or not content
                continue
            rank = 2 if str(code) in ("200", "201", "202") else 1 if str(code).isdigit() else 0
            if rank > best[0]:
                best = rank, self.schemas.of(schema, Use.TOLD), _component(schema)
        known = tuple(sorted(codes))
        only_json = best[0] >= 0 and not others
        return Answer(known, best[1], best[2], tuple(headers), without_body and bool(known), only_json)

    def codes(self, operation: Operation) -> tuple[int, ...]:
        """The codes that are listed, of those that can tell how a job is doing: of success, and of work that has failed."""
        responses = operation.raw.get("responses")
        known = {str(code) for code in responses} if isinstance(responses, dict) else set()
        telling = (*map(str, range(200, 300)), *lexicon.CODES_OF_FAILED_WORK)
        return tuple(int(code) for code in telling if code in known)

    def answer_name(self, operation: Operation) -> str:
        """The component that a success answers, without a look at what is in it; "" for none."""
        responses = operation.raw.get("responses")
        for code, each in responses.items() if isinstance(responses, dict) else ():
            raw = self._resolved(each) if re.fullmatch(r"2[0-9][0-9]|2XX", str(code), re.IGNORECASE) else None
            content = raw.get("content") if isinstance(raw, dict) else None
            name = _component(_json_of(content)[1]) if isinstance(content, dict) else ""
            if name:
                return name
        return ""

    def lost_body(self, operation: Operation) -> str:
        """Why the body of a request cannot be read although it is there; "" if it can."""
        raw = operation.raw.get("requestBody")
        content = _content(self._resolved(raw))
        return self._lost(raw) or self._lost(_json_of(content)[1])

    def lost_answer(self, operation: Operation) -> str:
        """Why none of the answers of a success can be read although there is one; "" if one can, or none is there."""
        responses = operation.raw.get("responses")
        found = (
            [each for code, each in responses.items() if str(code)[:1] == "2"] if isinstance(responses, dict) else []
        )
        why = []
        for raw in found:
            content = _content(self._resolved(raw))
            why.append(self._lost(raw) or self._lost(_json_of(content)[1]))
        return why[0] if why and all(why) else ""

    def _lost(self, raw: Any) -> str:
        try:
            self.resolver.resolved(raw)
        except ReferenceError_ as error:
            return str(error)
        return ""

    def securities(self, operation: Operation) -> Iterator[tuple[str, Mapping[str, Any], tuple[str, ...]]]:
        """The ways to prove who one is, as the document calls them: name, scheme and scopes; best first."""
        wanted = operation.raw.get("security", self.value.get("security"))
        components = self.value.get("components")
        known = components.get("securitySchemes") if isinstance(components, dict) else None
        if not isinstance(known, dict):
            return
        if not isinstance(wanted, list):
            wanted = [{name: []} for name in known]
        for each in wanted:
            schemes = {name: self._resolved(known.get(name)) for name in each} if isinstance(each, dict) else {}
            if len(schemes) > 1 and not all(map(_is_a_token, schemes.values())):
                continue  # two at once; several ways to get a token are one
            for name, scheme in schemes.items():
                scopes = each[name] if isinstance(each[name], list) else []
                if isinstance(scheme, dict):
                    yield name, scheme, tuple(scope for scope in scopes if isinstance(scope, str))

    def asked_for(self, operation: Operation) -> str:
        """What an operation demands to know who asks, by the document's names; "" where it can do without."""
        wanted = operation.raw.get("security", self.value.get("security"))
        ways = [each for each in wanted if isinstance(each, dict)] if isinstance(wanted, list) else []
        if not ways or {} in ways:
            return ""
        return " or ".join(shown(" and ".join(map(str, way)), 80) for way in ways[:4])

    def _check_finite(self, operation: Operation, raw: Any, use: Use) -> None:
        """:raises SourceError: where the body must hold itself again."""
        if self.schemas.is_endless(raw, use):
            raise SourceError(
                f"{self.source}: the body of {operation.text} must hold itself again, so that none could ever be sent: "
                "correct the document, or give another kind"
            )

    def _resolved(self, raw: Any) -> Any:
        """What a part of the document is, once references are followed; {} where they lead nowhere."""
        try:
            return self.resolver.resolved(raw)
        except ReferenceError_:
            return {}


def _content(raw: Any) -> Mapping[str, Any]:
    found = raw.get("content") if isinstance(raw, dict) else None
    return found if isinstance(found, dict) else {}


def _is_a_token(scheme: Any) -> bool:
    """Whether a request proves with a bearer token who asks, wherever that comes from."""
    kind = scheme.get("type") if isinstance(scheme, dict) else None
    return kind in ("oauth2", "openIdConnect") or (kind == "http" and str(scheme.get("scheme", "")).lower() == "bearer")


def _component(schema: Any) -> str:
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    match = re.fullmatch(r"#/components/schemas/([\w.-]{1,100})", reference) if isinstance(reference, str) else None
    return match[1] if match else ""


def _is_json(media: Any) -> bool:
    return isinstance(media, str) and _JSON.match(media.strip()) is not None


def _json_of(content: Mapping[str, Any]) -> tuple[str, Any]:
    """The media type that is JSON, and its schema; "" where none is."""
    ordered = [name for name in content if _is_json(name)]
    ordered += [name for name in content if name in _ANY_MEDIA]
    plain = sorted(ordered, key=lambda name: name.split(";")[0].strip().lower() != "application/json")
    for name in plain:
        value = content[name]
        return ("application/json" if name in _ANY_MEDIA else name.strip()), (
            value.get("schema", {}) if isinstance(value, dict) else {}
        )
    return "", None


_WHOLE_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?\Z")
_RELATIVE_URL = re.compile(r"/[A-Za-z0-9._~/-]+\Z")


def _urls(servers: Any) -> Iterator[str]:
    """The addresses of servers, with their variables' defaults."""
    for each in servers if isinstance(servers, list) else ():
        url = each.get("url") if isinstance(each, dict) else None
        if isinstance(url, str) and len(url) <= 2_000:
            yield _filled(url, each.get("variables"))


def _filled(url: str, variables: Any) -> str:
    def default(match: re.Match[str]) -> str:
        variable = variables.get(match[1]) if isinstance(variables, dict) else None
        value = variable.get("default") if isinstance(variable, dict) else None
        return value if isinstance(value, str) else match[0]

    return re.sub(r"\{([^{}]+)\}", default, url)


# -------------------------------------------------------------------------------------------------------------- reading
def read(source: Reference) -> Found:
    """The OpenAPI document in a source that is one. Cached while the file is unchanged.

    :raises SourceError: if it cannot be used.
    """
    return _read(source, sources.stamp(source))


@lru_cache(maxsize=4)
def _read(source: Reference, stamp: tuple[object, ...]) -> Found:
    (text,) = sources.cached_texts(source, stamp)
    parts = list(yaml_documents.split(text.text))
    try:
        value = yaml_documents.parse(parts[0][0] if parts else text.text).value
    except yaml_documents.YamlError as error:
        place = f", line {error.line}" if error.line else ""
        raise SourceError(f"{text.name}{place}: {error.message}") from None
    return found(source.value, text.name, value)


def found(reference: str, name: str, value: Any) -> Found:
    """A document's value as :class:`Found`.

    :raises SourceError: if it is no OpenAPI document that can be used.
    """
    version = value.get("openapi")
    if not isinstance(version, str):
        raise SourceError(f"{name}: its openapi is no text: write the version in quotes, such as '3.0.3'")
    if not _VERSION.match(version):
        raise SourceError(
            f"{name} is of OpenAPI {shown(version, 40)}: 3.0 and 3.1 can be read, so give it in one of these"
        )
    paths = value.get("paths")
    if not isinstance(paths, dict) or not paths:
        raise SourceError(
            f"{name} describes no paths, so there is nothing to run: give the document of the service itself"
        )
    if any(isinstance(item, dict) and any(key.startswith("x-kubernetes-") for each in item.values()
                                          if isinstance(each, dict) for key in each) for item in paths.values()):  # fmt: skip
        raise SourceError(
            f"{name} is the API of a Kubernetes cluster: give the CRD of the operator, or its name in the cluster "
            "(rayjobs.ray.io), and no connector has to speak to the API by itself"
        )
    resolver = Resolver(value)
    operations: list[Operation] = []
    odd, why = 0, ""
    for path, raw in paths.items():
        if not isinstance(path, str) or len(path) > _MOST_PATH or not _PLAIN_PATH.match(path):
            odd += 1
            continue
        try:
            item = resolver.resolved(raw)
        except ReferenceError_ as error:
            item, why = None, why or f": {error}"
        if not isinstance(item, dict):
            odd += 1
            continue
        for method in METHODS:
            each = item.get(method)
            if isinstance(each, dict):
                operations.append(Operation(method.upper(), path, each, item.get("parameters"), item.get("servers")))
    if len(operations) > MOST_OPERATIONS:
        raise SourceError(f"{name} has more than {MOST_OPERATIONS:,} operations: give the document of one service")
    notes = [f"{odd} of its {len(paths)} paths cannot be read, and are left out{why}"] if odd else []
    return Found(reference, name, value, tuple(operations), tuple(notes))


# Documents that look like OpenAPI and are not, and what to give instead.
REFUSED = {
    Format.SWAGGER: "is of Swagger 2.0, which describes bodies and answers otherwise: convert it to OpenAPI 3 first (npx "
    "swagger2openapi FILE)",
    Format.ASYNCAPI: "is an AsyncAPI document, of messages and not of requests: give the OpenAPI document of the service",
}


def refused(name: str, format_: Format) -> SourceError:
    """Why a document cannot be used that is in one of :data:`REFUSED`."""
    return SourceError(f"{name} {REFUSED[format_]}")
