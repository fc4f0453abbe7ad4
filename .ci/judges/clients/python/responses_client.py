"""OpenAI's client for Python against the Responses API of `parrot`, which stores responses, and of `chat`, which does not."""

import sys
import time

import openai
import pydantic

from checks import check, report

CHAT, PARROT = sys.argv[1:3]
client = openai.OpenAI(base_url=f"{PARROT}/v1", api_key="none")
TOOL = {
    "type": "function",
    "name": "weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False},
    "strict": True,
}


class Bird(pydantic.BaseModel):
    name: str
    legs: int


@check
def create():
    answer = client.responses.create(model="parrot", input="An avocet wades.", instructions="Be brief.")
    assert answer.output_text == "An avocet wades." and answer.status == "completed"
    assert answer.usage.input_tokens == 5 and answer.usage.total_tokens == 8


@check
def a_real_model():
    other = openai.OpenAI(base_url=f"{CHAT}/v1", api_key="none")
    answer = other.responses.create(model="model", input="What is an avocet?", temperature=0, max_output_tokens=60, store=False)
    assert "wad" in answer.output_text
    bird = other.responses.parse(model="model", input="Describe an avocet.", text_format=Bird, max_output_tokens=300, store=False)
    assert isinstance(bird.output_parsed, Bird)


@check
def stream():
    with client.responses.stream(model="parrot", input="An avocet wades.") as events:
        text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
        assert text == events.get_final_response().output_text == "An avocet wades."


@check
def structured_output():
    assert client.responses.parse(model="parrot", input="x", text_format=Bird).output_parsed == Bird(name="", legs=0)


@check
def tools():
    answer = client.responses.create(model="parrot", input="How is the weather?", tools=[TOOL])
    call = answer.output[0]
    assert call.type == "function_call" and call.arguments == '{"city":""}'
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
    assert client.responses.create(model="parrot", input=[result], tools=[TOOL], previous_response_id=answer.id).output_text == "sunny"


@check
def stored():
    answer = client.responses.create(model="parrot", input="An avocet wades.")
    assert client.responses.retrieve(answer.id).output_text == answer.output_text
    assert [item.role for item in client.responses.input_items.list(answer.id)] == ["user"]
    client.responses.delete(answer.id)
    try:
        client.responses.retrieve(answer.id)
    except openai.NotFoundError:
        return
    raise AssertionError("the response is still there")


@check
def background():
    answer = client.responses.create(model="parrot", input="An avocet wades.", background=True)
    for _ in range(100):
        if answer.status == "completed":
            assert answer.output_text == "An avocet wades."
            return
        time.sleep(0.05)
        answer = client.responses.retrieve(answer.id)
    raise AssertionError(answer.status)


@check
def errors():
    for options, field in (({"tools": [{"type": "web_search"}]}, "tools"), ({"truncation": "auto"}, "truncation")):
        try:
            client.responses.create(model="parrot", input="x", **options)
        except openai.BadRequestError as error:
            assert error.param.startswith(field), error
            continue
        raise AssertionError("no error")


report("openai, responses")
