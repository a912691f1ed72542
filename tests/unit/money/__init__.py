"""Tests of prices, periods, estimates and the gate."""
