"""Derives a Flyte backend plugin from a CustomResourceDefinition and a few answers."""
