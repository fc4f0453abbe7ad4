"""sentence-transformers behind LitServe, with its batches."""

import sys

import litserve as ls
import torch
from pydantic import BaseModel
from sentence_transformers import SentenceTransformer

folder, port = sys.argv[1:3]


class EmbedRequest(BaseModel):
    text: str


class EmbedResponse(BaseModel):
    embedding: list[float]


class Embedder(ls.LitAPI):
    def setup(self, device):
        self.model = SentenceTransformer(folder, device="cpu")

    def decode_request(self, request: EmbedRequest):
        return request.text

    def predict(self, texts):
        with torch.inference_mode():
            return self.model.encode(list(texts), batch_size=32, normalize_embeddings=True)

    def encode_response(self, vector) -> EmbedResponse:
        return EmbedResponse(embedding=vector.tolist())


if __name__ == "__main__":
    api = Embedder(max_batch_size=32, batch_timeout=0.01)
    server = ls.LitServer(api, accelerator="cpu", workers_per_device=1)
    server.run(host="127.0.0.1", port=int(port), log_level="warning", generate_client_file=False)
