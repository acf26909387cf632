"""What the people of a community own, drive, learn and pay: the registers of the other sectors."""
