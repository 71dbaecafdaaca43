"""Settles with a server: what happened there comes in, what was done here goes out."""
