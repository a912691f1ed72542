"""The page in a real browser, over the real functions and real ingestion."""
