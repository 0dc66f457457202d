"""Commands behind the Makefile. They need nothing but Python's standard library, so they run before anything is set up."""
