"""After the files are written: generated code, and what to do next."""
