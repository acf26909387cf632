"""Messages between nodes, signed and logged at both ends (X-Road REST message protocol), and who takes part."""
