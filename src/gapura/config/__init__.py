"""Settings, root addresses, commands: the composition root, the only place that sees everything."""
