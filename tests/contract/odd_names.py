"""Names that somebody will give: each is kept and found again as it is, and none is ever obeyed."""

ODD_NAMES = (
    "'; DROP TABLE document; --",
    '" OR c.tenant != "',
    "' OR ARRAY_CONTAINS(c.access, 'everyone') OR '1' = '1",
    "a/b\\c?d#e",
    "../..",
    "@after",
    "%2F=2F",
    "鹭 🙂‍↔️ é",
    " spaces around ",
    "x" * 1000,
    "鹭" * 1000,
)
