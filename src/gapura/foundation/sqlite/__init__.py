"""SQLite as Django knows it, less the work that it repeats for every statement."""
