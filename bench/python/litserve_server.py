"""As much of the contract as LitServe has: every route of it is a `POST` to a model in a process of its own.

Streams are asked for by `POST`, and without the media type of event streams, which LitServe sends for its OpenAI routes
only. `GET /` is its own health page, and what blocks in `predict` blocks its worker.
"""

import math
import os
import signal

import litserve as ls
import options
from fastapi.exceptions import RequestValidationError

from models import TOKENS, Chat, Count, Norm, Token, Vector
from refusal import refuse


class Embed(ls.LitAPI):
    def setup(self, device):
        pass

    def decode_request(self, request: Vector):
        return request

    def predict(self, vector):
        return Norm(id=vector.id, norm=math.hypot(*vector.values))

    def encode_response(self, norm):
        return norm


class CountChat(ls.LitAPI):
    def setup(self, device):
        pass

    def decode_request(self, request: Chat):
        return request

    def predict(self, chat):
        return Count(messages=len(chat.messages), characters=sum(len(turn.content or "") for turn in chat.messages))

    def encode_response(self, number):
        return number


class Together(ls.LitAPI):
    def setup(self, device):
        pass

    def predict(self, _):
        for index in range(TOKENS):
            yield Token(index=index, text="token ")

    def encode_response(self, tokens):
        for token in tokens:
            yield f"data: {token.model_dump_json()}\n\n"


if __name__ == "__main__":
    given = options.read()
    server = ls.LitServer(
        [Embed(api_path="/embed"), CountChat(api_path="/chat"), Together(api_path="/together", stream=True)],
        accelerator="cpu",
        workers_per_device=given.workers,
        # ZeroMQ in place of a manager's queues, which LitServe advises above a hundred requests a second.
        fast_queue=True,
    )
    server.app.add_exception_handler(RequestValidationError, refuse)
    main = os.getpid()

    def stop(*_):
        """LitServe ends its other processes on an interrupt, and would leave them running on SIGTERM."""
        raise KeyboardInterrupt if os.getpid() == main else SystemExit

    signal.signal(signal.SIGTERM, stop)
    server.run(
        host="127.0.0.1",
        port=given.port,
        num_api_servers=given.workers,
        log_level="warning",
        access_log=False,
        generate_client_file=False,
    )
