"""Pages of smart work, by topic."""
