"""What waits for an official, across all modules: one basket of derived items that point at their objects."""
