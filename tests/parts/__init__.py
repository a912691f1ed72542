"""Real servers that tests start where one exists, beside the stand-ins of tests/fakes; `make parts` gets them."""
