"""Who serves the state: the register of military service (UU 34/2004); posts and careers are to come."""
