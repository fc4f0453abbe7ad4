"""Trains the model and writes it as a Hugging Face directory.

    python train.py ../model               first phase: many short conversations
    python train.py ../model --go-on       second phase: longer ones, on top of the first
"""

import argparse
import json
import math
import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from corpus import HERE, Corpus
from llama import Config, forward, initial
from tokenizer import BEGIN, END, encode_for_training, save_tokenizer, train_tokenizer

SEED = 20
TOKENS_PER_STEP = 1024
LONG = 1024
WARM_UP, DECAY, DROPOUT = 100, 0.1, 0.05
CUT, CUT_AFTER = 0.7, 16  # how often the last answer is cut, and after how many tokens


@dataclass(frozen=True)
class Phase:
    seed: int
    steps: int
    peak_rate: float
    length: int
    long_every: int  # every so many steps, rows of full length: many turns, far positions


FIRST = Phase(seed=SEED, steps=2800, peak_rate=2e-3, length=128, long_every=32)
SECOND = Phase(seed=SEED + 1, steps=240, peak_rate=8e-4, length=256, long_every=8)


def pack(corpus, tokenizer, rows, length):
    """Rows filled with conversations. Each one keeps its own positions and sees nothing of its neighbours.

    Which answer it will be is decided in its first words; the rest is soon known by heart. So most last answers are
    cut, and more questions fit.
    """
    tokens, positions, segments, own = (np.zeros((rows, length + 1), np.int32) for _ in range(4))
    most_turns = length // 64
    for row in range(rows):
        used, segment = 0, 0
        while used < length - 24:
            ids, mine = encode_for_training(tokenizer, corpus.conversation(most_turns))
            if corpus.chance(CUT):
                answer = len(mine) - mine[::-1].index(False)
                ids, mine = ids[: answer + CUT_AFTER], mine[: answer + CUT_AFTER]
            taken = min(len(ids), length + 1 - used)
            place = slice(used, used + taken)
            segment += 1
            tokens[row, place], own[row, place] = ids[:taken], mine[:taken]
            positions[row, place], segments[row, place] = np.arange(taken), segment
            used += taken
    return tokens, positions, segments, own


def loss(weights, config, batch, key):
    tokens, positions, segments, own = batch
    inputs, segment = tokens[:, :-1], segments[:, :-1]
    order = jnp.arange(inputs.shape[1])
    mask = (segment[:, :, None] == segment[:, None, :]) & (order[:, None] >= order)
    logits = forward(weights, config, inputs, positions[:, :-1], mask, dropout=DROPOUT, key=key)
    scores = jnp.take_along_axis(jax.nn.log_softmax(logits), tokens[:, 1:, None], axis=-1)[..., 0]
    answering = own[:, 1:]
    return -(scores * answering).sum() / answering.sum()


@partial(jax.jit, static_argnums=1, donate_argnums=(0, 2))
def update(weights, config, moments, batch, step, rate, key):
    """One step of AdamW with the gradient clipped to length 1."""
    value, gradient = jax.value_and_grad(loss)(weights, config, batch, key)
    length = jnp.sqrt(sum((g * g).sum() for g in gradient.values()))
    shrink = jnp.minimum(1.0, 1.0 / length)
    new_weights, new_moments = {}, {}
    for name, g in gradient.items():
        g = g * shrink
        first, second = moments[name]
        first, second = 0.9 * first + 0.1 * g, 0.98 * second + 0.02 * g * g
        move = first / (1 - 0.9**step) / (jnp.sqrt(second / (1 - 0.98**step)) + 1e-8)
        if g.ndim > 1:
            move = move + DECAY * weights[name]
        new_weights[name] = weights[name] - rate * move
        new_moments[name] = (first, second)
    return new_weights, new_moments, value


def learning_rate(step, phase):
    if step < WARM_UP:
        return phase.peak_rate * step / WARM_UP
    progress = (step - WARM_UP) / max(phase.steps - WARM_UP, 1)
    return phase.peak_rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))


def save(weights, config, tokenizer, folder):
    folder.mkdir(parents=True, exist_ok=True)
    begin, end = tokenizer.token_to_id(BEGIN), tokenizer.token_to_id(END)
    ids = {"bos_token_id": begin, "eos_token_id": end, "pad_token_id": end}
    save_file({name: np.asarray(w, np.float16) for name, w in weights.items()}, folder / "model.safetensors", {"format": "pt"})
    described = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        **asdict(config),
        **ids,
        "head_dim": config.head_dim,
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "rope_scaling": None,
        "tie_word_embeddings": True,
        "torch_dtype": "float16",
    }
    (folder / "config.json").write_text(json.dumps(described, indent=2) + "\n")
    generation = {**ids, "do_sample": True, "temperature": 0.7, "max_new_tokens": 160}
    (folder / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n")
    save_tokenizer(tokenizer, folder, config.max_position_embeddings)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model", type=Path, help="folder to write")
    arguments.add_argument("--go-on", action="store_true", help="start from the model in the folder")
    arguments = arguments.parse_args()

    phase = SECOND if arguments.go_on else FIRST
    corpus, config = Corpus(phase.seed), Config()
    (HERE / "heldout.json").write_text(json.dumps(corpus.held_out(), indent=1, ensure_ascii=False) + "\n")
    # The default generator costs a tenth of a step on a CPU.
    key, own = jax.random.split(jax.random.key(phase.seed, impl="rbg"))
    if arguments.go_on:
        tokenizer = Tokenizer.from_file(str(arguments.model / "tokenizer.json"))
        stored = load_file(arguments.model / "model.safetensors")
        weights = {name: jnp.asarray(w, jnp.float32) for name, w in stored.items()}
    else:
        sample = (message["content"] for _ in range(4000) for message in corpus.conversation(2))
        tokenizer = train_tokenizer(sample, config.vocab_size)
        weights = initial(config, own)
    moments = {name: (jnp.zeros_like(w), jnp.zeros_like(w)) for name, w in weights.items()}
    print(f"{sum(w.size for w in weights.values()):,} parameters")

    began, recent = time.time(), []
    for step in range(1, phase.steps + 1):
        length = LONG if step % phase.long_every == 0 else phase.length
        batch = pack(corpus, tokenizer, TOKENS_PER_STEP // length, length)
        key, own = jax.random.split(key)
        weights, moments, value = update(weights, config, moments, batch, step, learning_rate(step, phase), own)
        recent.append(value)
        if step % 50 == 0:
            print(f"step {step}  loss {np.mean(recent):.4f}  {time.time() - began:.0f} s", flush=True)
            recent.clear()
    save(weights, config, tokenizer, arguments.model)


if __name__ == "__main__":
    main()
