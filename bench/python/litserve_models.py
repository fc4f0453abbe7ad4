"""LitServe with models: `/predict` batches, `/v1/completions` streams batches (all sequences of one begin and end together)."""

import argparse
import os
import resource
import signal
import time

import litserve as ls
from pydantic import BaseModel, Field

STEP_SECONDS = 0.001
TEXT = " token"


class Numbers(BaseModel):
    input: list[float] = Field(min_length=1, max_length=1)


class Results(BaseModel):
    output: list[float]


class Slow(ls.LitAPI):
    def __init__(self, seconds, **settings):
        super().__init__(**settings)
        self.seconds = seconds

    def setup(self, device):
        pass

    def decode_request(self, request: Numbers):
        return request.input[0]

    def predict(self, values):
        time.sleep(self.seconds)
        return [value + 1.0 for value in values]

    def encode_response(self, value) -> Results:
        return Results(output=[value])


class Completion(BaseModel):
    model: str
    prompt: str
    max_tokens: int = Field(ge=1, le=512)
    stream: bool
    temperature: float | None = None


class Choice(BaseModel):
    index: int
    text: str
    logprobs: int | None
    finish_reason: str | None


class Chunk(BaseModel):
    id: str
    object: str
    created: int
    model: str
    choices: list[Choice]


def event(text, finish_reason):
    choice = Choice(index=0, text=text, logprobs=None, finish_reason=finish_reason)
    chunk = Chunk(
        id="cmpl-0123456789abcdef0123456789abcdef",
        object="text_completion",
        created=1_796_000_000,
        model="steps",
        choices=[choice],
    )
    return f"data: {chunk.model_dump_json()}\n\n"


class Steps(ls.LitAPI):
    def setup(self, device):
        pass

    def decode_request(self, request: Completion):
        return request.max_tokens

    def predict(self, counts):
        for _ in range(max(counts)):
            time.sleep(STEP_SECONDS)
            yield [TEXT] * len(counts)

    def encode_response(self, steps):
        for texts in steps:
            yield [event(text, None) for text in texts]
        yield [event("", "length") + "data: [DONE]\n\n" for _ in texts]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model-us", type=int, default=4_000)
    parser.add_argument("--max-batch", type=int, default=32)
    # Avocet's bound of the queue; LitServe's has none.
    parser.add_argument("--queue", type=int)
    given = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    batches = {"max_batch_size": given.max_batch, "batch_timeout": given.model_us / 1e6 / 2}
    server = ls.LitServer(
        [
            Slow(given.model_us / 1e6, api_path="/predict", **batches),
            Steps(api_path="/v1/completions", stream=True, max_batch_size=32, batch_timeout=STEP_SECONDS),
        ],
        accelerator="cpu",
        workers_per_device=1,
        # ZeroMQ in place of a manager's queues, which LitServe advises above a hundred requests a second.
        fast_queue=True,
    )
    main = os.getpid()

    def stop(*_):
        """LitServe ends its other processes on an interrupt, and would leave them running on SIGTERM."""
        raise KeyboardInterrupt if os.getpid() == main else SystemExit

    signal.signal(signal.SIGTERM, stop)
    server.run(
        host="127.0.0.1",
        port=given.port,
        num_api_servers=1,
        log_level="warning",
        access_log=False,
        generate_client_file=False,
    )
