"""What an official types at the desk."""
