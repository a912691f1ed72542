"""Tests of usage and the cost reports."""
