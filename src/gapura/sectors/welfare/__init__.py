"""The registers of disability, of the social registry's deciles, and of who receives social assistance."""
