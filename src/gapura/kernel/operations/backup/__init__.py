"""Copies of the house: encrypted, numbered, chained, signed, and kept where the house cannot destroy them."""
