"""langchain and langgraph against `parrot`."""

import sys

import pydantic
from langchain.agents import create_agent
from langchain.messages import ToolMessage
from langchain.tools import tool
from langchain_anthropic import ChatAnthropic
from langchain_openai import ChatOpenAI, OpenAIEmbeddings

from checks import check, report

PARROT = sys.argv[1]
openai = ChatOpenAI(model="parrot", base_url=f"{PARROT}/v1", api_key="none")
anthropic = ChatAnthropic(model="parrot", base_url=PARROT, api_key="none")


class Bird(pydantic.BaseModel):
    name: str
    legs: int


@tool
def weather(city: str) -> str:
    """Returns the weather of a city."""
    return "sunny"


@check
def invoke():
    for model in (openai, anthropic):
        answer = model.invoke("An avocet wades.")
        assert answer.text == "An avocet wades.", answer
        assert answer.usage_metadata["input_tokens"] == 3


@check
def stream():
    for model in (openai, anthropic):
        assert "".join(chunk.text for chunk in model.stream("An avocet wades.")) == "An avocet wades."


@check
def structured_output():
    for method in ("json_schema", "function_calling"):
        assert openai.with_structured_output(Bird, method=method).invoke("Describe an avocet.") == Bird(name="", legs=0)
    assert anthropic.with_structured_output(Bird).invoke("Describe an avocet.") == Bird(name="", legs=0)


@check
def agent():
    for model in (openai, anthropic):
        messages = create_agent(model, tools=[weather]).invoke({"messages": [{"role": "user", "content": "How is the weather?"}]})["messages"]
        results = [message for message in messages if isinstance(message, ToolMessage)]
        assert [result.content for result in results] == ["sunny"], messages
        assert messages[-1].text == "sunny"


@check
def embeddings():
    embedder = OpenAIEmbeddings(model="parrot", base_url=f"{PARROT}/v1", api_key="none", check_embedding_ctx_length=False)
    assert embedder.embed_documents(["four", "a"]) == [[4.0, 1.0], [1.0, 1.0]]


report("langchain")
