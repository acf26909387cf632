"""The pages of tax."""
