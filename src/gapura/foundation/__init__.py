"""Identifiers, periods, clocks, codes, canonical bytes and the Merkle tree: plain Python."""
