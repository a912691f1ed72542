"""Tests of the steps from a question with passages to a cited answer."""
