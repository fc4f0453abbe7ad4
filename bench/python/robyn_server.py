"""The contract on Robyn with its Pydantic support, set up as its `--fast` does: two workers in each of 2 × cores + 1 processes."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from itertools import count

import options
from robyn import Robyn, SSEMessage, SSEResponse
from robyn.argument_parser import Config

from models import TOKENS, Chat, Count, Message, Norm, Token, Vector
from one_by_one import one_by_one

given = options.read()
config = Config()
config.processes = 2 * given.workers + 1
config.workers = 2
config.log_level = "WARN"
app = Robyn(__file__, config=config)


def event(index: int) -> str:
    return SSEMessage(Token(index=index, text="token ").model_dump_json())


@app.get("/")
async def hello() -> Message:
    return Message(message="Hello World")


@app.post("/embed")
async def embed(vector: Vector) -> Norm:
    return Norm(id=vector.id, norm=math.hypot(*vector.values))


@app.post("/chat")
async def chat(chat: Chat) -> Count:
    return Count(messages=len(chat.messages), characters=sum(len(turn.content or "") for turn in chat.messages))


@app.get("/together")
async def together():
    async def events() -> AsyncIterator[str]:
        for index in range(TOKENS):
            yield event(index)

    return SSEResponse(events())


@app.get("/alone")
async def alone():
    async def events() -> AsyncIterator[str]:
        async for index in one_by_one(TOKENS):
            yield event(index)

    return SSEResponse(events())


@app.get("/paced")
async def paced():
    async def events() -> AsyncIterator[str]:
        for index in count():
            yield event(index)
            await asyncio.sleep(0.1)

    return SSEResponse(events())


@app.get("/block")
async def block() -> Message:
    """On a thread of asyncio's: a plain `def` would keep everything else of its process waiting."""
    await asyncio.to_thread(time.sleep, 0.3)
    return Message(message="done")


if __name__ == "__main__":
    app.start(host="127.0.0.1", port=given.port)
