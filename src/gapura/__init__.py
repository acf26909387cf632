"""Gapura: a whole digital government. Start at docs/ or README.md; the floors are listed in HOUSE order by import contract."""
