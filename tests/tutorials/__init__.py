"""The tutorials of docs/start, followed to the letter."""
