"""The append-only log of what was done: a Merkle tree (RFC 9162) of salted commitments, with signed checkpoints."""
