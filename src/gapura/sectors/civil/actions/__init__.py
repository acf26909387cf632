"""Writes of the population register, by topic: corrections one at a time, loads in bulk, files of a country."""
