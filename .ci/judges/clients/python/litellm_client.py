"""litellm against `parrot`, in both formats."""

import json
import sys

import litellm

from checks import check, report

PARROT = sys.argv[1]
QUESTION = [{"role": "user", "content": "An avocet wades."}]
TOOL = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}
OPENAI = {"model": "openai/parrot", "api_base": f"{PARROT}/v1", "api_key": "none"}
ANTHROPIC = {"model": "anthropic/parrot", "api_base": PARROT, "api_key": "none"}


@check
def both_formats():
    for options in (OPENAI, ANTHROPIC):
        answer = litellm.completion(messages=QUESTION, **options)
        assert answer.choices[0].message.content == "An avocet wades.", answer
        assert answer.usage.prompt_tokens == 3


@check
def streams():
    for options in (OPENAI, ANTHROPIC):
        chunks = litellm.completion(messages=QUESTION, stream=True, **options)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "An avocet wades."


@check
def tools():
    for options in (OPENAI, ANTHROPIC):
        answer = litellm.completion(messages=QUESTION, tools=[TOOL], **options)
        assert answer.choices[0].finish_reason == "tool_calls"
        assert json.loads(answer.choices[0].message.tool_calls[0].function.arguments) == {"city": ""}


@check
def embeddings():
    answer = litellm.embedding(input=["four"], encoding_format="float", **OPENAI)
    assert answer.data[0]["embedding"] == [4.0, 1.0]


@check
def errors():
    for options, kind in ((OPENAI, litellm.NotFoundError), (ANTHROPIC, litellm.NotFoundError)):
        try:
            litellm.completion(messages=QUESTION, **{**options, "model": options["model"].replace("parrot", "huge")})
        except kind:
            continue
        raise AssertionError("no error")


report("litellm")
