"""Names the state of a file by what the file system says of it."""

import os


def etag_of(stat: os.stat_result) -> str:
    """Return an ETag that changes whenever the file is replaced; quoted, as HTTP writes one."""
    return f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
