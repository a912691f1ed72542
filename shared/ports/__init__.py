"""What the work needs from the outside: small Protocols that the adapters of every ground implement."""
