"""instructor against `parrot`, in each of its modes."""

import sys

import instructor
import openai
import pydantic

from checks import check, report

PARROT = sys.argv[1]


class Bird(pydantic.BaseModel):
    name: str
    legs: int


@check
def modes():
    client = openai.OpenAI(base_url=f"{PARROT}/v1", api_key="none")
    for mode in (instructor.Mode.TOOLS, instructor.Mode.JSON_SCHEMA):
        patched = instructor.from_openai(client, mode=mode)
        bird = patched.chat.completions.create(model="parrot", messages=[{"role": "user", "content": "Describe an avocet."}], response_model=Bird)
        assert bird.model_dump() == {"name": "", "legs": 0}, (mode, bird)


report(f"instructor on openai {openai.__version__}")
