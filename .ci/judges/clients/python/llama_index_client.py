"""llama-index against `parrot`."""

import sys

from llama_index.core.llms import ChatMessage
from llama_index.llms.openai_like import OpenAILike

from checks import check, report

PARROT = sys.argv[1]
model = OpenAILike(model="parrot", api_base=f"{PARROT}/v1", api_key="none", is_chat_model=True)


@check
def chat():
    question = [ChatMessage(role="user", content="An avocet wades.")]
    assert model.chat(question).message.content == "An avocet wades."
    assert "".join(piece.delta for piece in model.stream_chat(question)) == "An avocet wades."


@check
def complete():
    plain = OpenAILike(model="parrot", api_base=f"{PARROT}/v1", api_key="none", is_chat_model=False)
    assert plain.complete("An avocet wades.").text == "An avocet wades."


report("llama-index")
