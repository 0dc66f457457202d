"""The draft of a plugin of the SDK alone: its form, and its settings."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache

from flyte_plugin_scaffold import model
from flyte_plugin_scaffold.asking import answers
from flyte_plugin_scaffold.asking.analysis import Analysis
from flyte_plugin_scaffold.asking.draft import Draft
from flyte_plugin_scaffold.building import settings
from flyte_plugin_scaffold.deriving import fields
from flyte_plugin_scaffold.flyte import versions
from flyte_plugin_scaffold.model import Form
from flyte_plugin_scaffold.reading import json_schema, schema
from flyte_plugin_scaffold.text import names
from flyte_plugin_scaffold.text.nearest import did_you_mean

_FORMS = tuple(form.value for form in Form)
# What a plugin without a title is called.
_NAMES = {Form.DECORATOR: "Platform", Form.EXECUTOR: "Service Call", Form.NOTEBOOK: "Notebook Run"}
# Answers about what such a plugin does not have, and what that is.
_WITHOUT = {
    "roles": "resource with pods",
    "operations": "remote service",
    "status_path": "status of a resource",
    "phases": "status of a resource",
}


@lru_cache(maxsize=32)
def analysis(found: json_schema.Settings, kind: str) -> Analysis:
    """The analysis of the settings, which are read as the spec of a CR is."""
    return Analysis(
        model.Crd(
            group="",
            version="",
            kind=kind,
            plural="",
            singular="",
            status_subresource=False,
            schema=found.schema,
            text="",
        )
    )


class SdkDraft(Draft):
    """The answers of a plugin without a backend."""

    backend = model.Backend.NONE
    found: json_schema.Settings
    _lock_folder = None  # settings are in no contract

    @cached_property
    def form(self) -> Form:
        """The answered one; the first one where there is none of that name."""
        answer = self.answer("kind")
        return Form(answer) if answer in _FORMS else Form.DECORATOR

    @property
    def kind_problem(self) -> str:
        answer = self.answer("kind")
        if answer in _FORMS:
            return ""
        cure = did_you_mean(answer, _FORMS) or f": there are {', '.join(_FORMS)}"
        return f"{answers.shown(answer)} is no plugin for the SDK alone{cure}"

    @property
    def analysis(self) -> Analysis:
        name = self._usable("operator_name")
        return analysis(self.found, names.camel(name) or "Plugin")

    # --------------------------------------------------------------------------------------------------------- defaults
    def _default_kind(self) -> str:
        return Form.DECORATOR.value

    def _default_operator_name(self) -> str:
        title = self.found.title
        if title and not answers.problems_in_text("operator_name", title) and not answers.operator_name(title):
            return title
        return _NAMES[self.form]

    def _default_status_path(self) -> str:
        return answers.NONE

    def _default_phases(self) -> str:
        return answers.NONE

    def _default_fields(self) -> str:
        return fields.text(self._every)

    @property
    def _every(self) -> tuple[model.Path, ...]:
        """The paths of all settings that can have a value."""
        spec = schema.lookup(self.crd.schema, schema.path_of("spec"))
        return tuple(
            schema.path_of("spec", name)
            for name, node in schema.properties(spec).items()
            if schema.kind(node) is not schema.Kind.NOTHING
        )

    # ----------------------------------------------------------------------------------------------------------- checks
    def _backend_problems(self, found: dict[str, list[str]]) -> None:
        for prompt, what in _WITHOUT.items():
            if not found[prompt] and not answers.is_none(self.answer(prompt)):
                found[prompt].append(f"does not go with a plugin for the SDK alone, which has no {what}: give none")
        if not found["options"] and not answers.is_none(self.answer("options")):
            found["options"].append("does not go with a plugin for the SDK alone, which has no backend: leave it empty")
        if self.further:
            found["source"].append("a plugin for the SDK alone has a repository of its own: render one for each")

    def _crd_problems(self, found: dict[str, list[str]], legible: set[str]) -> None:
        if "fields" in legible:
            answer = self.fields[0]
            paths = [*(answer.paths or ()), *answer.add, *answer.drop]
            problems = [*self._dropped_in_vain, *self.built_fields.problems]
            found["fields"] += [text.replace("the CRD has", "the schema has") for text in self._nearly(problems, paths)]
        found["source"] += settings.problems(self.crd, self.built_fields.fields)

    @property
    def needed(self) -> str:
        return ""

    @property
    def guesses(self) -> tuple[str, ...]:
        return ()

    # ------------------------------------------------------------------------------------------------------------ whole
    def _plugin(self) -> model.Plugin:
        said = settings.messages(self.names.config_class, self._description, self.built_fields.fields, self.crd)
        return model.Plugin(
            names=self.names,
            backend=self.backend,
            crd=self.crd,
            targets=self.targets[0],
            roles=(),
            fields=self.built_fields.fields,
            status=model.Status(path=None, by_conditions=False, rules=()),
            contract=said,
            lock="",
            flyte_version=self.answer("flyte_version"),
            license=self.answer("license"),
            in_tree=False,
            github=self.names.host == "github.com",
            versions=versions.of(self.answer("flyte_version")),
            form=self.form,
            settings_schema=self.found.text,
        )

    @cached_property
    def names(self) -> model.Names:
        return replace(super().names, kind=self.form.value)

    @property
    def _description(self) -> str:
        said = schema.description(self.crd.schema)
        if said:
            return " ".join(said.split())
        return {
            Form.DECORATOR: f"Gives a task what {self.names.operator} has for every pod.",
            Form.EXECUTOR: f"Settings of a task that calls {self.names.operator} from its container.",
            Form.NOTEBOOK: f"Settings of a notebook that runs as a task of {self.names.operator}.",
        }[self.form]

    @property
    def vendored(self) -> str:
        return f"schema/{self.names.name}.json" if self.found.text else ""
