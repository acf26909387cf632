"""The registers of schools, of who learns where, with which marks, and who graduated from what."""
