"""Pure functions of invoicing."""
