"""The contract in Pydantic, for every peer that speaks it."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, FiniteFloat

TOKENS = 100


class Message(BaseModel):
    message: str


class Vector(BaseModel):
    id: Annotated[str, Field(min_length=1, max_length=64)]
    values: Annotated[list[FiniteFloat], Field(min_length=512, max_length=512)]


class Norm(BaseModel):
    id: str
    norm: float


class System(BaseModel):
    role: Literal["system"]
    content: str


class User(BaseModel):
    role: Literal["user"]
    content: str
    name: str | None = None


class ToolCall(BaseModel):
    id: str
    name: str
    arguments: str


class Assistant(BaseModel):
    role: Literal["assistant"]
    content: str | None = None
    tool_calls: list[ToolCall] | None = None


class Tool(BaseModel):
    role: Literal["tool"]
    tool_call_id: str
    content: str


Turn = Annotated[System | User | Assistant | Tool, Field(discriminator="role")]


class Chat(BaseModel):
    messages: Annotated[list[Turn], Field(min_length=1, max_length=256)]


class Count(BaseModel):
    messages: int
    characters: int


class Token(BaseModel):
    index: int
    text: str
