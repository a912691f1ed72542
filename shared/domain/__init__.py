"""Plain frozen values and the error tree; nothing here waits, reads a clock or knows a vendor."""
