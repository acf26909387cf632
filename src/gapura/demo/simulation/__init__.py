"""How the people of the demonstration nation come about: a century of lives, then the entries of them."""
