"""KServe's client against the Open Inference Protocol of `embeddings`."""

import asyncio
import sys

import numpy as np
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from kserve.protocol.infer_type import RequestedOutput

from checks import check, report

URL = sys.argv[1]
MODEL = "all-MiniLM-L6-v2"


@check
def infer():
    async def run():
        client = InferenceRESTClient(RESTConfig(protocol="v2"))
        assert await client.is_server_live(URL) and await client.is_server_ready(URL) and await client.is_model_ready(URL, MODEL)
        for binary in (True, False):
            tensor = InferInput("text", [1], "BYTES")
            tensor.set_data_from_numpy(np.array([b"An avocet wades."], object), binary_data=binary)
            request = InferRequest(model_name=MODEL, infer_inputs=[tensor], request_outputs=[RequestedOutput("embedding", {"binary_data": binary})])
            vectors = (await client.infer(URL, request, model_name=MODEL)).outputs[0].as_numpy()
            assert vectors.shape == (1, 384) and abs(np.linalg.norm(vectors) - 1) < 1e-4

    asyncio.run(run())


report("kserve")
