"""Countries as data, loaded by name; each imports the foundation only."""
