"""What an official sees across sectors: the work basket, a case, approvals and look-ups."""
