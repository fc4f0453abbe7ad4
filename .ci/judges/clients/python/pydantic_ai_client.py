"""pydantic-ai against `parrot`."""

import sys

import pydantic
from pydantic_ai import Agent
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.output import NativeOutput
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider

from checks import check, report

PARROT = sys.argv[1]
openai = OpenAIChatModel("parrot", provider=OpenAIProvider(base_url=f"{PARROT}/v1", api_key="none"))
anthropic = AnthropicModel("parrot", provider=AnthropicProvider(base_url=PARROT, api_key="none"))


class Bird(pydantic.BaseModel):
    name: str
    legs: int


@check
def run():
    for model in (openai, anthropic):
        assert Agent(model).run_sync("An avocet wades.").output == "An avocet wades."


@check
def output_by_tool():
    for model in (openai, anthropic):
        assert Agent(model, output_type=Bird).run_sync("Describe an avocet.").output == Bird(name="", legs=0)


@check
def output_by_schema():
    assert Agent(openai, output_type=NativeOutput(Bird)).run_sync("Describe an avocet.").output == Bird(name="", legs=0)


@check
def tool_loop():
    for model in (openai, anthropic):
        agent = Agent(model)

        @agent.tool_plain
        def weather(city: str) -> str:
            return "sunny"

        assert agent.run_sync("How is the weather?").output == "sunny"


report("pydantic-ai")
