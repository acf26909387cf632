"""One case, one clock: everything a person asks of the state, from receipt to closing."""
