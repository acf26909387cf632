"""The confidential registers of criminal justice: sentences, warrants, travel bans. It tells whether there is a bar."""
