"""What answers other houses."""
