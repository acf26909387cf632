"""Who can hold the keys: the demonstration authority in a folder; a hardware module would stand beside it."""
