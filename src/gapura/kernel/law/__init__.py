"""The country's law at work: figures of a household on any day, each explained down to its article and its data."""
