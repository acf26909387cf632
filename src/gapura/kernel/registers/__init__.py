"""Register entries in two times: what was true when, and what was known when."""
