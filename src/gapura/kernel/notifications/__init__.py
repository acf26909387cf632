"""Messages to people: the inbox of the portal and e-mail, in the person's language."""
