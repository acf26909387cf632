"""What keeps the house standing: health, copies and restore drills, outages, and promises with measured figures."""
