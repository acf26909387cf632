"""The demonstration national authority: keys and certificates as files in one folder."""
