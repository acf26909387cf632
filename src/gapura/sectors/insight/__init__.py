"""What a change of law would do: a reform is reckoned for every family of a population, before it is decided."""
