"""A byte-level BPE tokenizer trained on the corpus, and the chat template that goes with it."""

import json

from jinja2 import Environment
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

BEGIN, END = "<|begin|>", "<|end|>"
SPECIAL = [END, BEGIN, "<|system|>", "<|user|>", "<|assistant|>"]

CHAT_TEMPLATE = (
    "{{ bos_token }}"
    "{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>' }}{{ message['content'] | trim }}{{ eos_token }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def train_tokenizer(texts, vocab_size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def save_tokenizer(tokenizer, folder, max_length):
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": BEGIN,
        "eos_token": END,
        "pad_token": END,
        "add_bos_token": False,
        "add_eos_token": False,
        "clean_up_tokenization_spaces": False,
        "model_max_length": max_length,
        "chat_template": CHAT_TEMPLATE,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


_template = Environment().from_string(CHAT_TEMPLATE)


def render(messages, add_generation_prompt=True):
    return _template.render(messages=messages, add_generation_prompt=add_generation_prompt, bos_token=BEGIN, eos_token=END)


def encode_for_training(tokenizer, messages):
    """The token ids of a conversation, and for each whether it is the model's own word."""
    ids, own = [], []
    text = render(messages, add_generation_prompt=False)
    answering = False
    end, assistant = (tokenizer.token_to_id(token) for token in (END, "<|assistant|>"))
    for token in tokenizer.encode(text).ids:
        ids.append(token)
        own.append(answering)
        if token == assistant:
            answering = True
        elif token == end:
            answering = False
    return ids, own
