"""A synthetic nation of any size, consistent and reproducible, for trying and for measuring."""
