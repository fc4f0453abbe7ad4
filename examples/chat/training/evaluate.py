"""Asks the model every held-out question.

    python evaluate.py ../model                  greedy: the best token each time
    python evaluate.py ../model --temperature 0.7
    python evaluate.py ../model --ask "What is Avocet?" "How do I start?"    one conversation
"""

import argparse
import json
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from corpus import HERE
from llama import Config, generate
from tokenizer import END, render

MOST_NEW_TOKENS = 160


class Model:
    def __init__(self, folder):
        described = json.loads((folder / "config.json").read_text())
        self.config = Config(**{name: described[name] for name in Config.__dataclass_fields__})
        self.weights = {name: jnp.asarray(w, jnp.float32) for name, w in load_file(folder / "model.safetensors").items()}
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.end = self.tokenizer.token_to_id(END)

    def answers(self, conversations, temperature=0.0, seed=0):
        prompts = [self.tokenizer.encode(render(messages)).ids for messages in conversations]
        lengths = np.array([len(prompt) for prompt in prompts])
        grid = np.zeros((len(prompts), lengths.max()), np.int32)
        for row, prompt in zip(grid, prompts):
            row[: len(prompt)] = prompt
        steps = int(lengths.max()) + MOST_NEW_TOKENS
        run = jax.jit(partial(generate, config=self.config, steps=steps, temperature=temperature))
        rows = np.asarray(run(self.weights, prompts=grid, lengths=lengths, key=jax.random.key(seed)))
        return [self.text(row[length:]) for row, length in zip(rows, lengths)]

    def text(self, ids):
        ids = ids.tolist()
        if self.end in ids:
            ids = ids[: ids.index(self.end)]
        return self.tokenizer.decode(ids)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model", type=Path)
    arguments.add_argument("--temperature", type=float, default=0.0)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--ask", nargs="+", metavar="QUESTION")
    arguments.add_argument("--failures", action="store_true", help="print the questions answered badly")
    arguments = arguments.parse_args()
    model = Model(arguments.model)

    if arguments.ask:
        messages = []
        for question in arguments.ask:
            messages.append({"role": "user", "content": question})
            [answer] = model.answers([messages], arguments.temperature, arguments.seed)
            messages.append({"role": "assistant", "content": answer})
            print(f"> {question}\n{answer}\n")
        return

    entries = json.loads((HERE / "heldout.json").read_text())
    asked = [entry.get("history", []) + [{"role": "user", "content": entry["question"]}] for entry in entries]
    answers = model.answers(asked, arguments.temperature, arguments.seed)
    for label, follow_up in (("single questions", False), ("follow-ups", True)):
        chosen = [(entry, answer) for entry, answer in zip(entries, answers) if ("history" in entry) == follow_up]
        by_keywords = [all(k in answer.lower() for k in entry["keywords"]) for entry, answer in chosen]
        exact = [entry["answer"] == answer for entry, answer in chosen]
        print(f"{label}: {sum(by_keywords)} of {len(chosen)} by keywords, {sum(exact)} exact")
        if arguments.failures:
            for (entry, answer), good in zip(chosen, by_keywords):
                if not good:
                    print(f"  > {entry['question']}\n    {answer}")


if __name__ == "__main__":
    main()
