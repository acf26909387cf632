"""What the worker does for the office; one file a topic."""
