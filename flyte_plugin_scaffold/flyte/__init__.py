"""What is known of Flyte's releases: their versions, and which names are taken there."""
