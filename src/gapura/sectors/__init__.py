"""The agencies' own systems; no sector knows another."""
