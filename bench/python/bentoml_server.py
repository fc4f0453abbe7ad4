"""BentoML with a batching model: `bentoml serve` of the service beside it, without reloading and access logs."""

import argparse
import os
import resource
import sys
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--port", required=True)
parser.add_argument("--model-us", default="4000")
parser.add_argument("--max-batch", default="32")
parser.add_argument("--queue", help="its queue has no bound of items")
given = parser.parse_args()
_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
os.environ.update(BENCH_MODEL_US=given.model_us, BENCH_MAX_BATCH=given.max_batch, BENTOML_DO_NOT_TRACK="true")
folder = Path(__file__).parent
program = Path(sys.executable).with_name("bentoml")
os.execv(program, [program, "serve", "bentoml_service:Slow", "--working-dir", folder, "--host", "127.0.0.1", "--port", given.port])
