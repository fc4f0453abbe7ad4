"""Triton's client against the Open Inference Protocol of `embeddings`."""

import sys

import numpy as np
import tritonclient.http as http

from checks import check, report

client = http.InferenceServerClient(sys.argv[1].removeprefix("http://"))
MODEL = "all-MiniLM-L6-v2"
TEXTS = np.array([b"An avocet wades.", "Ein Säbelschnäbler".encode()], object)


@check
def health_and_metadata():
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(MODEL)
    metadata = client.get_model_metadata(MODEL)
    assert metadata["inputs"][0]["datatype"] == "BYTES" and metadata["outputs"][0]["datatype"] == "FP32"
    assert client.get_server_metadata()["name"]


@check
def infer():
    found = []
    for binary_input in (True, False):
        for binary_output in (True, False):
            tensor = http.InferInput("text", [2], "BYTES")
            tensor.set_data_from_numpy(TEXTS, binary_data=binary_input)
            output = http.InferRequestedOutput("embedding", binary_data=binary_output)
            result = client.infer(MODEL, [tensor], outputs=[output], request_id="7")
            assert result.get_response()["id"] == "7"
            found.append(result.as_numpy("embedding"))
    for vectors in found:
        assert vectors.shape == (2, 384) and np.allclose(vectors, found[0], atol=1e-6)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


@check
def errors():
    for model, name, word in (("none", "text", "none"), (MODEL, "texts", "texts")):
        tensor = http.InferInput(name, [2], "BYTES")
        tensor.set_data_from_numpy(TEXTS)
        try:
            client.infer(model, [tensor])
        except http.InferenceServerException as error:
            assert word in error.message(), error
            continue
        raise AssertionError("no error")


report("tritonclient")
