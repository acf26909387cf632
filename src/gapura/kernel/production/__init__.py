"""Cards and passports as things: ordered, made in a factory, sent or handed over, each with a number to follow."""
