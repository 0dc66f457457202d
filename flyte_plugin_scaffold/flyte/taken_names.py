"""Which names Flyte, flytekit and their plugins have taken."""

from __future__ import annotations

import re

from flyte_plugin_scaffold.text.reserved import (
    DEVICES,
    FOLDERS_AND_FILES,
    GO_FILE_ENDINGS,
    GO_KEYWORDS,
    GO_PREDECLARED,
    PYTHON_KEYWORDS,
)

# What the rendered Go package imports or calls by these names.
_GO_PACKAGES = frozenset(
    """context fmt encoding json strings time k8s core config flytek8s logs tasklog utils pluginsutils v1 metav1
    corev1 schema runtime scheme testing internal vendor test tests cmd gen proto plugin plugins flyte""".split()
)

_PROTO_WORDS = frozenset(
    """bool bytes double enum extend extensions fixed32 fixed64 float group import int32 int64 map message oneof option
    optional package public repeated required reserved returns rpc service sfixed32 sfixed64 sint32 sint64 stream string
    syntax to uint32 uint64 weak""".split()
)  # protoc takes them as field names; as package parts some of them stop its parser

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


# YAML and its readers take these words for something else than text.
YAML_WORDS = frozenset("null true false yes no on off y n nan inf".split())

_TASK_TYPE = re.compile(r"[a-z]([a-z0-9]|[-_](?=[a-z0-9])){0,62}")

MOST_TASK_TYPE = 40  # names of objects and containers are made of it, and Kubernetes ends these at 63 characters


def project(slug: str) -> str:
    """What images, the SDK and its library are called: the repository's name without ``flyte-`` and ``-plugin``."""
    short = module_name(re.sub(r"^flyte-|-plugins?$", "", slug))
    # The distribution is published as flytekitplugins-NAME.
    return module_name(slug) if not short[:1].isalpha() or short in PUBLISHED_MODULES else short


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
    if text in FOLDERS_AND_FILES:
        return f"Go, Kustomize or pytest has a meaning for folders or files of the name '{text}'"
    if DEVICES.fullmatch(text):
        return f"Windows has a device of the name '{text}', and no file can be called so there"
    if text in GO_PREDECLARED or text in _GO_PACKAGES:
        return f"'{text}' has a meaning in Go already"
    if text in PUBLISHED_MODULES:
        return f"flytekitplugins.{text} is published already"
    if text in FLYTE_CONFIG_SECTIONS:
        return f"Flyte's own configuration has a section '{text}'"
    return ""
