"""The application that Uvicorn and Granian serve, as FastAPI's tutorial writes it."""

import asyncio
import math
import time
from collections.abc import AsyncIterable
from itertools import count

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.sse import EventSourceResponse

from models import TOKENS, Chat, Count, Message, Norm, Token, Vector
from one_by_one import one_by_one
from refusal import refuse

app = FastAPI(title="Bench", version="1.0.0", exception_handlers={RequestValidationError: refuse})


@app.get("/")
async def hello() -> Message:
    return Message(message="Hello World")


@app.post("/embed")
async def embed(vector: Vector) -> Norm:
    return Norm(id=vector.id, norm=math.hypot(*vector.values))


@app.post("/chat")
async def chat(chat: Chat) -> Count:
    return Count(messages=len(chat.messages), characters=sum(len(turn.content or "") for turn in chat.messages))


@app.get("/together", response_class=EventSourceResponse)
async def together() -> AsyncIterable[Token]:
    for index in range(TOKENS):
        yield Token(index=index, text="token ")


@app.get("/alone", response_class=EventSourceResponse)
async def alone() -> AsyncIterable[Token]:
    async for index in one_by_one(TOKENS):
        yield Token(index=index, text="token ")


@app.get("/paced", response_class=EventSourceResponse)
async def paced() -> AsyncIterable[Token]:
    for index in count():
        yield Token(index=index, text="token ")
        await asyncio.sleep(0.1)


@app.get("/block")
def block() -> Message:
    """A plain `def`, which FastAPI runs on a thread."""
    time.sleep(0.3)
    return Message(message="done")
