"""Several services from one form, grouped by what happens in a life."""
