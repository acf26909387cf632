"""The guard of a separated network: a leg in each network, and what its signed policy declares may pass."""
