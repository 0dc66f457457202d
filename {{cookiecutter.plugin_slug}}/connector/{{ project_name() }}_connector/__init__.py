{% set p = project(cookiecutter) %}
"""The connector of {{ p.names.slug }}: Flyte asks it to run tasks as {{ "jobs of a remote service" if p.backend.value == "service" else "resources of Kubernetes operators" }}."""
