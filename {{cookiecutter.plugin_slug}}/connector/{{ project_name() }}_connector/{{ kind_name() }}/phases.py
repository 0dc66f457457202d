{% set p = plugin(cookiecutter) %}
"""What the states of {{ p.crd.kind | with_article }} mean to Flyte."""

from typing import Tuple

{{ p | python_rule_names | python_import(".._phases.rules") }}

# They give Flyte's phases to the {{ p.backend.value }}'s states; the first one that matches decides.
# {{ 'A job' if p.service else 'A resource' }} without a status is queued.
{% if p.status.by_words %}
# {{ 'The document' if p.service else 'The CRD' }} does not list all states and conditions: for one without a rule, the words in its name decide
# (_phases/words.py). If they do not, it counts as running. Each is logged once.
{% else %}
# A state without a rule, which a newer {{ p.backend.value }} may add, counts as running and is logged once.
{% endif %}
{% if "propeller" in p.targets %}
#
# The Go plugin has the same rules in go/{{ p.names.name }}/phases.go: change both, and the connector's tests compare them.
{% endif %}
{{ p.status | python_rules(p.status.rules) | python_table("RULES", "Tuple[Rule, ...]") }}

# They apply where no rule matches: other fields may say that a {{ 'job' if p.service else 'resource' }} has ended.
{{ p.status | python_rules(p.status.last_resorts) | python_table("FALLBACKS", "Tuple[Rule, ...]") }}

# The rules that {{ p.crd.called }} does not state: check them against the {{ p.backend.value }}.
{{ p.guesses | map("py_literal") | python_table("GUESSES", "Tuple[str, ...]") }}
