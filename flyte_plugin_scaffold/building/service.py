"""The service of the answer ``operations``: what is sent, where the id comes from, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from flyte_plugin_scaffold.building import openapi_document
from flyte_plugin_scaffold.deriving import operations, states
from flyte_plugin_scaffold.model import (
    Authentication,
    Crd,
    In,
    JobId,
    Operation,
    OperationAnswer,
    Parameter,
    Path,
    Purpose,
    Scheme,
    Service,
)
from flyte_plugin_scaffold.reading import openapi, schema
from flyte_plugin_scaffold.reading.openapi import Found
from flyte_plugin_scaffold.reading.openapi_schema import REQUIRED_NULLS
from flyte_plugin_scaffold.reading.schema import Kind, Node
from flyte_plugin_scaffold.text import lexicon, names
from flyte_plugin_scaffold.text.characters import shown
from flyte_plugin_scaffold.text.nearest import did_you_mean

MOST_NODES = 5_000  # of a request and of an answer; what is deeper may be anything
_MOST_LINKS = 3
_OF_PARAMETERS = {"path": In.PATH, "query": In.QUERY, "header": In.HEADER}


@dataclass(frozen=True, eq=False)
class Built:
    """What follows from the operations of an answer, before its fields are known."""

    source: Crd  # the request and the answer in the form of a CRD's spec and status
    service: Service
    required: tuple[Path, ...] = ()  # parameters that no request can do without, which must be fields


def build(found: Found, wanted: Sequence[OperationAnswer], kind: str) -> tuple[Built | None, tuple[str, ...]]:
    """What the operations are, and what is wrong with them. Parameters name no members yet: see :func:`with_members`."""
    chosen: dict[Purpose, openapi.Operation] = {}
    problems: list[str] = []
    for each in wanted:
        operation, problem = _operation(found, each)
        problems += [problem] if problem else []
        if operation:
            chosen[each.purpose] = operation
    if problems or not {Purpose.CREATE, Purpose.READ} <= set(chosen):
        return None, tuple(problems)
    return _Builder(found, {each.purpose: each for each in wanted}, chosen, kind).built()


def _operation(found: Found, wanted: OperationAnswer) -> tuple[openapi.Operation | None, str]:
    said = f"{wanted.method} {wanted.path}"
    operation = found.by_text.get(said)
    if operation:
        return operation, ""
    others = found.by_path.get(wanted.path, {})
    if others:
        return None, f"{wanted.purpose.value}: {shown(wanted.path)} has no {wanted.method}: it has {', '.join(others)}"
    cure = did_you_mean(said, [each.text for each in found.operations if each.method == wanted.method])
    return None, f"{wanted.purpose.value}: the document has no {shown(said)}{cure or ': give one of its operations'}"


class _Builder:
    def __init__(
        self,
        found: Found,
        wanted: Mapping[Purpose, OperationAnswer],
        chosen: Mapping[Purpose, openapi.Operation],
        kind: str,
    ) -> None:
        self.found = found
        self.wanted = wanted
        self.chosen = chosen
        self.kind = kind
        self.problems: list[str] = []
        self.create = chosen[Purpose.CREATE]
        media, body, self.body_required = found.body(self.create)
        for purpose, lost in (
            (Purpose.CREATE, found.lost_body(self.create)),
            (Purpose.READ, found.lost_answer(chosen[Purpose.READ])),
        ):
            if lost:
                self.problems.append(f"{purpose.value}: of {chosen[purpose].text} {lost}")
        if media and "json" not in media.lower():
            self.problems.append(
                f"create: {self.create.text} takes {shown(media)}, and no JSON: give another operation"
            )
        elif media and not operations.may_be_an_object(body):
            self.problems.append(f"create: the body of {self.create.text} is no object: give another operation")
        self.media = media if "json" in media.lower() else ""
        self.body = found.schemas.tree(body, MOST_NODES) if self.media else {}
        self.answer = found.answer(chosen[Purpose.READ])
        self.of_create = {(each.place, each.name): each for each in found.parameters(self.create)}

    def built(self) -> tuple[Built | None, tuple[str, ...]]:
        job = self._job_id()
        ids = {purpose: self._id_parameter(purpose) for purpose in self.chosen}
        if not self.answer.schema:
            read = self.chosen[Purpose.READ]
            self.problems.append(
                f"read: {read.text} answers no JSON that the document describes: give another operation"
            )
        self._check_servers()
        marker = self._text_of_body("marker")
        if marker and Purpose.SEARCH not in self.wanted:
            self.problems.append("create: a marker is for a search: add search: GET /path, or leave marker= out")
        key = self.wanted[Purpose.CREATE].setting("key")
        self.key = self._text_of_body("key") if key.startswith(".") else None
        constants = self._constants()
        made = {purpose: self._made(purpose, ids[purpose]) for purpose in self.chosen}
        if self.problems or job is None:
            return None, tuple(dict.fromkeys(self.problems))
        source = self._source((job.chosen, marker, self.key), constants, ids, self._notes())
        service = Service(
            title=self.found.title or self.kind,
            version=self.found.version,
            server=_whole(self.found.server_of(self.create)),
            operations=made,
            id=job,
            authentications=_authentications(self.found, self.create),
            marker=marker,
            nulls=tuple(_nulls(schema.properties(source.schema)["spec"], schema.path_of("spec"))),
            links=_links(source),
            progress=_progress(source),
            document=openapi_document.reduced(self.found, self.chosen),
        )
        needed = [
            schema.path_of(root, name) for root in schema.PARAMETERS for name in schema.required(_below(source, root))
        ]
        return Built(source, service, tuple(needed)), ()

    def _check_servers(self) -> None:
        """The connector has one base URL."""
        here = self.found.server_of(self.create)
        for purpose, each in self.chosen.items():
            if self.found.server_of(each) != here:
                self.problems.append(
                    f"{purpose.value}: {each.text} is at {shown(self.found.server_of(each))}, and create at {shown(here)}: "
                    "give operations of one address"
                )

    # ------------------------------------------------------------------------------------------------------- the id
    def _job_id(self) -> JobId | None:
        said = self.wanted[Purpose.CREATE].setting("id")
        listed = self.wanted[Purpose.SEARCH].setting("id") if Purpose.SEARCH in self.wanted else ""
        entry = schema.parse_relative(listed) if listed else None
        if not said:
            self.problems.append(
                "create: where does the id of a job come from? add id=.id for a place in its answer, id=Location for a header, "
                "or id=.spec.NAME or id=.path.NAME for what we choose"
            )
            return None
        if not said.startswith("."):
            return JobId(header=said, listed=entry)
        if self._chosen_in(said):
            path = schema.parse_path(said)
            what = path.steps[0].name
            root = self.body if what == "spec" else self._parameters(what, ())
            node = schema.lookup({"properties": {what: root}}, path)
            if node is None or schema.kind(node) not in (Kind.STRING, Kind.ANYTHING, Kind.OPAQUE):
                what = "body" if what == "spec" else what
                self.problems.append(
                    f"create: the {what} of {self.create.text} has no text {path}, which could be the id"
                )
                return None
            return JobId(chosen=path, listed=entry)
        told = schema.parse_relative(said)
        answer = self.found.answer(self.create).schema
        if answer and schema.lookup_below(answer, told) is None:
            cure = did_you_mean(told.steps[-1].name, schema.properties(answer))
            self.problems.append(f"create: the answer of {self.create.text} has no {told}{cure}")
        return JobId(told=told, listed=entry)

    def _chosen_in(self, said: str) -> str:
        """Where in create's request we choose the id: spec, path or query; "" where its answer tells it."""
        root, _, name = said.removeprefix(".").partition(".")
        if root == "query":  # an answer may have an object of that name
            return root if (root, name) in self.of_create else ""
        return root if root in ("spec", "path") and name else ""

    def _id_parameter(self, purpose: Purpose) -> tuple[str, str] | None:
        """Place and name of the parameter that takes the id; None where there is none."""
        operation = self.chosen[purpose]
        said = self.wanted[purpose].setting("id")
        if purpose is Purpose.SEARCH:
            return None
        if purpose is Purpose.CREATE:
            place = self._chosen_in(said)
            return (place, said.removeprefix(f".{place}.")) if place in ("path", "query") else None
        if said.startswith("."):
            return self._id_in_body(purpose, said)
        known = [(each.place, each.name) for each in self.found.parameters(operation)]
        if said:
            meant = [each for each in known if each[1] == said]
            if not meant:
                cure = did_you_mean(said, [name for _, name in known])
                self.problems.append(f"{purpose.value}: {operation.text} has no parameter {shown(said)}{cure}")
            return meant[0] if meant else None
        ours = self._id_parameter(Purpose.CREATE)
        if ours and ours[1] in operation.in_path:
            return ours
        own = [name for name in operation.in_path if ("path", name) not in self.of_create]
        if len(own) == 1:
            return "path", own[0]
        if own:
            given = ", ".join(own)
            self.problems.append(
                f"{purpose.value}: {operation.text} has parameters that create has not ({given}): give an operation that needs "
                "nothing but the id"
            )
        else:
            some = [name for place, name in known if place == "query"]
            hint = f"add id={some[0]}" if some else "give another operation"
            self.problems.append(f"{purpose.value}: nothing in {operation.path} takes the id of a job: {hint}")
        return None

    def _id_in_body(self, purpose: Purpose, said: str) -> tuple[str, str] | None:
        operation = self.chosen[purpose]
        media, body, _ = self.found.body(operation)
        node = schema.lookup_below(body, schema.parse_relative(said)) if "json" in media else None
        if node is None or schema.kind(node) not in (*schema.SCALARS, Kind.ANYTHING):
            cure = did_you_mean(said.removeprefix("."), schema.properties(body))
            self.problems.append(f"{purpose.value}: the body of {operation.text} has no {shown(said)}{cure}")
            return None
        return "body", said

    # -------------------------------------------------------------------------------------------------- what is sent
    def _made(self, purpose: Purpose, id_: tuple[str, str] | None) -> Operation:
        operation, wanted = self.chosen[purpose], self.wanted[purpose]
        parameters = []
        for each in self.found.parameters(operation):
            at = each.place, each.name
            is_id = at == id_
            if wanted.setting("key") == each.name and each.place == "header":
                continue
            if is_id or purpose is Purpose.CREATE or at in self.of_create:
                parameters.append(Parameter(each.name, _OF_PARAMETERS[each.place], is_id, required=each.required))
            elif each.required and not is_id and purpose is not Purpose.CREATE:
                default = each.schema.get("default", next(iter(schema.enum(each.schema)), None))
                if default is None and each.place != "path":
                    self.problems.append(
                        f"{purpose.value}: {operation.text} needs the {each.place} parameter {shown(each.name)}, which nothing "
                        "gives: give another operation"
                    )
                elif default is not None:
                    parameters.append(
                        Parameter(each.name, _OF_PARAMETERS[each.place], constant=_text(default), required=True)
                    )
        media, body, needs_body = self.found.body(operation)
        sent = wanted.setting("body")
        at = schema.parse_relative(id_[1]) if id_ and id_[0] == "body" else None
        if purpose is not Purpose.CREATE:
            asked = [name for name in schema.required(body) if not (at and name == at.steps[0].name)]
            needs_body = needs_body or at is not None
            if needs_body and not sent and asked:
                self.problems.append(
                    f"{purpose.value}: {operation.text} needs a body with {', '.join(asked)}: add body={{...}} "
                    "with what it is to hold"
                )
            media = media if sent or needs_body else ""
            sent = sent or ("{}" if needs_body else "")
        items = wanted.setting("items")
        key = self.key if purpose is Purpose.CREATE else None
        answer = self.found.answer(operation)
        return Operation(
            purpose=purpose,
            method=operation.method,
            path=operation.path,
            parameters=tuple(parameters),
            media_type=media if "json" in media.lower() else "",
            codes=answer.codes,
            idempotency_key="" if key else wanted.setting("key"),
            idempotency_at=key,
            body=sent,
            id_at=at,
            id_is_number=at is not None and schema.kind(schema.lookup_below(body, at)) is Kind.INTEGER,
            items=schema.parse_relative(items) if items else None,
            page=wanted.setting("page"),
            next=self._next_page(operation, wanted),
            is_json=purpose is Purpose.RESULTS and answer.only_json,
        )

    def _next_page(self, search: openapi.Operation, wanted: OperationAnswer) -> Path | None:
        """Where the answer of a search has what its parameter takes for the next page."""
        page, following = wanted.setting("page"), wanted.setting("next")
        if not page and not following:
            return None
        if not page or not following:
            self.problems.append("search: page= and next= go together: page=page_token next=.next_page_token")
            return None
        known = [each.name for each in self.found.parameters(search) if each.place == "query"]
        if page not in known:
            cure = did_you_mean(page, known)
            self.problems.append(f"search: {search.text} has no parameter {shown(page)} in its query{cure}")
        path = schema.parse_relative(following)
        answer = self.found.answer(search).schema
        if answer and schema.lookup_below(answer, path) is None:
            cure = did_you_mean(path.steps[-1].name, schema.properties(answer))
            self.problems.append(f"search: the answer of {search.text} has no {path}{cure}")
        return path

    def _constants(self) -> dict[str, Any]:
        """What goes into the body of create as it is."""
        said = self.wanted[Purpose.CREATE].setting("body")
        found: dict[str, Any] = json.loads(said) if said else {}
        if found and not self.media:
            self.problems.append(f"create: {self.create.text} takes no body that is JSON: leave body= out")
        unknown = [
            name for name in found if schema.kind(self.body) is Kind.OBJECT and name not in schema.properties(self.body)
        ]
        for name in unknown:
            cure = did_you_mean(name, schema.properties(self.body))
            self.problems.append(f"create: the body of {self.create.text} has no {shown(name)}{cure}")
        return found

    def _text_of_body(self, setting: str) -> Path | None:
        """The text of create's body that a setting names; None where it names none."""
        said = self.wanted[Purpose.CREATE].setting(setting)
        if not said:
            return None
        path = schema.parse_path(said)
        node = schema.lookup({"properties": {"spec": self.body}}, path)
        if node is None or schema.kind(node) not in (Kind.STRING, Kind.ANYTHING, Kind.OPAQUE):
            self.problems.append(f"create: the body of {self.create.text} has no text {path}")
        return path

    # ------------------------------------------------------------------------------------------------------ as a source
    def _source(
        self,
        ours: Sequence[Path | None],
        constants: Mapping[str, Any],
        ids: Mapping[Purpose, Any],
        notes: tuple[str, ...],
    ) -> Crd:
        spec: Node = self.body or {"type": "object"}
        for path in ours:  # what we send ourselves is no field
            if path and path.steps[0].name == "spec":
                spec = _without(spec, path.names[1:])
        for name in constants:
            spec = _without(spec, (name,))
        properties: dict[str, Node] = {
            "spec": spec,
            "status": self.found.schemas.tree(self.answer.schema, MOST_NODES),
        }
        for place in schema.PARAMETERS:
            own = self._parameters(place, (ids[Purpose.CREATE],))
            if own:
                properties[place] = own
        made = operations.as_source(self.kind, properties, self.found.codes(self.chosen[Purpose.READ]))
        return replace(made, version=self.found.version, notes=notes)

    def _notes(self) -> tuple[str, ...]:
        """What one should know of the operations."""
        notes = []
        server = _whole(self.found.server_of(self.create))
        below = self.found.relative_server
        if not server:
            where = f", with {below} at its end" if below else ""
            notes.append(f"the document names no address of the service: the connector's settings need one{where}")
        first = next(iter(_authentications(self.found, self.create)), None)
        for what, url in (("its address", server), ("where its tokens come from", first.token_url if first else "")):
            if _is_open(url):
                notes.append(
                    f"{what} is plain http ({url}): who is on the way reads secrets; set one with https in the connector's settings"
                )
        if not self.wanted.get(Purpose.CANCEL):
            notes.append("no operation cancels a job: what it costs goes on when a task is aborted")
        cancel = self.chosen.get(Purpose.CANCEL)
        if cancel and cancel.method == "DELETE" and not _speaks_of_a_stop(cancel):
            notes.append(
                f"that {cancel.text} stops a job is a guess: the document says that it deletes, and not that it stops what runs"
            )
        asked = self.found.asked_for(self.create)
        if asked and not _authentications(self.found, self.create):
            notes.append(
                f"the document asks for {asked}, which the connector cannot give: auth= in options, or a gateway in between"
            )
        if self.body and schema.kind(self.body) is Kind.OPAQUE:
            notes.append("the document does not say what is in the body of create: it goes through body_overrides")
        return tuple(notes)

    def _parameters(self, place: str, but: Sequence[Any]) -> Node:
        """The parameters of create in one place as an object; {} where there are none."""
        key = self.wanted[Purpose.CREATE].setting("key")
        some = [
            each
            for (where, name), each in self.of_create.items()
            if where == place and (where, name) not in but and not (where == "header" and name == key)
        ]
        if not some:
            return {}
        return {
            "type": "object",
            "properties": {each.name: each.schema for each in some},
            "required": [each.name for each in some if each.required],
        }


def _speaks_of_a_stop(operation: openapi.Operation) -> bool:
    said = names.lower_words(f"{operation.path} {operation.id} {operation.description[:2_000]}".replace("/", " "))
    return any(each.startswith(lexicon.CANCELS) for each in said)


def _whole(url: str) -> str:
    return url if url.startswith("http") else ""


def _is_open(url: str) -> bool:
    """Whether others can read what is sent to an address: it is plain http, and not on this machine."""
    found = urlsplit(url)
    return found.scheme == "http" and found.hostname not in ("localhost", "127.0.0.1", "::1")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _below(source: Crd, root: str) -> Node:
    return schema.properties(source.schema).get(root, {})


def _nulls(node: Node, path: Path) -> Iterator[Path]:
    """What must be in the body and may be null, in the objects that are there anyway."""
    for name in node.get(REQUIRED_NULLS, ()):
        if name in schema.properties(node):
            yield schema.field_below(path, name)
    for name in schema.required(node):
        yield from _nulls(schema.properties(node)[name], schema.field_below(path, name))


def _without(node: Node, names_: Sequence[str]) -> Node:
    """A schema without the property at ``names_``."""
    below = schema.properties(node)
    if not names_ or names_[0] not in below:
        return node
    made = {**node, "properties": dict(below)}
    if len(names_) > 1:
        made["properties"][names_[0]] = _without(below[names_[0]], names_[1:])
        return made
    del made["properties"][names_[0]]
    made["required"] = [name for name in node.get("required", ()) if name != names_[0]]
    return made


def with_members(service: Service, fields: Sequence[Any]) -> Service:
    """The service with the members of the contract that give its parameters; what no member gives is not sent."""
    by_path = {each.path.names[:2]: each.name for each in fields if each.path.names[0] in schema.PARAMETERS}

    def of(parameter: Parameter) -> Parameter:
        member = (
            "" if parameter.is_id or parameter.constant else by_path.get((parameter.place.value, parameter.name), "")
        )
        return replace(parameter, member=member)

    made = {}
    for purpose, each in service.operations.items():
        some = [of(parameter) for parameter in each.parameters]
        sent = tuple(parameter for parameter in some if parameter.is_id or parameter.member or parameter.constant)
        made[purpose] = replace(each, parameters=sent)
    return replace(service, operations=made)


def with_authentication(service: Service, wanted: str) -> Service:
    """The service with the way that an option asks for: ``bearer``, ``none``; the document's best one where it says nothing."""
    if not wanted:
        return service
    offered = [each for each in service.authentications if each.scheme.value == wanted]
    made = () if wanted == "none" else tuple(offered) or (Authentication(Scheme(wanted), wanted),)
    return replace(service, authentications=made)


# ------------------------------------------------------------------------------------------------- read's answer
def _links(source: Crd) -> tuple[Path, ...]:
    """Addresses in the answer that people open, best first."""
    found: list[tuple[int, int, Path]] = []
    for position, value in enumerate(states.told(source).values):
        words = set(names.lower_words(value.path.steps[-1].name))
        is_address = bool(words & lexicon.ADDRESSES) or value.node.get("format") in ("uri", "url")
        if value.kind is Kind.STRING and is_address and words & lexicon.PAGES_OF_SERVICES:
            found.append((len(value.path.steps), position, value.path))
    return tuple(path for _, _, path in sorted(found, key=lambda each: each[:2])[:_MOST_LINKS])


def _progress(source: Crd) -> Path | None:
    for value in states.told(source).values:
        if (
            value.kind in (Kind.INTEGER, Kind.NUMBER)
            and "".join(names.lower_words(value.path.steps[-1].name)) in lexicon.PROGRESS
        ):
            return value.path
    return None


# ------------------------------------------------------------------------------------------------------ authentication
_BEST = (Scheme.OAUTH2, Scheme.BEARER, Scheme.API_KEY, Scheme.BASIC)


def _authentications(found: Found, create: openapi.Operation) -> tuple[Authentication, ...]:
    """How one may prove who one is to create a job, best first."""
    made: dict[tuple[Scheme, str], Authentication] = {}
    for name, raw, scopes in found.securities(create):
        each = _authentication(name, raw, scopes)
        if each:
            made.setdefault((each.scheme, each.parameter), each)
    return tuple(sorted(made.values(), key=lambda each: _BEST.index(each.scheme)))


def _is_signed(name: str, raw: Mapping[str, Any]) -> bool:
    """Whether what is called a key is a signature of the whole request: nothing that could be kept as a secret."""
    said = " ".join(str(each) for each in (name, *raw.values()) if isinstance(each, str)).lower()
    return any(each in said for each in lexicon.SIGNED)


def _authentication(name: str, raw: Mapping[str, Any], scopes: tuple[str, ...]) -> Authentication | None:
    kind = raw.get("type")
    scheme = str(raw.get("scheme", "")).lower()
    if kind == "http" and scheme == "basic":
        return Authentication(Scheme.BASIC, name)
    if kind == "http" and scheme == "bearer":
        return Authentication(Scheme.BEARER, name)
    in_header = raw.get("in") in ("header", "cookie")
    if kind == "apiKey" and (_is_signed(name, raw) or (in_header and not openapi.HEADER.match(str(raw.get("name"))))):
        return None
    if kind == "apiKey" and isinstance(raw.get("name"), str) and raw.get("in") in ("header", "query", "cookie"):
        return Authentication(Scheme.API_KEY, name, _OF_PARAMETERS.get(raw["in"]), raw["name"])
    if kind == "oauth2":
        flows = raw.get("flows")
        flow = flows.get("clientCredentials") if isinstance(flows, dict) else None
        url = flow.get("tokenUrl") if isinstance(flow, dict) else None
        if isinstance(url, str):
            return Authentication(Scheme.OAUTH2, name, token_url=url, scopes=scopes)
    # Who has a person log in gives tokens, which are sent like any other.
    return Authentication(Scheme.BEARER, name) if kind in ("oauth2", "openIdConnect") else None
