import secrets
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field


class Item(BaseModel):
    name: str = Field(min_length=1)
    price: float = Field(gt=0)


items: dict[int, Item] = {}


async def editor(token: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]):
    if not secrets.compare_digest(token.credentials, "t0ps3cret"):
        raise HTTPException(401, "Unknown token", {"WWW-Authenticate": "Bearer"})


async def known(id: int) -> int:
    if id not in items:
        raise HTTPException(404, "There is no such item")
    return id


app = FastAPI(title="Shop", version="1.0.0", dependencies=[Depends(editor)])


@app.get("/items")
async def list_items() -> dict[int, Item]:
    return items


@app.get("/items/{id}")
async def show(id: Annotated[int, Depends(known)]) -> Item:
    return items[id]


@app.post("/items", status_code=201)
async def add(item: Item) -> int:
    id = max(items, default=0) + 1
    items[id] = item
    return id


@app.put("/items/{id}")
async def replace(id: Annotated[int, Depends(known)], item: Item) -> Item:
    items[id] = item
    return item


@app.delete("/items/{id}", status_code=204)
async def remove(id: Annotated[int, Depends(known)]) -> None:
    del items[id]
