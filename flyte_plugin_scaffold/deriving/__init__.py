"""From a CRD or a service's document to default answers, with their reasons."""
