"""sentence-transformers behind FastAPI, as its documentation shows: a plain function, which runs on the thread pool."""

import sys

import torch
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, Field
from sentence_transformers import SentenceTransformer

folder, port = sys.argv[1:3]
model = SentenceTransformer(folder, device="cpu")
app = FastAPI()


class EmbedRequest(BaseModel):
    texts: list[str] = Field(min_length=1, max_length=64)


class EmbedResponse(BaseModel):
    embeddings: list[list[float]]


@app.post("/embed")
def embed(request: EmbedRequest) -> EmbedResponse:
    with torch.inference_mode():
        vectors = model.encode(request.texts, batch_size=32, normalize_embeddings=True)
    return EmbedResponse(embeddings=vectors.tolist())


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")
