"""Files made to do harm, and the proof that the house contains each: ``python -m tests.security.hostile``."""
