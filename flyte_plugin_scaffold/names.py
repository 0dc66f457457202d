"""Names in Go, Python, proto and Flyte: how the CRD's words are spelled there, and which names are taken.

Everything here is a pure function of strings. A derived default never is a name that the checks below refuse.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from typing import Dict, Iterable, List, Set, Tuple

from .model import Crd

# ------------------------------------------------------------------------------------------------------------ spelling
_NOT_WORD = re.compile(r"[^0-9A-Za-z]+")
_PLURAL_ACRONYM = re.compile(r"(?<![A-Z])([A-Z]{2,})s(?=$|[A-Z0-9_])")
_ACRONYM_END = re.compile(r"(?<=[A-Z])(?=[A-Z][a-z])")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# Of a name that is spelled from words: protoc refuses files with names of some thousand characters.
MOST_IDENTIFIER = 100
_MOST_JSON_NAME = 1000
# Of what is looked at for words: putting accents into their order takes its time for a text of nothing else.
_MOST_SPELLED = 1000


def words(text: str) -> List[str]:
    """The words of a name in any style, as they are spelled: ``runtimeEnvYAML`` -> ``runtime Env YAML``.

    Letters lose their accents, by the one Unicode release that every Python knows.
    """
    if not text.isascii():
        text = unicodedata.ucd_3_2_0.normalize("NFKD", text[:_MOST_SPELLED]).encode("ascii", "ignore").decode()
    text = _NOT_WORD.sub("_", text)
    text = _PLURAL_ACRONYM.sub(lambda match: match[1].capitalize() + "s", text)  # clusterIPs, GPUs
    text = _ACRONYM_END.sub("_", text)
    text = _HUMP.sub("_", text)
    return [word for word in text.split("_") if word]


def lower_words(text: str) -> List[str]:
    """The words of a name in lower case: ``endTime`` -> ``["end", "time"]``."""
    return [word.lower() for word in words(text)]


def snake(text: str) -> str:
    """``text`` in snake_case, safe as a name in Python, proto and Go: no keyword, starts with a letter."""
    name = "_".join(lower_words(text))[:MOST_IDENTIFIER].rstrip("_") or "field"
    if name[0].isdigit():
        name = "field_" + name
    return name + "_value" if name in RESERVED_FIELDS else name  # buf's linter refuses a trailing underscore


def camel(text: str) -> str:
    """``text`` in CamelCase, acronyms kept: ``headGroupSpec`` -> ``HeadGroupSpec``, ``PS`` -> ``PS``."""
    name = "".join(word[:1].upper() + word[1:] for word in words(text))[:MOST_IDENTIFIER] or "Object"
    return "X" + name if name[0].isdigit() else name


def class_name(text: str) -> str:
    """:func:`camel` as protoc-gen-go leaves it unchanged, so that one name serves proto, Python and Go.

    Words that meet can be read as another word (``A:As``, ``AAs``): a name spelled twice stays what it is.
    """
    name = ""
    again = go_camel(camel(text))
    while again != name:
        name, again = again, go_camel(camel(again))
    return name


def is_json_name(word: str) -> bool:
    """Whether a field may be called so on the wire.

    Protobuf calls the presence of an optional one ``_name`` and an extension ``[name]``, and refuses names that are long.
    """
    is_odd = not word or "\0" in word or word[0] == "_" or (word[0], word[-1]) == ("[", "]")
    return not is_odd and len(word) <= _MOST_JSON_NAME


def lower_camel(name: str) -> str:
    """A snake_case name in lowerCamelCase."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


_NO_PLURALS = frozenset(
    "alias analysis atlas aws bias canvas class dns gas gps https kubernetes nfs os process series tls".split()
)


def singular(text: str) -> str:
    """The singular of an English word at the end of ``text``, as far as its ending tells."""
    lower = text.lower()
    if not text.endswith("s") or (words(text) or [""])[-1].lower() in _NO_PLURALS or len(text) < 3:
        return text
    if lower.endswith("ies") and len(text) > 4:
        return text[:-3] + "y"
    if lower.endswith(("sses", "xes", "zzes", "shes", "tuses", "ches")) and not lower.endswith("aches"):
        return text[:-2]
    return text if lower.endswith(("ss", "us", "is")) else text[:-1]


_SPELLED_WITH_A_VOWEL = "AEFHILMNORSX"  # an MPIJob, an XGBoostJob
_VOWEL = re.compile(r"(?!eu|one|once|uni(?!n)|us[aeu]|ut[ei])[aeiou]")


def with_article(name: str, capital: bool = False) -> str:
    """``name`` after its article: ``an Experiment``; with ``capital`` as a sentence begins."""
    first = (words(name) or [name])[0]
    is_spelled = len(first) > 1 and first.isupper()
    is_an = first[0] in _SPELLED_WITH_A_VOWEL if is_spelled else bool(_VOWEL.match(first.lower()))
    article = "an" if is_an else "a"
    return f"{article.capitalize() if capital else article} {name}"


def go_camel(text: str) -> str:
    """A proto name as protoc-gen-go spells it (its GoCamelCase, rule by rule)."""
    out: List[str] = []
    index = 0
    while index < len(text):
        char = text[index]
        following = text[index + 1] if index + 1 < len(text) else ""
        if char == "." and _is_lower(following):
            pass
        elif char == ".":
            out.append("_")
        elif char == "_" and (index == 0 or text[index - 1] == "."):
            out.append("X")
        elif char == "_" and _is_lower(following):
            pass
        elif char.isascii() and char.isdigit():
            out.append(char)
        else:
            out.append(char.upper() if _is_lower(char) else char)
            while index + 1 < len(text) and _is_lower(text[index + 1]):
                index += 1
                out.append(text[index])
        index += 1
    return "".join(out)


def _is_lower(char: str) -> bool:
    return "a" <= char <= "z" and len(char) == 1


def go_field_names(fields: Iterable[Tuple[str, bool]]) -> List[str]:
    """Go's names of one proto message's fields, in order; each comes with whether it is ``optional``.

    protoc-gen-go appends ``_`` where a name would meet a generated method, another field's getter, or the wrapper of
    an optional field.
    """
    used: Dict[str, bool] = dict.fromkeys(_GO_MESSAGE_METHODS, True)

    def unique(name: str, has_getter: bool) -> str:
        while used.get(name) or (has_getter and used.get("Get" + name)):
            name += "_"
        used[name] = True
        used["Get" + name] = has_getter
        return name

    found = []
    for name, optional in fields:
        found.append(unique(go_camel(name), True))
        if optional:
            unique(go_camel("_" + name), False)
    return found


def go_exported(json_name: str, used: Set[str]) -> str:
    """An exported Go identifier for a hand-spelled struct's field; ``used`` holds its siblings' and grows."""
    name = camel(json_name)
    while name in used:
        name += "_"
    used.add(name)
    return name


def unique(name: str, used: Iterable[str], separator: str = "_") -> str:
    """``name``, or ``name_2``, ``name_3`` ... where it is used already."""
    used = used if isinstance(used, (set, frozenset)) else set(used)
    if name not in used:
        return name
    number = 2
    while f"{name}{separator}{number}" in used:
        number += 1
    return f"{name}{separator}{number}"


class Taken:
    """Class names in use over the whole plugin: each is given once."""

    def __init__(self, used: Iterable[str]):
        self.used = set(used) | RESERVED_CLASSES
        self._numbers: Dict[str, int] = {}  # the last one that was appended to a wish

    def take(self, *wishes: str) -> str:
        """The first of ``wishes`` that is free; the last one with a number where none is."""
        name = next((each for each in wishes if each not in self.used), "")
        while not name or name in self.used:
            self._numbers[wishes[-1]] = self._numbers.get(wishes[-1], 1) + 1
            name = f"{wishes[-1]}{self._numbers[wishes[-1]]}"
        self.used.add(name)
        return name


def clash_key(name: str) -> str:
    """Two proto fields whose keys are equal cannot stand in one message: their default JSON names are the same."""
    return name.replace("_", "").lower()


# ------------------------------------------------------------------------------------------------------------ reserved
_GO_MESSAGE_METHODS = (
    "Reset String ProtoMessage Marshal Unmarshal ExtensionRangeArray ExtensionMap Descriptor".split()
)  # protoc-gen-go's own list
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
# What the rendered Go package imports or calls by these names.
_GO_PACKAGES = frozenset(
    """context fmt encoding json strings time k8s core config flytek8s logs tasklog utils pluginsutils v1 metav1
    corev1 schema runtime scheme testing internal vendor test tests cmd gen proto plugin plugins flyte""".split()
)
PYTHON_KEYWORDS = frozenset(keyword.kwlist) | frozenset(keyword.softkwlist)
# go build leaves a file out whose name ends in one of these for another system: plugin_<name>.go would be gone.
GO_FILE_ENDINGS = frozenset(
    """test aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1
    windows zos unix 386 amd64 amd64p32 arm arm64 arm64be armbe loong64 mips mips64 mips64le mips64p32 mips64p32le mipsle
    ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm""".split()
)
_PROTO_WORDS = frozenset(
    """bool bytes double enum extend extensions fixed32 fixed64 float group import int32 int64 map message oneof option
    optional package public repeated required reserved returns rpc service sfixed32 sfixed64 sint32 sint64 stream string
    syntax to uint32 uint64 weak""".split()
)  # protoc takes them as field names; as package parts some of them stop its parser
SPEC_OVERRIDES = "spec_overrides"  # the field that every config has
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

FLYTE_TASK_TYPES = {
    **dict.fromkeys(
        """container python-task raw-container sidecar pod container_array spark ray dask pytorch mpi tensorflow echo
        aws-batch presto hive athena bigquery snowflake databricks agent-service connector-service k8s-array""".split(),
        "one of Flyte's own backend plugins",
    ),
    **dict.fromkeys(
        """airflow bigquery_query_job_task boto chatgpt dataservicetask dbt-freshness dbt-run dbt-test duckdb
        dynamic eager_failure_handler_task great_expectations lepton_endpoint_deletion_task
        lepton_endpoint_deployment_task memray mmcloud_task openai-batch perian_task sagemaker-endpoint sensor slurm
        slurm_fn sql_task sqlalchemy sqlite workflow task launchplan branch gate array""".split(),
        "used by flytekit",
    ),
}
FLYTE_CONFIG_SECTIONS = frozenset(
    """agent-service athena aws bigquery catalogcache connector-service dask databricks echo k8s k8s-array kf-operator
    logs qubole presto ray sagemaker snowflake spark container_array kubernetes-operator sidecar container""".split()
)
PUBLISHED_MODULES = frozenset(
    """airflow async_fsspec athena awsbatch awssagemaker awssagemaker_inference bacalhau bigquery chatgpt comet_ml dask
    dbt deck deck_standard dgxc_lepton dolt duckdb envd flyin flyteinteractive fsspec geopandas great_expectations hive
    huggingface identity_aware_proxy inference k8sdataservice kfmpi kfpytorch kftensorflow memray mlflow mmcloud modin
    neptune omegaconf onnxpytorch onnxscikitlearn onnxtensorflow openai optuna pandera papermill perian perian_job pod
    polars ray sagemaker slurm snowflake spark sqlalchemy vaex wandb whylogs zenml""".split()
)

# Kinds whose Go types Flyte's own plugins register, by (group, version); flyte v1.16.
IN_TREE_KINDS = {
    ("ray.io", "v1"): frozenset(("RayCluster", "RayJob", "RayService")),
    ("kubeflow.org", "v1"): frozenset(("MPIJob", "MXJob", "PaddleJob", "PyTorchJob", "TFJob", "XGBoostJob")),
    ("kubernetes.dask.org", "v1"): frozenset(("DaskAutoscaler", "DaskCluster", "DaskJob", "DaskWorkerGroup")),
    ("sparkoperator.k8s.io", "v1beta2"): frozenset(("ScheduledSparkApplication", "SparkApplication")),
}


def in_tree(group: str, version: str, kind: str) -> bool:
    """Whether Flyte's own plugins register a Go type for this kind: a second one would panic at start."""
    return kind in IN_TREE_KINDS.get((group, version), ())


# ----------------------------------------------------------------------------------------------------- plugin's names
# YAML and its readers take these words for something else than text.
YAML_WORDS = frozenset("null true false yes no on off y n nan inf".split())
_TASK_TYPE = re.compile(r"[a-z]([a-z0-9]|[-_](?=[a-z0-9])){0,62}")
MOST_OPERATOR = 50  # characters of an operator's name: it stands in sentences
MOST_SLUG = 100
MOST_TASK_TYPE = 40  # names of objects and containers are made of it, and Kubernetes ends these at 63 characters
_KINDS_WITHOUT_A_NAME = frozenset(
    """Application Backup Build Check Command Cluster Container CronJob Deployment Execution Experiment Export Function
    Import Instance Job Migration Model Node Object Operation Pipeline PipelineRun Plan Pod Process Query Queue
    Request Restore Run Scan Schedule Script Service Session Snapshot Step Suite Task TaskRun Test TestRun Training
    TrainJob Trial Upgrade Work Workflow WorkflowRun Workload Sync Evaluation Benchmark""".split()
)
_GROUP_WORDS_WITHOUT_A_NAME = frozenset(
    """api apps app aws azure amazonaws apache batch cloud cluster cncf co com core crd crds data default dev edu eu
    example examples gcp github gitlab google googleapis gov io job jobs k8s kubernetes k8 local ml net operator operators org
    oss project sh sig sigs tech training www x x-k8s xyz ai run services workload workloads scheduling infra platform
    test testing internal""".split()
)


_TOP_LEVELS = frozenset("ai com dev io k8s net org sh x-k8s xyz".split())


def operator_name(crd: Crd) -> str:
    """The operator as people call it, from the CRD's group: ``kubernetes.dask.org`` -> ``Dask``."""
    labels = crd.group.lower().split(".")
    telling = [label for label in labels[:-1] if label not in _GROUP_WORDS_WITHOUT_A_NAME]
    named = [label for label in labels if label not in _TOP_LEVELS]
    word = (telling or named[-1:] or labels)[-1]
    for ending in ("-operator", "operator", "-controller", "-project", "proj"):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            word = word[: -len(ending)]
            break
    name = " ".join(part[:1].upper() + part[1:] for part in re.split(r"[^a-z0-9]+", word) if part)
    return name[:MOST_OPERATOR].strip() or "Operator"


def kind_stem(crd: Crd, operator: str = "") -> str:
    """The kind, prefixed with the operator's word where the kind alone names nothing: ``Job`` -> ``VolcanoJob``."""
    kind = camel(crd.kind)
    prefix = camel(operator or operator_name(crd))
    if (kind in _KINDS_WITHOUT_A_NAME or _is_taken(kind)) and not kind.lower().startswith(prefix.lower()):
        kind = prefix + kind
    while _is_taken(kind):  # no name that is taken ends so, so that this ends
        kind += "Plugin"
    return kind


def _is_taken(stem: str) -> bool:
    """Whether classes, a task type or modules of this name mean something already. Its length is not looked at."""
    task_type_ = stem.lower()[:MOST_TASK_TYPE]
    return stem in RESERVED_CLASSES or bool(taken_task_type(task_type_) or taken_module(task_type_))


def task_type(crd: Crd, operator: str = "") -> str:
    """The default task type and plugin id: the kind's name in lower case."""
    return kind_stem(crd, operator).lower()[:MOST_TASK_TYPE]


def slug(crd: Crd, operator: str = "") -> str:
    """The default name of the repository and its folder."""
    ends = ("flyte-", "-plugin")
    return ends[0] + kind_stem(crd, operator).lower()[: MOST_SLUG - sum(map(len, ends))] + ends[1]


def taken_task_type(text: str) -> str:
    """Why ``text`` cannot be a task type, plugin id and configuration section; "" where it can."""
    if not _TASK_TYPE.fullmatch(text):
        return (
            f"'{text}' is no task type: it starts with a lower-case letter, goes on with lower-case letters, digits, "
            "single '-' or '_', and has at most 63 characters"
        )
    if text in YAML_WORDS:
        return f"'{text}' is no text in YAML"
    if text in FLYTE_TASK_TYPES:
        return f"the task type '{text}' is {FLYTE_TASK_TYPES[text]}"
    if text in FLYTE_CONFIG_SECTIONS:
        return f"Flyte's own configuration has a section '{text}'"
    return ""


def module_name(text: str) -> str:
    """The Go package, Python module and configuration section of a task type: letters and digits alone."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def taken_module(text: str) -> str:
    """Why ``text`` (a :func:`module_name`) cannot name the Go package and the Python module; "" where it can."""
    if not re.fullmatch(r"[a-z][a-z0-9]*", text):
        return f"'{text}' is no Go package name: lower-case letters and digits, a letter first"
    if text in GO_KEYWORDS or text in PYTHON_KEYWORDS or text in _PROTO_WORDS:
        return f"'{text}' is a keyword of Go, Python or proto"
    if text in GO_FILE_ENDINGS:
        return f"Go leaves out files whose names end in '{text}' on other systems, or outside tests"
    if text in GO_PREDECLARED or text in _GO_PACKAGES:
        return f"'{text}' has a meaning in Go already"
    if text in PUBLISHED_MODULES:
        return f"flytekitplugins.{text} is published already"
    if text in FLYTE_CONFIG_SECTIONS:
        return f"Flyte's own configuration has a section '{text}'"
    return ""


def identifier_problem(name: str) -> str:
    """Why ``name`` cannot be a snake_case name in Python, proto and Go; "" where it can."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        return f"'{name}' is no snake_case name: lower-case letters, digits and single underscores, a letter first"
    if name in RESERVED_FIELDS:
        return f"'{name}' has a meaning in Python already"
    return ""
