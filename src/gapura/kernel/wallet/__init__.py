"""What a person does with a paper: hand it to a receiver or by a link with a code, see each opening, stop it."""
