"""Passwords, signed tokens and the keys they are checked with."""
