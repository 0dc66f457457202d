"""The net for `cookiecutter --replay`, which asks nothing and so checks nothing.

Cookiecutter renders this file in its own process before it runs it, and that is where the answers are checked: one
that cannot be used ends it there, with the folder taken away again. Nothing is left to run.
"""
{{ recheck_answers(cookiecutter) }}
