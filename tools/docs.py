"""`make docs`: cuts the tables of README.md and docs/ from the sources, so that they cannot drift apart.

A cut stands between `<!-- cut: NAME -->` and `<!-- end -->`; in a page of the template between `{#- cut: NAME #}` and
`{#- end #}`, which are comments of Jinja. With --check nothing is written, and the exit status is 1 where a page is stale.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from flyte_plugin_scaffold.asking import answers  # noqa: E402
from flyte_plugin_scaffold.asking.drafting import check, draft  # noqa: E402
from flyte_plugin_scaffold.flyte import targets as targets_table  # noqa: E402
from flyte_plugin_scaffold.flyte import versions  # noqa: E402
from flyte_plugin_scaffold.reading import crd  # noqa: E402  (the path above makes it importable)
from flyte_plugin_scaffold.writing import parts as parts_table  # noqa: E402
from tests import test_refusals  # noqa: E402
from tests.backend import (  # noqa: E402
    flyte2_faults,
    service_faults,
    test_connector,
    test_doctor,
    test_faults,
    test_register,
    test_service,
    test_service_flyte2,
)
from tests.contract import kit  # noqa: E402
from tests.support import bakes, connector  # noqa: E402
from tests.support import crd_refusals as crd_refusals_table  # noqa: E402
from tests.support import openapi_refusals as openapi_refusals_table  # noqa: E402
from tools import rooms  # noqa: E402

PAGES = (
    "README.md",
    "AGENTS.md",
    "docs/architecture.md",
    "docs/contract.md",
    "docs/derivation.md",
    "docs/errors.md",
    "docs/faults.md",
    "docs/matrix.md",
    "docs/parts.md",
    "{{cookiecutter.plugin_slug}}/connector/{{ of_service() }}README.md",
    "{{cookiecutter.plugin_slug}}/docs/{{ of_operator() }}{{ kind_name() }}.md",
)
CUT = re.compile(r"((?:<!--|\{#-) cut: ([\w-]+) (?:-->|#\})\n).*?((?:<!--|\{#-) end (?:-->|#\}))", re.S)


def prompts() -> Iterator[str]:
    """The questions, with the answers that are derived for the example."""
    template = json.loads((ROOT / "cookiecutter.json").read_text())
    example = draft({"source": "example"}, str(ROOT))
    yield "| prompt | derived for the example | meaning |"
    yield "|---|---|---|"
    for name, text in template["__prompts__"].items():
        default = example.default(name) if template[name].startswith("{{") else template[name]
        if name == "options":
            text = text.splitlines()[0]  # the next table has its keys
        yield f"| `{name}` | {_code(default) if default else ''} | {_markdown(text)} |"


def _code(text: str) -> str:
    return "`" + " ".join(str(text).split()).replace("|", "\\|") + "`"


def _markdown(text: str) -> str:
    """rich's markup as Markdown: commands and values in code, the rest plain."""
    text = re.sub(r"\[cyan\](.*?)\[/\]", lambda match: _code(match[1]), text)
    plain = re.sub(r"\[/?\w*\]", "", text).replace("|", "\\|")
    return "<br>".join(" ".join(line.split()) for line in plain.splitlines())


def options() -> Iterator[str]:
    """The keys of the last prompt."""
    yield "| option | what it is |"
    yield "|---|---|"
    for name, (text, _) in answers.OPTIONS.items():
        yield f"| `{name}` | {_plain(text)} |"


def make_targets() -> Iterator[str]:
    """The Makefile's own help, as a table."""
    yield "| command | what it does |"
    yield "|---|---|"
    for target, text in re.findall(r"^([a-z-]+):.*?## (.+)$", (ROOT / "Makefile").read_text(), re.M):
        yield f"| `make {target}` | {text} |"


def flyte_versions() -> Iterator[str]:
    """The supported releases and what they bring."""
    yield "| Flyte | Go | flytekit | Python of the SDK | Kubernetes libraries |"
    yield "|---|---|---|---|---|"
    for name, each in versions.FLYTE_VERSIONS.items():
        python = f"{each['python_min']} to below {each['python_below']}"
        yield f"| {name} | {each['go']} | {each['flytekit']} | {python} | {each['k8s']} |"


def modules() -> Iterator[str]:
    """Every module of the package, with the first sentence of its docstring."""
    yield "| module | what it is for |"
    yield "|---|---|"
    known = rooms.modules()
    inside = [f"{room}.{name}" for room in rooms.ROOMS for name in _inside(known, room)]
    for file in (known[name] for name in ("extension", "bindings", *inside)):
        paragraph = (ast.get_docstring(ast.parse(file.read_text())) or "").split("\n\n")[0]
        text = re.sub(r":\w+:`([^`]*)`", r"`\1`", " ".join(paragraph.split())).replace("``", "`").replace("|", "\\|")
        yield f"| `{file.relative_to(rooms.PACKAGE).as_posix()}` | {text} |"


def _inside(known: Mapping[str, Path], room: str) -> list[str]:
    return [name.partition(".")[2] for name in known if name.startswith(f"{room}.")]


def room_table() -> Iterator[str]:
    """Every room of the package from the bottom to the top, what it is for, and which others it uses."""
    yield "| room | what it is for | uses |"
    yield "|---|---|---|"
    for room, used in rooms.arrows().items():
        text = (ast.get_docstring(ast.parse((rooms.PACKAGE / room / "__init__.py").read_text())) or "").split("\n\n")[0]
        text = " ".join(text.split())
        yield f"| `{room}/` | {text} | {', '.join(f'`{each}`' for each in rooms.ROOMS if each in used)} |"


def parts() -> Iterator[str]:
    """Every row of the table of parts."""
    yield "| part | files | one for each | owner | where |"
    yield "|---|---|---|---|---|"
    for part, rows in parts_table.PARTS.items():
        needed = parts_table.targets_of(part)
        whole = {backend for backend, targets in parts_table.NEEDED.items() if needed[backend] == {*targets}}
        targets = [f"every {backend.value}" for backend in parts_table.NEEDED if backend in whole]
        targets += [
            f"{backend.value}: target `{each}`"
            for backend in parts_table.NEEDED
            for each in parts_table.NEEDED[backend]
            if each in needed[backend] and backend not in whole
        ]
        if whole == {*parts_table.NEEDED}:
            targets = []
        for row in rows:
            where = "; ".join(
                each for each in (" or ".join(targets), row.when, row.into and f"in the {row.into}") if each
            )
            yield f"| {part} | `{row.pattern}` | {row.scope.value} | {row.owner.value} | {where or 'always'} |"


def settings() -> Iterator[str]:
    """The settings of a plugin's section: the Go library's flags, with the defaults that it registers.

    Those of `logs` are Flyte's own, and one row. Those that a connector refuses are in a repository with the Go plugin only.
    """
    refused = (
        (connector.PACKAGE / "_operator/settings.py")
        .read_text()
        .partition("\n_OF_PROPELLER = {")[2]
        .partition("\n}")[0]
    )
    of_propeller = re.findall(r'^    "([\w.-]+)":', refused, re.M)
    assert of_propeller, "the connector's settings name in another way what they refuse"
    source = (ROOT / "{{cookiecutter.plugin_slug}}/internal/operator/config.go").read_text()
    registered = source.partition("MustRegisterSubSection(")[2].partition("\n}")[0]
    flags = [
        re.search(r'"([\w.-]+)", c\.[\w.]*?(\w+), "(.*)"\)$', line)
        for line in source.partition(") GetPFlagSet(")[2].splitlines()
        if ", c." in line
    ]
    yield "| Setting | Default | What it is for |"
    yield "|---|---|---|"
    yield "| `logs` | `plugins.logs` | Log links of this plugin's tasks, with the same settings as `plugins.logs`, which it replaces. |"
    for flag in flags:
        assert flag, "a flag is declared in another way"
        name, field, usage = flag.groups()
        if not name.startswith("logs."):
            text = re.sub(r"\w+_\w+|(?<!\w)\.\w[\w.[\]]*[\w\]]", r"`\g<0>`", usage)
            default = _default_of(field, registered) or ("`false`" if "boolean(" in flag.string else "")
            row = f"| `{name}` | {default} | {text} |"
            yield from ["{% if go %}", row, "{% endif %}"] if name in of_propeller else [row]


def _default_of(field: str, registered: str) -> str:
    """What a field of the Go configuration is by default, as Markdown with Jinja: "" for nothing."""
    found = re.search(rf"\b{field}:\s+(?:config\.Duration{{Duration: )?([^,}}\n]+)", registered)
    value = found[1] if found else ""
    if time := re.fullmatch(r"(\d+) \* time\.(Second|Minute)", value):
        return f"`{time[1]}{time[2][0].lower()}`"
    if re.fullmatch(r"true|\d+", value):
        return f"`{value}`"
    return {
        "": "",
        "[]string{Any": '`["*"]`',
        "stuckTimeout": "`{{ p | go_stuck_timeout }}`",
        "kind.ServiceAccount": "{{ p.options['service_account'] | markdown_code if 'service_account' in p.options }}",
    }[value]


def lexicon() -> Iterator[str]:
    """Every word list of the derivation, under its comment or name."""
    source = (ROOT / "flyte_plugin_scaffold/text/lexicon.py").read_text()
    lines = source.splitlines()
    values: dict[str, object] = {}
    exec(compile(source, "lexicon.py", "exec"), values)  # the module has nothing but constants
    yield "| list | words |"
    yield "|---|---|"
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            above = lines[node.lineno - 2].strip()
            comment = above.lstrip("# ") if above.startswith("# ") and "---" not in above else ""
            yield f"| `{name}`{': ' + comment if comment else ''} | {_words(values[name])} |"


def _words(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_words(each)}" for key, each in value.items())
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=lambda word: (word.lower(), word))
    return " ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def crd_refusals() -> Iterator[str]:
    """What is said to each of the broken CRDs of the tests."""
    yield "| in the file | the message |"
    yield "|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder).resolve() / "crd.yaml"
        for row in crd_refusals_table.REFUSALS:
            content = row.content
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
            try:
                crd.load(str(file))
            except crd.SourceError as error:
                yield f"| {row.id.replace('-', ' ')} | {_plain(str(error).replace(str(file), 'crd.yaml'))} |"


def openapi_refusals() -> Iterator[str]:
    """What is said of each of the OpenAPI documents of the tests that cannot be used."""
    yield "| the document | the message |"
    yield "|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder).resolve() / "openapi.json"
        for name, (value, _) in openapi_refusals_table.REFUSED.items():
            file.write_text(json.dumps(value))
            for problem in check({"source": str(file)}):
                yield f"| {name} | {_plain(problem.text.replace(str(file), 'openapi.json'))} |"


def answer_refusals() -> Iterator[str]:
    """What is said to each of the wrong answers of the tests."""
    yield "| answer | the message |"
    yield "|---|---|"
    for given, _ in test_refusals.REFUSED.values():
        if "source" in given:
            continue  # the table above has these
        for problem in check({"source": "example", **given}, str(ROOT)):
            (name, value), *_ = given.items()
            yield f"| {_code(f'{name}={value}')} | {_plain(problem.text)} |"


def targets() -> Iterator[str]:
    """What each of them has."""
    yield from targets_table.table()


def contract() -> Iterator[str]:
    """Every invariant of the contract kit, and which plugin holds to it."""
    known = kit.known()
    yield f"| invariant | {' | '.join(known)} |"
    yield "|---" * (1 + len(known)) + "|"
    for name in kit.invariants():
        cells = ["no" if name in each["fails"] else "" if name in each["skips"] else "yes" for each in known.values()]
        yield f"| {name} | {' | '.join(cells)} |"


def contract_reasons() -> Iterator[str]:
    """Why a plugin does not hold to an invariant, or cannot be asked."""
    yield "| plugin | invariant | |"
    yield "|---|---|---|"
    for plugin, known in kit.known().items():
        for word, reasons in (("no", known["fails"]), ("not asked", known["skips"])):
            for name, reason in reasons.items():
                yield f"| {plugin} | {name} | {word}: {reason} |"


def faults() -> Iterator[str]:
    """Every scenario of the real back end in which something goes wrong."""
    yield "| what goes wrong | how it ends | tried with |"
    yield "|---|---|---|"
    for _, fault, end, kinds in _faults(test_faults):
        yield f"| {fault} | {end} | {', '.join(kinds)} |"


def connector_faults() -> Iterator[str]:
    """Every scenario of a connector on the real back end in which something goes wrong, and what was seen of it with that of Flyte 2."""
    yield "| what goes wrong | how it ends | with the connector of Flyte 2 |"
    yield "|---|---|---|"
    for test, fault, end, _ in _faults(test_connector):
        seen, *_ = flyte2_faults.SEEN.get(test, ("not tested",))
        yield f"| {fault} | {end} | {seen} |"


def services() -> Iterator[str]:
    """Every scenario in which a remote service goes wrong, or is aborted, and with which connectors it was seen."""
    both = "both"
    yield "| what goes wrong | how it ends | seen with |"
    yield "|---|---|---|"
    for row in service_faults.ROWS.values():
        yield f"| {row.goes_wrong} | {row.ends} | {both} |"
    for test, fault, end, _ in _faults(test_service):
        yield f"| {fault} | {end} | {both if hasattr(test_service_flyte2, test) else 'that of Flyte 1'} |"


def of_service() -> Iterator[str]:
    """The same without what was seen, for the pages of a rendering."""
    yield "| What goes wrong | How it ends |"
    yield "|---|---|"
    for row in service_faults.ROWS.values():
        yield f"| {row.goes_wrong} | {row.ends} |"
    for _, fault, end, _ in _faults(test_service):
        yield f"| {fault} | {end} |"


def cluster() -> Iterator[str]:
    """Every scenario of `make envtest`, under its comment."""
    source = (ROOT / "{{cookiecutter.plugin_slug}}/internal/plugintest/scenarios.go").read_text()
    yield "| on the cluster | how it ends |"
    yield "|---|---|"
    for comment, name in re.findall(r'((?:^\t// .+\n)*)^\t\{"(.+?)", ', source, re.M):
        assert comment, f"{name}: there is no comment on how it ends"
        yield f"| {name} | {' '.join(comment.replace('//', '').split()).rstrip('.')} |"


def said_of(module: ModuleType) -> Iterator[str]:
    """Every fault that was planted for a command of a rendering, and what is said of it."""
    yield "| what is wrong | what is said |"
    yield "|---|---|"
    for _, fault, end, _ in _faults(module):
        yield f"| {fault} | {end} |"


def _faults(module: ModuleType) -> Iterator[tuple[str, str, str, Sequence[str]]]:
    """(name, fault, end, kinds) of each test whose docstring has a paragraph for both.

    Of a test with a table of faults and of what is expected, the docstring is the beginning of each fault.
    """
    for each in vars(module).values():
        for test in vars(each).values() if inspect.isclass(each) else [each]:
            if not getattr(test, "__name__", "").startswith("test_"):
                continue
            marks = {mark.args[0]: mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"}
            kinds = marks["plugin_kind"].args[1] if "plugin_kind" in marks else ["example"]
            fault, *ends = (" ".join(part.split()).rstrip(".") for part in (test.__doc__ or "").split("\n\n"))
            for end in ends:
                yield test.__name__, fault, end, kinds
            if ("change", "expected") in marks:
                for name, (_, expected) in marks["change", "expected"].kwargs["ids"].items():
                    level, *words = expected
                    yield test.__name__, f"{fault} {name}", f"{level}: {_plain(' ... '.join(words))}", kinds


def _plain(text: str) -> str:
    """Text in a table's cell: a message may hold anything."""
    return re.sub(r"([\\`*_<>|{}\[\]])", r"\\\1", " ".join(text.split()))


CUTS: dict[str, Callable[[], Iterator[str]]] = {
    "prompts": prompts,
    "options": options,
    "make-targets": make_targets,
    "flyte-versions": flyte_versions,
    "modules": modules,
    "rooms": room_table,
    "lexicon": lexicon,
    "parts": parts,
    "settings": settings,
    "targets": targets,
    "matrix": bakes.matrix,
    "bakes": bakes.rows,
    "crd-refusals": crd_refusals,
    "openapi-refusals": openapi_refusals,
    "answer-refusals": answer_refusals,
    "contract": contract,
    "contract-reasons": contract_reasons,
    "faults": faults,
    "connector-faults": connector_faults,
    "service-faults": services,
    "of-service": of_service,
    "cluster": cluster,
    "doctor": partial(said_of, test_doctor),
    "register": partial(said_of, test_register),
}


def fresh(page: str, cuts: dict[str, Callable[[], Iterator[str]]] = CUTS) -> str:
    """``page`` with ``cuts`` made anew; others, which another command makes, are left as they are."""

    def one(match: re.Match[str]) -> str:
        return match[1] + "\n".join(cuts[match[2]]()) + "\n" + match[3] if match[2] in cuts else match[0]

    return CUT.sub(one, page)


def main() -> None:
    stale = []
    for name in PAGES:
        page = (ROOT / name).read_text()
        if fresh(page) != page:
            stale.append(name)
            if "--check" not in sys.argv:
                (ROOT / name).write_text(fresh(page))
    if "--check" in sys.argv and stale:
        sys.exit(f"Stale: {', '.join(stale)}. Run `make docs`.")
    print(f"Written: {', '.join(stale)}" if stale else "All pages are up to date.")


if __name__ == "__main__":
    main()
