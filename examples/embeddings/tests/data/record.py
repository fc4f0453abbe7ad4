"""Records the vectors that sentence-transformers computes.

    pip install sentence-transformers
    ../../fetch
    python record.py

`reference.json` has the vectors of all-MiniLM-L6-v2. `tiny` is a random BERT encoder of a few kilobytes
with its vectors in `tiny/reference.json`, for tests that do not need the real model. It is far from
trained, but its weights are wide enough that attention, positions, biases and the exact GELU matter in
the numbers.
"""

import json
import os
import pathlib

import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertModel

HERE = pathlib.Path(__file__).parent
CACHE = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
MODEL = os.environ.get("AVOCET_MINILM") or f"{CACHE}/avocet/all-MiniLM-L6-v2"

PARAGRAPH = (
    "The pied avocet is a large black and white wader. It breeds in temperate Europe and across the "
    "Palearctic, in shallow lakes with brackish water and exposed bare mud. The birds nest on open ground, "
    "often in small groups, and sometimes with other waders. They forage in shallow water or on mud flats, "
    "and sweep their long, upcurved bills from side to side. "
)
TEXTS = [
    "",
    " ",
    "a",
    "?!",
    "An avocet wades.",
    "A wading bird.",
    "The invoice is due in thirty days.",
    "HOW DO I RESET MY PASSWORD?",
    "how do i reset my password?",
    "Straße, héron, naïve, Ångström: accents are stripped.",
    "鳥は水の中を歩く。",
    "Птица ходит по воде",
    "طائر يمشي في الماء",
    "emoji 🐦 and families 👩‍🚀 🇫🇷",
    "control\x00characters\u200b and\ttabs\r\nand\u3000spaces",
    "fn main() { println!(\"{}\", 1 + 2); }",
    "https://example.com/a/b?c=d&e=f#g",
    "x" * 101,
    "[CLS] a text with special tokens [SEP] [MASK] in it",
    PARAGRAPH,
    PARAGRAPH * 2,
    PARAGRAPH * 3,
    PARAGRAPH * 6,
    "bird " * 253 + "end",
    "bird " * 254 + "end",
]
TINY_TEXTS = ["", "a bird", "the bird wades in the water and lands on the sand", "a stream of water " * 9]


def record(folder, texts, path):
    model = SentenceTransformer(str(folder), device="cpu")
    # One by one, so that no padding is involved.
    rows = []
    for text in texts:
        tokens = model.tokenize([text])["input_ids"][0]
        vector = model.encode([text])[0]
        rows.append((text, len(tokens), [float(f"{value:.7g}") for value in vector]))
    lines = ",\n".join(
        json.dumps({"text": text, "tokens": tokens, "vector": vector}, ensure_ascii=False)
        for text, tokens, vector in rows
    )
    path.write_text(f"[\n{lines}\n]\n")


def write(path, value):
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")


def tiny(folder):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=96, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(TINY_TEXTS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    # As in the file of all-MiniLM-L6-v2: a shorter limit than that of the model, and padding.
    tokenizer.enable_truncation(8)
    tokenizer.enable_padding(length=8)
    folder.mkdir(exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    write(folder / "tokenizer_config.json", {"tokenizer_class": "BertTokenizer", "model_max_length": 64})

    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=24, intermediate_size=40,
        num_hidden_layers=2, num_attention_heads=3, max_position_embeddings=64, layer_norm_eps=1e-5,
    )  # fmt: skip
    model = BertModel(config, add_pooling_layer=False).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.normal_(1.0 if name.endswith("LayerNorm.weight") else 0.0, 0.3)
    model.to(torch.float16).save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    # sentence-transformers computes in the type that this names.
    config.pop("dtype", None)
    write(folder / "config.json", config | {"dtype": "float32"})
    write(folder / "sentence_bert_config.json", {"max_seq_length": 24, "do_lower_case": False})
    kinds = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}
    write(
        folder / "modules.json",
        [
            {"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for index, (path, kind) in enumerate(kinds.items())
        ],
    )
    write(
        folder / "1_Pooling/config.json",
        {"word_embedding_dimension": 24, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True},
    )


def main():
    tiny(HERE / "tiny")
    record(HERE / "tiny", TINY_TEXTS, HERE / "tiny/reference.json")
    record(MODEL, TEXTS, HERE / "reference.json")


if __name__ == "__main__":
    main()
