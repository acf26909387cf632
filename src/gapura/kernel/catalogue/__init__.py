"""The public services of the country, read from its files, checked, searched and published as CPSV-AP."""
