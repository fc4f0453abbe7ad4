"""The service of BentoML; `bentoml_server.py` starts it. `POST /predict` takes and returns a list of one item, as its batches are lists."""

import os
import time

import bentoml

SECONDS = int(os.environ.get("BENCH_MODEL_US", "4000")) / 1e6


@bentoml.service(workers=1, traffic={"timeout": 60}, logging={"access": {"enabled": False}})
class Slow:
    @bentoml.api(route="/predict", batchable=True, max_batch_size=int(os.environ.get("BENCH_MAX_BATCH", "32")), max_latency_ms=60_000)
    def predict(self, input: list[float]) -> list[float]:
        time.sleep(SECONDS)
        return [value + 1.0 for value in input]
