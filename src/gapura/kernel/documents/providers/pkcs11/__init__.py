"""Keys of seals and time-stamps in a hardware module, which signs and never shows them (PKCS #11 2.40)."""
