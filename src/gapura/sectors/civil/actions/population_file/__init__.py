"""A country's own population file: read with suspicion, loaded batch by batch, and given back unchanged."""
