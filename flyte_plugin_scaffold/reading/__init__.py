"""From a source to a CRD, the operations of a service or settings: fetching, YAML, objects, references and schemas."""
