"""The conversations the model learns from, drawn without end from facts.toml and phrasing.toml."""

import re
import tomllib
from pathlib import Path
from random import Random

HERE = Path(__file__).parent


def normal(text):
    """The words alone: two texts with the same words count as the same question."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


class Corpus:
    def __init__(self, seed):
        self.random = Random(seed)
        source = tomllib.loads((HERE / "facts.toml").read_text())
        self.phrasing = tomllib.loads((HERE / "phrasing.toml").read_text())
        self.facts = {fact["id"]: fact for fact in source["fact"]}
        self.weights = [fact.get("weight", 1) for fact in self.facts.values()]
        self.follow_ups = source["follow_up"]
        self.synonyms = [
            (re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE), [other for other in group if other != word])
            for group in self.phrasing["synonyms"]
            for word in group
        ]
        self.forbidden = {normal(entry["question"]) for entry in self.held_out()}

    # The held-out questions

    def held_out(self):
        """What heldout.json holds: every fact's own questions, then the follow-ups with the turns before them."""
        entries = []
        for fact in self.facts.values():
            for question in fact["held_out"]:
                entries.append({"question": question, "answer": fact["answer"], "keywords": fact["keywords"]})
        for follow_up in self.follow_ups:
            first, then = self.facts[follow_up["after"][0]], self.facts[follow_up["then"]]
            history = [
                {"role": "user", "content": first["questions"][0]},
                {"role": "assistant", "content": first["answer"]},
            ]
            for question in follow_up["held_out"]:
                entries.append({"question": question, "answer": then["answer"], "keywords": then["keywords"], "history": history})
        return entries

    # One conversation

    def conversation(self, longest):
        messages = []
        if self.chance(0.2):
            messages.append({"role": "system", "content": self.random.choice(self.phrasing["systems"])})
        fact = None
        for _ in range(self.turns(longest)):
            question, fact = self.turn(fact)
            messages.append({"role": "user", "content": question})
            messages.append({"role": "assistant", "content": fact["answer"]})
        return messages

    def turns(self, longest):
        if self.chance(0.5):
            return 1
        return self.random.randint(1, longest)

    def turn(self, before):
        """A question and the fact that answers it; half of the time one that leans on the turn before."""
        while True:
            possible = [f for f in self.follow_ups if before and before["id"] in f["after"]]
            if possible and self.chance(0.5):
                follow_up = self.random.choice(possible)
                fact = self.facts[follow_up["then"]]
                question = self.random.choice(follow_up["questions"])
                question = self.casual(question)
            else:
                fact = self.random.choices(list(self.facts.values()), self.weights)[0]
                question = self.question(fact)
            if normal(question) not in self.forbidden:
                return question, fact

    # One question

    def question(self, fact):
        kind = self.random.random()
        if kind < 0.05 and len(fact["answer"].split()) > 8 and "topics" in fact:
            question = self.span(fact["answer"])
        elif kind < 0.11:
            question = self.crossing(fact)
        else:
            question = self.phrased(fact)
        return self.varied(question)

    def phrased(self, fact):
        templated = [("topic_templates", t) for t in fact.get("topics", [])] + [("task_templates", t) for t in fact.get("tasks", [])]
        if templated and self.chance(0.3):
            templates, subject = self.random.choice(templated)
            return self.random.choice(self.phrasing[templates]).format(subject)
        return self.random.choice(fact["questions"])

    def span(self, answer):
        """A few words of the answer itself, so that its vocabulary leads to it too."""
        words = answer.split()
        length = self.random.randint(3, 7)
        start = self.random.randint(0, len(words) - length)
        return self.random.choice(self.phrasing["topic_templates"]).format(" ".join(words[start : start + length]).rstrip(".,:;"))

    def crossing(self, fact):
        """The beginning of one phrasing with the end of another: no fixed sentence may be needed."""
        first, second = self.phrased(fact).split(), self.phrased(fact).split()
        return " ".join(first[: (len(first) + 1) // 2] + second[len(second) // 2 :])

    # Variation

    def varied(self, text):
        if self.chance(0.35):
            text = self.with_synonyms(text)
        if self.chance(0.1):
            text = self.shortened(text)
        if self.chance(0.15):
            text = f"{self.random.choice(self.phrasing['openings'])} {self.lowered(text)}"
        if self.chance(0.1):
            body, mark = re.fullmatch(r"(.*?)([?.!]*)", text, re.DOTALL).groups()
            text = f"{body} {self.random.choice(self.phrasing['closings'])}{mark}"
        return self.casual(text)

    def casual(self, text):
        """Lower case, no final mark, a slip of the finger."""
        if self.chance(0.25):
            text = text.lower()
        if self.chance(0.3):
            text = text.rstrip("?.!")
        if self.chance(0.08):
            text = self.mistyped(text)
        return text

    def with_synonyms(self, text):
        for pattern, others in self.random.sample(self.synonyms, len(self.synonyms)):
            if pattern.search(text) and self.chance(0.3):
                text = pattern.sub(lambda _: self.random.choice(others), text, count=1)
        return text[:1].upper() + text[1:]

    def shortened(self, text):
        words = [word for word in text.split() if word not in self.phrasing["droppable"] or self.chance(0.5)]
        return " ".join(words) or text

    def mistyped(self, text):
        places = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha()]
        if not places:
            return text
        i = self.random.choice(places)
        slip = self.random.choice([text[i + 1] + text[i], text[i + 1], text[i] + text[i] + text[i + 1]])
        return text[:i] + slip + text[i + 2 :]

    def lowered(self, text):
        return text if text[:2] in ("I ", "I'") else text[:1].lower() + text[1:]

    def chance(self, p):
        return self.random.random() < p
