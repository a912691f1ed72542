"""Watches answers, searches and calls of models: a span for tracing, and a record of each for metrics."""
