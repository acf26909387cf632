"""Who holds which post and why: personnel orders over SCIM 2.0, grants by four eyes, transfers, emergency access."""
