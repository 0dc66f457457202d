"""Which names are taken in Go, Python and proto. A derived default never is one of them."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable


class Taken:
    """Class names in use over the whole plugin: each is given once."""

    def __init__(self, used: Iterable[str]):
        self.used = set(used) | RESERVED_CLASSES
        self._numbers: dict[str, int] = {}  # the last one that was appended to a wish

    def take(self, *wishes: str) -> str:
        """The first of ``wishes`` that is free; the last one with a number where none is."""
        name = next((each for each in wishes if each not in self.used), "")
        while not name or name in self.used:
            self._numbers[wishes[-1]] = self._numbers.get(wishes[-1], 1) + 1
            name = f"{wishes[-1]}{self._numbers[wishes[-1]]}"
        self.used.add(name)
        return name


GO_KEYWORDS = frozenset(
    """break case chan const continue default defer else fallthrough for func go goto if import interface map package
    range return select struct switch type var""".split()
)

# Go accepts these as package names, but a file that imports the package could no longer use what they mean.
GO_PREDECLARED = frozenset(
    """any append bool byte cap clear close comparable complex complex128 complex64 copy delete error false float32
    float64 imag init int int16 int32 int64 int8 iota len main make max min new nil panic print println real recover
    rune string true uint uint16 uint32 uint64 uint8 uintptr""".split()
)


PYTHON_KEYWORDS = frozenset(keyword.kwlist) | frozenset(keyword.softkwlist)

# go build leaves a file out whose name ends in one of these for another system: plugin_<name>.go would be gone.
GO_FILE_ENDINGS = frozenset(
    """test aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1
    windows zos unix 386 amd64 amd64p32 arm arm64 arm64be armbe loong64 mips mips64 mips64le mips64p32 mips64p32le mipsle
    ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm""".split()
)


# `./...` of Go leaves out folders of the first name, so that nothing would test or lint a plugin in it; the others are files
# that stand beside those of a kind.
FOLDERS_AND_FILES = frozenset("testdata kustomization conftest".split())

# Windows keeps these names, with any ending, for devices.
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")

# A field that cannot be spelled so in Python, or that hides what a dataclass or its module needs.
RESERVED_FIELDS = frozenset(word.lower() for word in keyword.kwlist) | frozenset(
    """self cls field str int float bool bytes list dict set tuple object property settings to_flyte_idl
    pod_to_flyte_idl""".split()
)

# Classes that the Python module, the proto file or the Go package has already.
RESERVED_CLASSES = frozenset(
    """Annotated Any Callable ClassVar Dict Enum Int32 Int64 Iterable List Literal Mapping NamedTuple NumberRange Optional Path
    Sequence Set Tuple Type Union Validated Role Roles Resources ResourceSpec PodTemplate PodSpec K8sPod KeyValuePair
    Struct Value ListValue Message SerializationSettings PythonFunctionTask PythonTask Task TaskPlugins TaskConfig
    TaskType Config GetConfig SetConfig Context FlyteContext FlyteContextManager Interface Container Executable Secret
    ImageSpec Plugin Phase PhaseRule Term Status StatusField Condition Conditions GroupVersionKind Object Spec None True
    False Exception Warning""".split()
)


MOST_OPERATOR = 50  # characters of an operator's name: it stands in sentences

MOST_SLUG = 100


def identifier_problem(name: str) -> str:
    """Why ``name`` cannot be a snake_case name in Python, proto and Go; "" where it can."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        return f"'{name}' is no snake_case name: lower-case letters, digits and single underscores, a letter first"
    if name in RESERVED_FIELDS:
        return f"'{name}' has a meaning in Python already"
    return ""
