"""Pages of reporters, and of the people they report about."""
