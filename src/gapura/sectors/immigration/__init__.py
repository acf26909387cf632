"""Who crosses the border and who may stay: passports, crossings, residence permits of foreigners (UU 6/2011)."""
