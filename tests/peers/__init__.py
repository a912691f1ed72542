"""What indexing and asking takes here and in other systems, side by side against one model server."""
