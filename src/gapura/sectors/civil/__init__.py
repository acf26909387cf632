"""The population and family registers: persons, families, residence, births, marriages, divorces, deaths, adoptions."""
