"""One suite per port, run over every ground that implements it."""
