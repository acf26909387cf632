"""What the people who build the house use: checks, a private PostgreSQL, the scaffold and the map."""
