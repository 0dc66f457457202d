"""What cookiecutter.json, the hooks and the templates can call.

The model is derived in cookiecutter's own process, once for each set of answers, and kept: every file asks for it.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, MutableMapping, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

import jinja2
from jinja2 import Environment

from flyte_plugin_scaffold import model
from flyte_plugin_scaffold.asking import answers, drafting, findings, interruption, invocation, kept_answers, record
from flyte_plugin_scaffold.asking.draft import Draft, shown
from flyte_plugin_scaffold.examples import status_examples
from flyte_plugin_scaffold.flyte.versions import TEMPLATE_VERSION
from flyte_plugin_scaffold.languages import (
    contract_page,
    filters,
    golang,
    json_schema,
    kind_rows,
    mermaid,
    protobuf,
    python_code,
    python_phases,
    python_settings,
    service_page,
)
from flyte_plugin_scaffold.model import Problem
from flyte_plugin_scaffold.reading.crd import SourceError
from flyte_plugin_scaffold.text import characters, terminal
from flyte_plugin_scaffold.writing import file_names, library, machine, parts, tree

Context = MutableMapping[str, Any]

WITH_FILTERS = (
    contract_page,
    filters,
    golang,
    json_schema,
    kind_rows,
    mermaid,
    protobuf,
    python_code,
    python_phases,
    python_settings,
    service_page,
    status_examples,
)

TEMPLATE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# The folder against which a relative path is read: the user's. cookiecutter goes into the template's to render hooks.
_base = os.getcwd()
_AFTER_SLUG = answers.PROMPTS[answers.PROMPTS.index("plugin_slug") + 1]
_shown: model.Crd | None = None
_drafts: dict[tuple[object, ...], Draft] = {}
_asked: machine.Question | None = None  # while the files are rendered

_P = ParamSpec("_P")
_T = TypeVar("_T")


def _refusing(function: Callable[Concatenate[Context, _P], _T]) -> Callable[Concatenate[Context, _P], _T]:
    """Ends with a message where the CRD cannot be read, and where the derivation itself is at fault.

    cookiecutter prints a traceback for every exception but SystemExit.
    """

    @functools.wraps(function)
    def call(context: Context, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return function(context, *args, **kwargs)
        except SourceError as error:
            _refuse(context, [shown(error.prompt, str(error))])
        except Exception as error:
            if os.environ.get("FLYTE_PLUGIN_DEBUG"):
                raise
            interruption.end()
            text = (
                f"The template failed on this source or these answers ({type(error).__name__}: {error}), and nothing was "
                "written. Please report it with the source; FLYTE_PLUGIN_DEBUG=1 shows where."
            )
            characters.say("\n".join(terminal.wrapped(text, terminal.width())) + "\n")
        raise SystemExit(1)

    return call


def draft(context: Context) -> Draft:
    """The draft of a context, kept as long as the answers and the source of the CRD are the same.

    :raises SourceError: if the CRD cannot be read.
    """
    given = _given(context)
    key = _key(given)
    fresh = drafting.draft(given, _folder_of(given), _locks())
    kept = _drafts.get(key)
    same = kept is not None and kept.found is fresh.found and kept.record is fresh.record
    if kept is not None and same and kept.lock_stamp == fresh.lock_stamp:
        return kept
    if len(_drafts) > 64:
        _drafts.clear()
    _drafts[key] = fresh
    return fresh


def _given(context: Context) -> dict[str, str]:
    """The answers of a context, with those that stand in a file of cookiecutter's or cruft's and are not handed on."""
    given = answers.given(context)
    kept = _kept(tuple(sys.argv), _base)
    return kept_answers.merged(kept, given) if kept else given


@functools.lru_cache(maxsize=8)
def _kept(argv: Sequence[str], base: str) -> Mapping[str, str]:
    return kept_answers.of_call(invocation.read(argv), base, TEMPLATE)


def _folder_of(given: Mapping[str, str]) -> str:
    """The folder that a relative path among the answers starts from.

    What cruft stored is relative to the repository, and cruft can be called from anywhere.
    """
    project = invocation.read().project_dir
    inside = project and given.get("source") and os.path.exists(os.path.join(_base, project, given["source"]))
    return os.path.join(_base, project) if inside else _base


def _key(given: Mapping[str, str]) -> tuple[object, ...]:
    return (_folder_of(given), _locks(), *given.items())


def _locks() -> str:
    """The folder of the contracts' locks, where it is not beside that of the source: who renders a repository again says so."""
    return os.environ.get("FLYTE_PLUGIN_CONTRACT", "")


def _command(context: Context, refused: Collection[str] = (), no_input: bool = False) -> str:
    """The command that repeats the answers.

    Of those that are the defaults anyway only the ``refused`` ones, and those of which the user's configuration says
    otherwise.
    """
    given = _given(context)
    found = _drafts.get(_key(given))  # a source that could not be read is not tried again
    if found is not None:
        kept = {*refused, *invocation.read().configured}
        given = {name: value for name, value in given.items() if name in kept or value != found.default(name)}
    return invocation.command(given, TEMPLATE, no_input=no_input)


def _refuse(context: Context, problems: Sequence[Problem], answered: bool = False) -> None:
    """Names the problems and the command that repeats the answers.

    ``answered``: there is nothing left to ask, so that a person need not press Return at every question again.
    """
    interruption.end()
    no_input = answered and bool(invocation.read().program)
    in_file = {prompt for prompt, _ in _file_problems()}
    command = _command(context, {problem.prompt for problem in problems} - in_file, no_input)
    characters.say(findings.refusal(problems, command, terminal.width()))
    raise SystemExit(1)


def _stopped(context: Context) -> None:
    characters.say(findings.stopped(_command(context), terminal.width()))


def _asks() -> bool:
    """Whether there are prompts; without prompts, messages come when all answers are known."""
    return invocation.read().asks


def _show(found: Draft) -> None:
    global _shown
    if _shown is not found.crd:
        _shown = found.crd
        characters.say(findings.report(found, terminal.width(), _asks()))


def _call_problems(context: Context) -> list[Problem]:
    """What is wrong with the call itself: a folder that is there already, answers to prompts that do not exist."""
    problems = []
    for word in invocation.read().others:
        name, _, _ = word.partition("=")
        if not name.startswith("_"):
            problems.append(Problem(characters.short(name, 40), kept_answers.unknown(name)))
    problems += [*_replay_problems(), *(Problem(prompt, text) for prompt, text in _file_problems())]
    folder = _folder_problem(context)
    return [*problems, *([Problem("plugin_slug", folder)] if folder else [])]


def _replay_problems() -> list[Problem]:
    return kept_answers.problems_of_replay(invocation.read(), _base, TEMPLATE)


def _file_problems() -> list[tuple[str, str]]:
    """What is wrong with a file of answers that `make bake` has read: prompts and texts."""
    return json.loads(os.environ.get("FLYTE_PLUGIN_ANSWERS_PROBLEMS") or "[]")


def _folder_problem(context: Context) -> str:
    """Why the new repository's folder cannot be made; "" if it can. cookiecutter itself would say so at the end."""
    call = invocation.read()
    if call.output_dir is None:
        return ""
    slug = _given(context)["plugin_slug"]
    if answers.plugin_slug(slug):
        return ""
    # Who renders elsewhere and moves the result to its place says which names are taken there, and why.
    taken: dict[str, str] = json.loads(os.environ.get("FLYTE_PLUGIN_TAKEN") or "{}")
    if slug in taken:
        return taken[slug]
    folder = os.path.normpath(os.path.join(_base, call.output_dir, slug))
    if not os.path.exists(folder):
        return ""
    if call.overwrites and os.path.isdir(folder):
        link = tree.link_out_of(folder)
        return (
            f"{characters.escaped(link)} leads out of that folder, and would be written through: take it away"
            if link
            else ""
        )
    return (
        f"{characters.escaped(folder)} already exists: give another name, another folder with -o FOLDER, or -f, which "
        "writes over what is in it"
    )


def plugin(context: Context) -> model.Plugin:
    """The model of a rendering."""
    return draft(context).plugin


def project(context: Context) -> model.Project:
    """The repository of a rendering."""
    return draft(context).project


@jinja2.pass_context
def kind_name(context: jinja2.runtime.Context) -> str:
    """The folder of a kind: short, as it stands in the names of files."""
    return str(context.resolve("plugin")(context.resolve("cookiecutter")).names.name)


@jinja2.pass_context
def owner_name(context: jinja2.runtime.Context) -> str:
    """The organisation in names of files."""
    return str(context.resolve("project")(context.resolve("cookiecutter")).names.owner)


@jinja2.pass_context
def project_name(context: jinja2.runtime.Context) -> str:
    """The project in names of files."""
    return str(context.resolve("project")(context.resolve("cookiecutter")).names.project)


@_refusing
def show_findings(context: Context) -> str:
    """Says what was found in the CRD, once, and makes the answer ``source`` independent of the folder. Returns "".

    A CRD that cannot be read ends it here.
    """
    marks = answers.problems_in_text("source", _given(context)["source"])
    if marks:
        _refuse(context, [Problem("source", marks[0])])
    found = draft(context)
    context["source"] = found.reference
    if _asks():
        _show(found)
    return ""


@_refusing
def derived(context: Context, prompt: str) -> str:
    """The default of a prompt."""
    found = draft(context)
    if _asks() and "kind" in context:
        _show(found)  # another kind than the one that was shown
    if _asks() and prompt == _AFTER_SLUG:
        folder = _folder_problem(context)
        if folder:
            _refuse(context, [Problem("plugin_slug", folder)])
    return _kept(tuple(sys.argv), _base).get(prompt) or found.default(prompt)


@_refusing
def check_answers(context: Context) -> str:
    """Ends with all problems named if an answer cannot be used. Returns ""."""
    found = draft(context)
    _show(found)
    _check(context, [*_call_problems(context), *found.problems])
    return ""


def _check(context: Context, problems: list[Problem]) -> None:
    """From here on no answer depends on the user's folder: a file of roles becomes its text."""
    found = draft(context)
    if problems:
        order = {prompt: at for at, prompt in enumerate(answers.PROMPTS)}
        _refuse(context, sorted(problems, key=lambda each: order.get(each.prompt, -1)), answered=True)
    context["source"] = found.reference
    context["roles"] = found.recorded["roles"]
    _ = plugin(context)  # what fails must fail before anything is written


def recorded(context: Context) -> list[dict[str, str]]:
    """The answers that give this rendering again from what it holds itself; after the first, of each further kind its own."""
    return recorded_of(draft(context))


def recorded_of(first: Draft) -> list[dict[str, str]]:
    """:func:`recorded` of a draft."""
    further = [{name: each.recorded[name] for name in record.OF_A_KIND} for each in first.further]
    return [first.recorded, *further]


@_refusing
def _check_whole(context: Context) -> None:
    _check(context, [*_replay_problems(), *draft(context).problems])


class _NewFolder:
    """The name of the new repository's folder: a replay asks nothing, and its answers are checked before there is a folder."""

    def __init__(self, name: file_names.Name) -> None:
        self._name = name

    def render(self, *args: Any, **context: Any) -> str:
        _check_whole(context["cookiecutter"])
        return self._name.render(*args, **context)


class _FileName:
    """The name of a file of the template. cookiecutter writes no file of an empty one."""

    def __init__(self, name: file_names.Name, template: str) -> None:
        self._name, self._template = name, template

    def render(self, *args: Any, **context: Any) -> str:
        needed = tree.is_needed(self._template, project(context["cookiecutter"]))
        return self._name.render(*args, **context) if needed else ""


@_refusing
def _recheck(context: Context) -> str:
    global _asked
    _check_whole(context)
    if kept_answers.COPIED in context:  # a replay has the list of the release that wrote it, or what a person put there
        context[kept_answers.COPIED] = _settings()[kept_answers.COPIED]
    versions = plugin(context).versions
    go_release = versions["go"].rpartition(".")[0] if "propeller" in draft(context).project.targets else ""
    _asked = machine.Question(go_release, versions["python_min"], versions["python_below"])
    return ""


def recheck_answers(context: Context) -> str:
    """:func:`check_answers` for a context without prompts; its folder is there by now. Returns ""."""
    try:
        return _recheck(context)
    except SystemExit:
        # cookiecutter takes the folder away only after errors that it prints with a traceback.
        with contextlib.suppress(OSError):
            os.rmdir(_project(context))  # it is new and empty; one that is not stays as it is
        raise


def settle(context: Context) -> dict[str, Any]:
    """Lets the context say what the rendering says: cruft stores it when all is done. Returns names for the last hook."""
    found = draft(context)
    project = _project(context)
    # What cruft stores is relative to the repository, and has no place for the answers of another kind.
    context["source"] = record.NAME if found.further else found.recorded["source"]
    shown_in = os.environ.get("FLYTE_PLUGIN_SHOWN_IN")  # who renders elsewhere first and moves it names the real place
    if shown_in:
        project = os.path.join(_base, shown_in, os.path.basename(project))
    folder = os.path.relpath(project, _base)
    if folder.startswith(os.pardir):
        folder = min(folder, project, key=len)
    assert _asked is not None, "the first hook asks"
    return {
        "operator": found.names.operator,
        "machine": _asked.answer(),
        "folder": characters.shell_word(folder),
        "examples": " and ".join(_examples(found.names)),
        "files": _further_files(found),
        "absent": list(tree.Tree(TEMPLATE, Bound).absent(found.project)),
    }


def _further_files(found: Draft) -> list[list[Any]]:
    """The files that cookiecutter does not write: path, text, whether it is a program. The last hook writes them.

    cookiecutter renders a path once, so it has written the files of the first kind and of flytekit's SDK, and those that
    all share. Which folder it writes into is known to its hooks alone: cruft's context does not say it.
    """
    if not found.further and "flyte2" not in found.project.targets:
        return []  # most repositories: reading all templates again takes a while
    files = tree.Tree(TEMPLATE, Bound).files(found.project, recorded_of(found), further=True)
    return [[file.path, file.text, file.executable] for file in files]


def _examples(names: model.Names) -> list[str]:
    """The answers that still name the example's organisation, which does not exist."""
    nobodys = answers.organisation("")
    given = {"go_module": names.go_module, "container_registry": names.registry}
    return [f"{prompt}={value}" for prompt, value in given.items() if value.split("/")[1:2] == [nobodys]]


def _project(context: Context) -> str:
    """The folder of the new repository. cruft names no output folder in the context."""
    return os.path.join(_base, str(context.get("_output_dir") or ""), answers.clean(context["plugin_slug"]))


def template_origin() -> dict[str, str]:
    """The template's URL and the commit of its checkout; both are empty where it is a folder, whose path tells others nothing."""
    url = invocation.read().template_url
    commit = ""
    if url:
        run = subprocess.run(["git", "-C", TEMPLATE, "rev-parse", "HEAD"], capture_output=True, text=True)
        commit = run.stdout.strip() if run.returncode == 0 else ""
    return {"url": url if commit else "", "commit": commit}


class Bound:
    """One environment's view of the package."""

    def __init__(self, environment: Environment) -> None:
        self._prompting = False
        self._compile, self._compile_name = environment.from_string, file_names.compiler(environment)
        self._compile_own = functools.partial(file_names.compiled, environment)
        environment.from_string = self._from_string  # type: ignore[method-assign]
        environment.optimized = False  # what would be folded is worked out once anyway, and looking for it takes longer
        _keep_compiled(environment)
        for module in WITH_FILTERS:
            environment.filters.update(module.FILTERS)
        environment.filters["included"] = parts.included
        environment.filters["sha256"] = lambda text: hashlib.sha256(str(text).encode()).hexdigest()
        environment.globals.update(
            start_answers=self.start_answers,
            show_findings=show_findings,
            derived=derived,
            check_answers=self.check_answers,
            plugin=plugin,
            project=project,
            kind_name=kind_name,
            owner_name=owner_name,
            # They only mark names of templates.
            **{f"of_{each.value}": str for each in model.Backend},
            project_name=project_name,
            recorded=recorded,
            recheck_answers=recheck_answers,
            settle=settle,
            template_folder=TEMPLATE,
            template_version=TEMPLATE_VERSION,
            template_origin=template_origin,
        )

    def start_answers(self, context: Context) -> str:
        """From here on until the answers are checked, what is rendered are answers. Returns ""."""
        global _base
        _base = os.getcwd()
        self._prompting = True
        call = invocation.read()
        if call.program and call.asks:
            interruption.begin(lambda: _stopped(context))
        return ""

    def check_answers(self, context: Context) -> str:
        self._prompting = False
        checked = check_answers(context)
        interruption.end()
        return checked

    def _from_string(
        self, source: str, *args: Any, **kwargs: Any
    ) -> jinja2.Template | file_names.Name | _NewFolder | _FileName:
        """The environment's own, but for what are names of files: answers and hooks are left to it."""
        if self._prompting and not args and not kwargs and source in _own_defaults():
            return self._compile_own(source)
        if self._prompting or args or kwargs or not file_names.is_name(source):
            return self._compile(source, *args, **kwargs)
        name = self._compile_name(source)
        if source == tree.CONTENT:
            return _NewFolder(name)
        template = source.replace(os.sep, "/")
        return _FileName(name, template) if os.path.isfile(os.path.join(TEMPLATE, tree.CONTENT, source)) else name

    def preprocess(self, source: str, name: str | None) -> str:
        """Answers given on the command line are data: cookiecutter would run them as Jinja. So is the library's Go."""
        if library.is_verbatim(name):
            return library.as_template(source)
        if self._prompting and name is None and "{" in source and source not in _own_defaults():
            # "{" is all that begins something in Jinja; as a string of its own it begins nothing.
            return source.replace("{", "{{ '{' }}")
        return source


class _Kept(jinja2.FileSystemBytecodeCache):
    """What cannot be written is compiled again the next time."""

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def _keep_compiled(environment: Environment) -> None:
    """Keeps the compiled templates beside the package's own byte code, where Python is allowed to keep that.

    Compiling takes a third of a rendering. Jinja compiles again what has changed, by the text of the template; what a
    filter makes of a constant is in the byte code, so all is compiled again once the package has changed.
    """
    if sys.dont_write_bytecode:
        return
    options = [environment.block_start_string, environment.variable_start_string, environment.comment_start_string]
    options += map(str, (environment.trim_blocks, environment.lstrip_blocks, environment.keep_trailing_newline))
    above = os.path.dirname(importlib.util.cache_from_source(__file__))
    digest = hashlib.sha256("\n".join((jinja2.__version__, _sources(), *options)).encode())
    folder = os.path.join(above, f"templates-{digest.hexdigest()[:16]}")
    with contextlib.suppress(OSError):  # a checkout without write access
        if not os.path.isdir(folder):
            for name in os.listdir(above):
                if name.startswith("templates-"):
                    shutil.rmtree(os.path.join(above, name), ignore_errors=True)
            os.makedirs(folder)
        environment.bytecode_cache = _Kept(folder, "%s.pyc")


@functools.lru_cache(maxsize=1)
def _sources() -> str:
    """A hash over the modules that were loaded with this one."""
    digest = hashlib.sha256()
    folder = os.path.dirname(os.path.abspath(__file__))
    for path in sorted(str(file) for file in pathlib.Path(folder).rglob("*.py")):
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def _settings() -> dict[str, Any]:
    """What cookiecutter.json has: prompts with their defaults, and settings of cookiecutter's."""
    with open(os.path.join(TEMPLATE, "cookiecutter.json"), encoding="utf-8") as file:
        return dict(json.load(file))


@functools.lru_cache(maxsize=1)
def _own_defaults() -> frozenset[str]:
    return frozenset(value for value in _settings().values() if isinstance(value, str))


def bind(environment: Environment) -> Bound:
    """Gives ``environment`` the globals and filters of the templates."""
    global _base
    if os.path.realpath(os.getcwd()) != os.path.realpath(TEMPLATE):
        _base = os.getcwd()
    return Bound(environment)
