"""Sealed documents: drawn from registers, signed (PAdES), verifiable by anyone, revocable."""
