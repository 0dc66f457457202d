"""Valid values, task configs and statuses for tests and demos, worked out from the model."""
