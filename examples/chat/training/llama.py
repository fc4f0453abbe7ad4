"""The Llama forward pass in JAX. Weights keep their Hugging Face names and shapes."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp


@dataclass(frozen=True)
class Config:
    vocab_size: int = 1536
    hidden_size: int = 192
    intermediate_size: int = 512
    num_hidden_layers: int = 4
    num_attention_heads: int = 6
    num_key_value_heads: int = 2
    max_position_embeddings: int = 1024
    rope_theta: float = 10000.0
    rms_norm_eps: float = 1e-5

    @property
    def head_dim(self):
        return self.hidden_size // self.num_attention_heads


def shapes(config):
    hidden, inner = config.hidden_size, config.intermediate_size
    key_value = config.num_key_value_heads * config.head_dim
    result = {"model.embed_tokens.weight": (config.vocab_size, hidden), "model.norm.weight": (hidden,)}
    for layer in range(config.num_hidden_layers):
        prefix = f"model.layers.{layer}."
        result |= {
            prefix + "input_layernorm.weight": (hidden,),
            prefix + "self_attn.q_proj.weight": (hidden, hidden),
            prefix + "self_attn.k_proj.weight": (key_value, hidden),
            prefix + "self_attn.v_proj.weight": (key_value, hidden),
            prefix + "self_attn.o_proj.weight": (hidden, hidden),
            prefix + "post_attention_layernorm.weight": (hidden,),
            prefix + "mlp.gate_proj.weight": (inner, hidden),
            prefix + "mlp.up_proj.weight": (inner, hidden),
            prefix + "mlp.down_proj.weight": (hidden, inner),
        }
    return result


def initial(config, key):
    weights = {}
    for name, shape in shapes(config).items():
        key, own = jax.random.split(key)
        if len(shape) == 1:
            weights[name] = jnp.ones(shape)
            continue
        scale = 0.02
        if name.endswith(("o_proj.weight", "down_proj.weight")):
            # The residual sum over all layers should start no wider than one layer's.
            scale /= (2 * config.num_hidden_layers) ** 0.5
        weights[name] = scale * jax.random.normal(own, shape)
    return weights


def rms_norm(x, weight, eps):
    return x * jax.lax.rsqrt(jnp.mean(x * x, axis=-1, keepdims=True) + eps) * weight


def rotate(x, positions, theta):
    """Rotary positions in the Hugging Face order: dimension i pairs with i + half."""
    half = x.shape[-1] // 2
    frequencies = theta ** (-jnp.arange(half) / half)
    angles = positions[:, :, None, None] * frequencies
    cos, sin = jnp.cos(angles), jnp.sin(angles)
    first, second = x[..., :half], x[..., half:]
    return jnp.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1)


def attend(queries, keys, values, mask):
    """queries [b, t, heads, d]; keys and values [b, s, kv_heads, d]; mask [b, t, s]."""
    b, t, heads, d = queries.shape
    groups = keys.shape[2]
    queries = queries.reshape(b, t, groups, heads // groups, d)
    scores = jnp.einsum("btghd,bsgd->bghts", queries, keys) * d**-0.5
    scores = jnp.where(mask[:, None, None], scores, -1e9)
    mixed = jnp.einsum("bghts,bsgd->btghd", jax.nn.softmax(scores, axis=-1), values)
    return mixed.reshape(b, t, heads * d)


def forward(weights, config, tokens, positions, mask, cache=None, at=None, dropout=0.0, key=None):
    """Logits for `tokens` [b, t]. With a cache, one token per row is written at index `at` and attends to what is stored."""

    def linear(name, x):
        return x @ weights[name].T

    def thinned(x):
        nonlocal key
        if not dropout:
            return x
        key, own = jax.random.split(key)
        return x * jax.random.bernoulli(own, 1 - dropout, x.shape) / (1 - dropout)

    b, t = tokens.shape
    x = thinned(weights["model.embed_tokens.weight"][tokens])
    stored = []
    for layer in range(config.num_hidden_layers):
        prefix = f"model.layers.{layer}."
        h = rms_norm(x, weights[prefix + "input_layernorm.weight"], config.rms_norm_eps)
        queries, keys, values = (
            linear(f"{prefix}self_attn.{which}_proj.weight", h).reshape(b, t, -1, config.head_dim) for which in "qkv"
        )
        queries, keys = (rotate(part, positions, config.rope_theta) for part in (queries, keys))
        if cache is not None:
            keys, values = (
                jax.lax.dynamic_update_slice_in_dim(old, new, at, axis=1) for old, new in zip(cache[layer], (keys, values))
            )
            stored.append((keys, values))
        x = x + thinned(linear(prefix + "self_attn.o_proj.weight", attend(queries, keys, values, mask)))
        h = rms_norm(x, weights[prefix + "post_attention_layernorm.weight"], config.rms_norm_eps)
        h = jax.nn.silu(linear(prefix + "mlp.gate_proj.weight", h)) * linear(prefix + "mlp.up_proj.weight", h)
        x = x + thinned(linear(prefix + "mlp.down_proj.weight", h))
    x = rms_norm(x, weights["model.norm.weight"], config.rms_norm_eps)
    logits = x @ weights["model.embed_tokens.weight"].T
    return logits if cache is None else (logits, stored)


def generate(weights, config, prompts, lengths, steps, temperature=0.0, key=None):
    """Continues every row of `prompts` [b, n], each known up to its own length, until index `steps`."""
    b, width = prompts.shape
    empty = jnp.zeros((b, steps, config.num_key_value_heads, config.head_dim))
    cache = [(empty, empty)] * config.num_hidden_layers
    key = jax.random.key(0) if key is None else key

    def step(carry, index):
        cache, last, key = carry
        token = jnp.where(index < lengths, prompts[:, jnp.minimum(index, width - 1)], last)
        mask = jnp.broadcast_to(jnp.arange(steps) <= index, (b, 1, steps))
        positions = jnp.full((b, 1), index)
        logits, cache = forward(weights, config, token[:, None], positions, mask, cache, index)
        key, own = jax.random.split(key)
        if temperature:
            following = jax.random.categorical(own, logits[:, 0] / temperature)
        else:
            following = logits[:, 0].argmax(-1)
        return (cache, following, key), token

    _, tokens = jax.lax.scan(step, (cache, prompts[:, 0], key), jnp.arange(steps))
    return tokens.T
