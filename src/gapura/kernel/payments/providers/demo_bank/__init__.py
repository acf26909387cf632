"""A bank of its own for demonstrations and tests: its own process and file, and every way in which real banks fail."""
