"""The population and family registers: persons, families, residence, vital events, and corrections."""
