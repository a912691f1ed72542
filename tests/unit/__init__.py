"""Tests of one step or one noun at a time."""
