"""The figures of the house: `python -m tests.bench` prints one JSON line per figure and asserts nothing."""
