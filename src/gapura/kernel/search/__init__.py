"""One search interface over SQLite FTS5 and PostgreSQL."""
