"""Tests of alerts: when they are sent, and how."""
