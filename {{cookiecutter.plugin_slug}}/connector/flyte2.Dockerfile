{% set p = project(cookiecutter) %}
# syntax=docker/dockerfile:1
# The connector of Flyte 2. Built from the root of the repository: make build_flyte2.

FROM python:3.12-slim-bookworm

LABEL org.opencontainers.image.source="https://{{ p.names.go_module }}"

ENV PYTHONUNBUFFERED=1

RUN --mount=type=bind,source=flyteplugins-{{ p.names.project }},target=/src/flyteplugins-{{ p.names.project }},rw \
    --mount=type=bind,source=connector,target=/src/connector,rw \
    pip install --no-cache-dir -r /src/connector/flyte2.requirements.txt /src/flyteplugins-{{ p.names.project }} {{ '"/src/connector[flyte2]"' if 'connector' in p.targets else '/src/connector' }}

# The root file system may be read-only: flyte keeps its files in /tmp.
ENV HOME=/tmp
WORKDIR /tmp
USER 65532:65532

EXPOSE 8000 9090
# c0 only warns of an entry point that cannot be loaded, such as for a mistake in the settings, and serves nothing. A module
# that is named and cannot be loaded ends it.
CMD ["c0", "--port", "8000", "--prometheus_port", "9090", "--modules", "{{ p.names.project }}_connector.flyte2"]
