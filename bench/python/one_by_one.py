"""Tokens of a producer that has one ready at a time: a task of its own, which goes on when the last one was taken."""

import asyncio
from collections.abc import AsyncIterator


async def one_by_one(tokens: int) -> AsyncIterator[int]:
    queue: asyncio.Queue[int | None] = asyncio.Queue(maxsize=1)

    async def produce() -> None:
        for index in range(tokens):
            await queue.put(index)
            await asyncio.sleep(0)
        await queue.put(None)

    producer = asyncio.create_task(produce())
    try:
        while (index := await queue.get()) is not None:
            yield index
    finally:
        producer.cancel()
