"""What is written of a stream and not yet sent."""

import asyncio

MOST_FRAMES = 64
"""Frames that may be ahead of a client who reads slowly; whoever makes them waits then."""


class Outbox:
    """Frames between one task that makes them and one that sends them; each waits for the other alone."""

    __slots__ = ("_frames", "_waiting", "is_closed")

    def __init__(self) -> None:
        """Begin with none."""
        self._frames: list[bytes] = []
        self._waiting: asyncio.Future[None] | None = None
        self.is_closed = False

    async def put(self, frame: bytes) -> None:
        """Add a frame, once there is room for it."""
        while len(self._frames) >= MOST_FRAMES:
            await self._news()
        self._frames.append(frame)
        self._tell()

    async def take(self) -> bytes:
        """Return all frames that are there, as soon as there is one; nothing once the outbox is closed and empty."""
        while not self._frames and not self.is_closed:
            await self._news()
        taken = b"".join(self._frames)
        self._frames.clear()
        self._tell()
        return taken

    def close(self) -> None:
        """Say that no frame follows."""
        self.is_closed = True
        self._tell()

    async def _news(self) -> None:
        self._waiting = asyncio.get_running_loop().create_future()
        await self._waiting

    def _tell(self) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)
