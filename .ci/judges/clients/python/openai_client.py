"""OpenAI's client for Python, of any of three major versions, against `chat` and `embeddings`."""

import asyncio
import base64
import json
import math
import sys
from concurrent.futures import ThreadPoolExecutor

import openai

from checks import check, report

CHAT, EMBEDDINGS = sys.argv[1:3]
client = openai.OpenAI(base_url=f"{CHAT}/v1", api_key="none")
MODEL = "model"
QUESTION = [{"role": "user", "content": "What is an avocet?"}]
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 20}, "legs": {"type": "integer", "minimum": 0, "maximum": 8}},
    "required": ["name", "legs"],
    "additionalProperties": False,
}
TOOL = {"type": "function", "function": {"name": "describe", "description": "Describes a bird.", "parameters": SCHEMA, "strict": True}}


@check
def chat():
    raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=QUESTION, temperature=0, max_tokens=60)
    answer = raw.parse()
    assert "wad" in answer.choices[0].message.content, answer
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens > 0
    assert answer._request_id == raw.headers["x-request-id"]


@check
def stream():
    chunks = list(
        client.chat.completions.create(
            model=MODEL, messages=QUESTION, temperature=0, max_completion_tokens=60, stream=True, stream_options={"include_usage": True}
        )
    )
    whole = client.chat.completions.create(model=MODEL, messages=QUESTION, temperature=0, max_completion_tokens=60)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert chunks[-1].choices == [] and chunks[-1].usage == whole.usage
    assert {chunk.id for chunk in chunks} == {chunks[0].id}
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices and chunk.choices[0].finish_reason] == ["stop"]


@check
def several_with_stop_and_logprobs():
    answer = client.chat.completions.create(model=MODEL, messages=QUESTION, n=2, seed=3, stop=[" a"], logprobs=True, top_logprobs=2, max_tokens=40)
    assert len(answer.choices) == 2
    for choice in answer.choices:
        assert " a" not in choice.message.content
        assert all(len(token.top_logprobs) == 2 for token in choice.logprobs.content)


@check
def tools():
    named = {"type": "function", "function": {"name": "describe"}}
    answer = client.chat.completions.create(model=MODEL, messages=QUESTION, tools=[TOOL], tool_choice=named)
    call = answer.choices[0].message.tool_calls[0]
    assert answer.choices[0].finish_reason == "tool_calls"
    arguments = json.loads(call.function.arguments)
    assert set(arguments) == {"name", "legs"} and 0 <= arguments["legs"] <= 8

    pieces, name = [], None
    for chunk in client.chat.completions.create(model=MODEL, messages=QUESTION, tools=[TOOL], tool_choice=named, stream=True):
        for call in chunk.choices[0].delta.tool_calls or []:
            name = call.function.name or name
            pieces.append(call.function.arguments or "")
    assert name == "describe" and len(pieces) > 2 and set(json.loads("".join(pieces))) == {"name", "legs"}

    history = QUESTION + [
        {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "describe", "arguments": "{}"}}]},
        {"role": "tool", "tool_call_id": "call_1", "content": "A wader."},
    ]
    assert client.chat.completions.create(model=MODEL, messages=history, tools=[TOOL], max_tokens=20).choices[0].message.content


@check
def structured_output():
    import pydantic

    class Bird(pydantic.BaseModel):
        name: str
        legs: int

    parse = client.chat.completions.parse if hasattr(client.chat.completions, "parse") else client.beta.chat.completions.parse
    bird = parse(model=MODEL, messages=QUESTION, response_format=Bird, max_tokens=200).choices[0].message.parsed
    assert isinstance(bird, Bird)
    free = client.chat.completions.create(model=MODEL, messages=QUESTION, response_format={"type": "json_object"}, max_tokens=200)
    assert isinstance(json.loads(free.choices[0].message.content), dict)


@check
def cancel_in_mid_stream():
    running = lambda: json.loads(client.with_options(base_url=CHAT).get("/health", cast_to=openai.BaseModel).model_dump_json())
    with client.chat.completions.create(model=MODEL, messages=QUESTION, stream=True, max_tokens=800, temperature=2) as answer:
        for _ in zip(range(3), answer):
            pass
    for _ in range(100):
        if running()["running"] == 0:
            return
    raise AssertionError("the response still runs")


@check
def completions():
    answer = client.completions.create(model=MODEL, prompt=["An avocet", "A bird"], max_tokens=5)
    assert [choice.index for choice in answer.choices] == [0, 1]
    text = "".join(chunk.choices[0].text for chunk in client.completions.create(model=MODEL, prompt="An avocet", stream=True, temperature=0))
    assert text == client.completions.create(model=MODEL, prompt="An avocet", temperature=0).choices[0].text


@check
def embeddings():
    other = openai.OpenAI(base_url=f"{EMBEDDINGS}/v1", api_key="none")
    # Without a format the client asks for base64 and decodes it.
    coded = other.embeddings.create(model="all-MiniLM-L6-v2", input=["An avocet wades.", "A wading bird."])
    plain = other.embeddings.create(model="all-MiniLM-L6-v2", input=["An avocet wades.", "A wading bird."], encoding_format="float")
    for a, b in zip(coded.data, plain.data):
        assert len(a.embedding) == 384 and all(math.isclose(x, y, rel_tol=1e-5, abs_tol=1e-6) for x, y in zip(a.embedding, b.embedding))
    raw = other.embeddings.with_raw_response.create(model="all-MiniLM-L6-v2", input="x", encoding_format="base64")
    assert len(base64.b64decode(json.loads(raw.text)["data"][0]["embedding"])) == 4 * 384


@check
def models():
    assert [model.id for model in client.models.list()] == [MODEL]
    assert client.models.retrieve(MODEL).object == "model"


@check
def errors():
    def fails(kind, code, **options):
        try:
            client.chat.completions.create(**{"model": MODEL, "messages": QUESTION, **options})
        except kind as error:
            assert error.code == code, error
            assert error.request_id, error
            return error
        raise AssertionError(f"no {kind}")

    assert fails(openai.NotFoundError, "model_not_found", model="huge").param == "model"
    assert fails(openai.BadRequestError, None, temperature=3).param == "temperature"
    assert fails(openai.BadRequestError, "context_length_exceeded", messages=[{"role": "user", "content": "bird " * 3000}])
    unsupported = {"type": "json_schema", "json_schema": {"name": "set", "schema": {"type": "array", "uniqueItems": True}}}
    assert "uniqueItems" in fails(openai.BadRequestError, "invalid_value", response_format=unsupported).message


@check
def retries_after_a_rejection():
    def ask(retries, tokens):
        patient = client.with_options(max_retries=retries)
        try:
            # Without the end token, which is number 0, each response is as long as it may be.
            patient.chat.completions.create(model=MODEL, messages=QUESTION, max_tokens=tokens, temperature=2, logit_bias={"0": -100})
        except openai.APIStatusError as error:
            return error
        return None

    # 96 fit, and they take seconds, so that a slow client has sent the others before the first one ends.
    with ThreadPoolExecutor(160) as pool:
        rejected = [error for error in pool.map(ask, [0] * 160, [500] * 160) if error]
        assert rejected, "160 requests at once fit"
        for error in rejected:
            assert error.status_code in (429, 503), error
            assert error.body["limit"] == "queue" and error.body["measured"] > error.body["value"], error.body
            headers = error.response.headers
            assert headers["x-should-retry"] == "true" and int(headers["retry-after-ms"]) > 0
        assert not [error for error in pool.map(ask, [50] * 160, [50] * 160) if error], "a retry failed"


@check
def asynchronous():
    async def ask():
        async with openai.AsyncOpenAI(base_url=f"{CHAT}/v1", api_key="none") as other:
            text = ""
            async for chunk in await other.chat.completions.create(model=MODEL, messages=QUESTION, stream=True, max_tokens=20):
                text += chunk.choices[0].delta.content or ""
            return text

    assert asyncio.run(ask())


report(f"openai {openai.__version__}")
