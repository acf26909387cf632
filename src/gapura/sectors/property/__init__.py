"""Land and what stands on it: parcels, rights, mortgages, land use, official prices, buildings, forest and farmland."""
