"""From a CRD to default answers, with their reasons."""
