"""Making the demonstration nation: its people, and the state around them."""
