"""Photos of persons, checked by the machine: one face, sharp, before a plain light wall, nobody else's (ICAO 9303)."""
