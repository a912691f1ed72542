"""Path patterns of blob triggers, as `documents/{tenant}/{knowledge_base}/{name}`."""

import re

CONTAINER = "documents"
"""The container that the watched folder stands for."""

PARAMETER = re.compile(r"\{(\w+)\}")


def path_expression(pattern: str) -> re.Pattern[str]:
    """What matches the blob names inside the container: a parameter ends at the next slash, the last takes the rest.

    Raises ValueError for another container than the watched one, or a pattern that is not well formed.
    """
    container, _, names = pattern.partition("/")
    if container != CONTAINER:
        raise ValueError(f"the path '{pattern}' is not in the container '{CONTAINER}'")
    *parts, last = PARAMETER.split(names)
    expression, free = "", len(parts) // 2
    for position in range(0, len(parts), 2):
        is_last = position // 2 == free - 1
        expression += literal(parts[position], pattern) + group(parts[position + 1], is_last=is_last)
    return re.compile(expression + literal(last, pattern), re.DOTALL)


def group(name: str, *, is_last: bool) -> str:
    """The group of one parameter."""
    return f"(?P<{name}>{'.+' if is_last else '[^/]+?'})"


def literal(text: str, pattern: str) -> str:
    """Text as itself. Raises ValueError for a brace that belongs to no parameter."""
    if "{" in text or "}" in text:
        raise ValueError(f"the path '{pattern}' is not well formed")
    return re.escape(text)
