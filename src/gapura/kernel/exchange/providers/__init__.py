"""Evidence from other nodes."""
