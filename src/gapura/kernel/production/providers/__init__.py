"""Factories that cards are made in."""
