"""A repository's later life: what a newer CRD or template changes in it, with its owner's edits kept."""
