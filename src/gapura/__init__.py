"""Gapura: a whole digital government. Start at README.md; docs/reference/map.md draws the floors."""
