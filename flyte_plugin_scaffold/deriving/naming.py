"""What a plugin is called by default: the operator's name, the task type and the repository, from the CRD."""

from __future__ import annotations

import re

from flyte_plugin_scaffold.flyte.taken_names import MOST_TASK_TYPE, taken_module, taken_task_type
from flyte_plugin_scaffold.model import Crd
from flyte_plugin_scaffold.text.names import camel
from flyte_plugin_scaffold.text.reserved import MOST_OPERATOR, MOST_SLUG, RESERVED_CLASSES

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


# Words of a document's title that say nothing of the service.
_TITLE_WORDS_WITHOUT_A_NAME = frozenset(
    """api apis rest restful http web openapi swagger spec specification schema document documentation docs service services
    server backend official public internal the a an of for v1 v2 v3""".split()
)


def service_name(title: str, server: str = "") -> str:
    """A service as people call it, from the title of its document, or from its host: ``Airflow API`` -> ``Airflow``."""
    beginning = re.split(r"\s[-+|(–—]|[:(|,]", title.strip())[0]
    words = [re.sub(r"['’]s\Z", "", word) for word in re.findall(r"[\w.'’&-]+", beginning)]
    telling = [
        word for word in words if word.lower() not in _TITLE_WORDS_WITHOUT_A_NAME and re.search(r"[A-Za-z]", word)
    ]
    if not telling:
        host = re.sub(r"^https?://|[:/].*", "", server)
        telling = [label for label in host.split(".")[:-1] if label not in ("www", "api", "localhost")][-1:]
    name = " ".join(word[:1].upper() + word[1:] if word.islower() else word for word in telling[:3])
    return name[:MOST_OPERATOR].strip() or "Service"


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
