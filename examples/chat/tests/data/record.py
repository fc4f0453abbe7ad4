"""Records two tiny random checkpoints and what `transformers` computes from them.

    pip install torch transformers
    python record.py

`grouped` is the plain case (grouped-query attention, own output matrix, bfloat16, the older form
of `config.json`) with a tokenizer and a chat template. `scaled` covers the rest: tied embeddings,
biases, a head size that is not hidden/heads, "llama3" rotary scaling, float16, the newer form of
`config.json`. Both are far from trained, but their weights are wide enough that attention and
positions matter in the numbers.
"""

import json
import pathlib

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

HERE = pathlib.Path(__file__).parent
SPECIAL = ["<|begin|>", "<|end|>", "<|im_start|>", "<|im_end|>"]
TEXT = """the bird wades in the water and the bird lands on the sand
a stream of tokens, one at a time: héron, straße, 鳥, 水, 🐦, 👩‍🚀, 🇫🇷 and again 🐦🐦
user assistant system you are a helpful assistant""".splitlines()
TEMPLATE = """\
{{ bos_token }}
{%- for message in messages %}
    {%- if message['role'] not in ['system', 'user', 'assistant'] %}
        {{- raise_exception('unknown role') }}
    {%- endif %}
    {%- if message['role'] == 'system' and not loop.first %}
        {{- raise_exception('a system message must come first') }}
    {%- endif %}
    {{- '<|im_start|>' + message['role'] + '\\n' + message['content'].strip() + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
CONVERSATION = [
    {"role": "system", "content": "you are a bird"},
    {"role": "user", "content": "  the water 🐦? "},
]


def checkpoint(name, seed, dtype, tokens, **config):
    """Writes weights, and for one pass over `tokens` the final hidden states and the logits."""
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    torch.manual_seed(seed)
    model = LlamaForCausalLM(LlamaConfig(**config, attn_implementation="eager")).eval()
    with torch.no_grad():
        for key, weight in model.named_parameters():
            weight.normal_(1.0 if "norm" in key else 0.0, 0.3)
    model.to(dtype).save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    # Loaded anew: `to` also rounded the rotary frequencies, which are not part of the file.
    model = LlamaForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    with torch.no_grad():
        out = model(torch.tensor([tokens]), output_hidden_states=True)
    save_file(
        {
            "tokens": torch.tensor(tokens),
            "hidden": out.hidden_states[-1][0].contiguous(),
            "logits": out.logits[0].contiguous(),
        },
        folder / "expected.safetensors",
    )


def main():
    trainer = trainers.BpeTrainer(
        vocab_size=288,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(TEXT, trainer)

    grouped = HERE / "grouped"
    checkpoint(
        "grouped", 1, torch.bfloat16, [0, *range(7, 280, 13)],
        vocab_size=288, hidden_size=32, intermediate_size=48, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=128,
        rms_norm_eps=1e-5, tie_word_embeddings=False, bos_token_id=0, eos_token_id=[1, 3],
    )  # fmt: skip
    config = json.loads((grouped / "config.json").read_text())
    config["rope_theta"] = config.pop("rope_parameters")["rope_theta"]
    (grouped / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    tokenizer.save(str(grouped / "tokenizer.json"))
    (grouped / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "bos_token": {"content": "<|begin|>", "special": True},
                "eos_token": "<|im_end|>",
                "chat_template": TEMPLATE,
            },
            indent=2,
        )
        + "\n"
    )
    loaded = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<|begin|>", eos_token="<|im_end|>"
    )
    loaded.chat_template = TEMPLATE
    prompt = loaded.apply_chat_template(
        CONVERSATION, add_generation_prompt=True, tokenize=False
    )
    (grouped / "prompt.json").write_text(
        json.dumps(
            {
                "messages": CONVERSATION,
                "text": prompt,
                "tokens": loaded.encode(prompt, add_special_tokens=False),
            },
            indent=2,
        )
        + "\n"
    )

    checkpoint(
        "scaled", 2, torch.float16, list(range(3, 51, 2)),
        vocab_size=56, hidden_size=24, intermediate_size=40, num_hidden_layers=2,
        num_attention_heads=6, num_key_value_heads=2, head_dim=8, max_position_embeddings=64,
        rms_norm_eps=1e-6, tie_word_embeddings=True, attention_bias=True, mlp_bias=True,
        bos_token_id=0, eos_token_id=1,
        rope_parameters={
            "rope_type": "llama3", "rope_theta": 100.0, "factor": 8.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 32,
        },
    )  # fmt: skip


if __name__ == "__main__":
    main()
