"""What people fill in about their taxes."""
