"""Which paths a file may have on every ground."""

import unicodedata

from shared.domain.errors import BadRequest


def segments_of(path: str, fewest: int = 2) -> list[str]:
    """Split `container/folder/name`. Raises BadRequest unless it is a plain list of at least `fewest` names."""
    segments = path.split("/")
    if len(segments) < fewest:
        raise BadRequest(f"a file's path needs a container and a name: {path!r}")
    for segment in segments:
        if segment in ("", ".", ".."):
            raise BadRequest(f"a file's path may not hold {segment!r}: {path!r}")
        if any(character == "\\" or unicodedata.category(character) == "Cc" for character in segment):
            raise BadRequest(f"a file's name may not hold backslashes or control characters: {path!r}")
        if any(0xD800 <= ord(character) <= 0xDFFF for character in segment):
            raise BadRequest(f"a file's name is not valid Unicode: {path!r}")
    return segments
