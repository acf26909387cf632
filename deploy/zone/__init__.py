"""A confidential zone: the packet rules of its guard and of its node, and the whole of it on one machine."""
