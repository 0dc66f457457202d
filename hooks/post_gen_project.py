"""Generates the protobuf code of the new repository, and says what to do next."""

import sys

sys.path.insert(0, {{ template_folder | py_literal }})

from flyte_plugin_scaffold.writing import finish

finish.finish({{ settle(cookiecutter) | py_literal }})
