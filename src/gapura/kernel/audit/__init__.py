"""The append-only log of what was done: a signed Merkle tree (RFC 9162) of salted commitments."""
