"""The real Python worker library, driven in a child process without a host."""
