"""Settings, root addresses and the command line: the composition root, the only place that sees everything."""
