"""Tests of the doubles that other tests rely on."""
