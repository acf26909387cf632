"""The law to look at, and the benefit finder."""
