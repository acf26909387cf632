"""Accounts, the persons they are proven to be, sign-in, posts and roles of officials."""
