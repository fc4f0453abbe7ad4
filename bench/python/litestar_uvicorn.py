"""The contract on Litestar with msgspec, which Litestar itself is built on; on Uvicorn as `fastapi_uvicorn.py` is."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from itertools import count
from typing import Annotated

import msgspec
import options
import uvicorn
from litestar import Litestar, get, post
from litestar.response import ServerSentEvent, ServerSentEventMessage
from msgspec import Meta, Struct

from one_by_one import one_by_one

TOKENS = 100


class Message(Struct):
    message: str


class Vector(Struct):
    id: Annotated[str, Meta(min_length=1, max_length=64)]
    # msgspec refuses numbers that are not finite by itself.
    values: Annotated[list[float], Meta(min_length=512, max_length=512)]


class Norm(Struct):
    id: str
    norm: float


class System(Struct, tag_field="role", tag="system"):
    content: str


class User(Struct, tag_field="role", tag="user"):
    content: str
    name: str | None = None


class ToolCall(Struct):
    id: str
    name: str
    arguments: str


class Assistant(Struct, tag_field="role", tag="assistant"):
    content: str | None = None
    tool_calls: list[ToolCall] | None = None


class Tool(Struct, tag_field="role", tag="tool"):
    tool_call_id: str
    content: str


class Chat(Struct):
    messages: Annotated[list[System | User | Assistant | Tool], Meta(min_length=1, max_length=256)]


class Count(Struct):
    messages: int
    characters: int


class Token(Struct):
    index: int
    text: str


encoder = msgspec.json.Encoder()


def event(index: int) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=encoder.encode(Token(index=index, text="token ")).decode())


@get("/")
async def hello() -> Message:
    return Message(message="Hello World")


@post("/embed", status_code=200)
async def embed(data: Vector) -> Norm:
    return Norm(id=data.id, norm=math.hypot(*data.values))


@post("/chat", status_code=200)
async def chat(data: Chat) -> Count:
    return Count(messages=len(data.messages), characters=sum(len(turn.content or "") for turn in data.messages))


@get("/together")
async def together() -> ServerSentEvent:
    async def events() -> AsyncIterator[ServerSentEventMessage]:
        for index in range(TOKENS):
            yield event(index)

    return ServerSentEvent(events())


@get("/alone")
async def alone() -> ServerSentEvent:
    async def events() -> AsyncIterator[ServerSentEventMessage]:
        async for index in one_by_one(TOKENS):
            yield event(index)

    return ServerSentEvent(events())


@get("/paced")
async def paced() -> ServerSentEvent:
    async def events() -> AsyncIterator[ServerSentEventMessage]:
        for index in count():
            yield event(index)
            await asyncio.sleep(0.1)

    return ServerSentEvent(events())


@get("/block", sync_to_thread=True)
def block() -> Message:
    time.sleep(0.3)
    return Message(message="done")


app = Litestar([hello, embed, chat, together, alone, paced, block])

if __name__ == "__main__":
    given = options.read()
    uvicorn.run(
        "litestar_uvicorn:app",
        host="127.0.0.1",
        port=given.port,
        workers=given.workers,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
