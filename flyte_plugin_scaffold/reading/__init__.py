"""From a source to a CRD: fetching, YAML, Kubernetes objects, and the schema."""
