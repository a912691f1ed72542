"""Turns the bytes of every accepted format into blocks of text, one format per file."""
