"""One identity for other sites: an OpenID Connect provider, and a relying party that takes no login for a person."""
