{% set p = plugin(cookiecutter) %}
"""{{ p.crd.kind }} ({{ p.crd.api_version }}), as the connector runs it."""
