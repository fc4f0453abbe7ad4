"""Anthropic's client for Python against `chat`."""

import json
import sys

import anthropic

from checks import check, report

CHAT = sys.argv[1]
client = anthropic.Anthropic(base_url=CHAT, api_key="none")
MODEL = "model"
QUESTION = [{"role": "user", "content": "What is an avocet?"}]
TOOL = {
    "name": "describe",
    "description": "Describes a bird.",
    "input_schema": {
        "type": "object",
        "properties": {"name": {"type": "string", "maxLength": 20}, "legs": {"type": "integer", "minimum": 0, "maximum": 8}},
        "required": ["name", "legs"],
        "additionalProperties": False,
    },
}


@check
def message():
    answer = client.messages.create(model=MODEL, messages=QUESTION, extra_body={"temperature": 0}, max_tokens=60, system="Be brief.")
    assert "wad" in answer.content[0].text and answer.stop_reason == "end_turn"
    assert answer.usage.input_tokens > 5 and answer.usage.output_tokens > 5
    assert answer._request_id


@check
def stream():
    whole = client.messages.create(model=MODEL, messages=QUESTION, extra_body={"temperature": 0}, max_tokens=60)
    with client.messages.stream(model=MODEL, messages=QUESTION, extra_body={"temperature": 0}, max_tokens=60) as events:
        text = "".join(events.text_stream)
        final = events.get_final_message()
    assert text == whole.content[0].text == final.content[0].text
    assert final.usage.input_tokens == whole.usage.input_tokens and final.usage.output_tokens == whole.usage.output_tokens


@check
def tools():
    choice = {"type": "tool", "name": "describe"}
    answer = client.messages.create(model=MODEL, messages=QUESTION, tools=[TOOL], tool_choice=choice, max_tokens=200)
    assert answer.stop_reason == "tool_use"
    call = answer.content[0]
    assert call.name == "describe" and set(call.input) == {"name", "legs"}
    with client.messages.stream(model=MODEL, messages=QUESTION, tools=[TOOL], tool_choice=choice, max_tokens=200) as events:
        final = events.get_final_message()
    assert set(final.content[0].input) == {"name", "legs"}
    history = QUESTION + [
        {"role": "assistant", "content": answer.content},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": "A wader."}]},
    ]
    assert client.messages.create(model=MODEL, messages=history, tools=[TOOL], max_tokens=20).content


@check
def structured_output():
    schema = {**TOOL["input_schema"]}
    answer = client.messages.create(
        model=MODEL, messages=QUESTION, max_tokens=200, output_config={"format": {"type": "json_schema", "schema": schema}}
    )
    assert set(json.loads(answer.content[0].text)) == {"name", "legs"}


@check
def stop_sequence():
    answer = client.messages.create(model=MODEL, messages=QUESTION, extra_body={"temperature": 0}, max_tokens=60, stop_sequences=[" a "])
    assert answer.stop_reason in ("stop_sequence", "end_turn")
    assert " a " not in answer.content[0].text


@check
def count_tokens():
    count = client.messages.count_tokens(model=MODEL, messages=QUESTION)
    assert count.input_tokens == client.messages.create(model=MODEL, messages=QUESTION, max_tokens=1).usage.input_tokens


@check
def cancel_in_mid_stream():
    running = lambda: client.get("/health", cast_to=anthropic.BaseModel).model_dump()["running"]
    with client.messages.stream(model=MODEL, messages=QUESTION, max_tokens=800, extra_body={"temperature": 1}) as events:
        for _ in zip(range(3), events.text_stream):
            pass
    for _ in range(100):
        if running() == 0:
            return
    raise AssertionError("the response still runs")


@check
def errors():
    def fails(kind, **options):
        try:
            client.messages.create(**{"model": MODEL, "messages": QUESTION, "max_tokens": 5, **options})
        except kind as error:
            assert error.request_id and error.body["error"]["message"], error
            return error
        raise AssertionError(f"no {kind}")

    assert fails(anthropic.NotFoundError, model="huge").body["error"]["type"] == "not_found_error"
    assert "temperature" in fails(anthropic.BadRequestError, extra_body={"temperature": 3}).message
    fails(anthropic.BadRequestError, messages=[{"role": "user", "content": "bird " * 3000}])


report(f"anthropic {anthropic.__version__}")
