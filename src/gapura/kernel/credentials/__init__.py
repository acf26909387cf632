"""Facts from the registers as credentials for a telephone's wallet (SD-JWT VC, OpenID4VCI, OpenID4VP)."""
