"""What employers, banks, hospitals and others report about a person for a tax year, and whom the person lets see it."""
