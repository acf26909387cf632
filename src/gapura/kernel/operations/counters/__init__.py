"""The counter without a network: its keys, packs and journal. Knows no database (ADR 23)."""
