"""Same words, same score: who the customer and the agent are changes nothing (S17).

A thousand calls are made from templates in pairs that differ only in names across cultures and
genders, titles, pronouns, regional spelling, and metadata. Outcomes and scores must be equal.
"""

# ruff: noqa: SIM905 (names are read and edited as text)

import itertools
import random
import unicodedata

from scorer.call import Call, Turn
from scorer.scoring.rubric import available, load
from scorer.scoring.score import score

FIRST = """
    Emily Jamal Lakisha Brendan Mohammed Wei Priya Søren Ngozi José Aoife Hiroshi Fatima Olga
    Grace Will Mark Nguyen Dmitri Chloé Kwame Ingrid Yusuf Mei Siobhan Raj Tyrone Heather
    DeShawn LaToya Hope Hồ Анна
""".split()
LAST = (
    *"""
    Smith Washington Okafor Nguyen Patel O'Brien García Kowalski Müller Tanaka Haddad Ivanova
    Cohen Singh Mbeki Larsen Rossi Kim Young Long Ali Novak Silva Johansson Baptiste Chen McDonald
    Vũ Иванова d'Angelo Émond Smith-Jones
    """.split(),
    "de la Cruz", "van der Merwe", "ter Borg", unicodedata.normalize("NFD", "Şahin-Müller"),
)  # fmt: skip
#: Whom the caller tells of, once and nowhere else in the call.
OTHERS = (
    "Hannah",
    "DeAndre",
    "McAllister",
    "O'Neill",
    "Adaeze",
    unicodedata.normalize("NFD", "Zoë"),
)
TITLES = ("Mr.", "Mrs.", "Ms.", "Miss", "Dr.", "Mr", "Mx.", "Chief")
SIRS = ("sir", "ma'am", "madam", "miss")
PRONOUNS = (("he", "him", "his", "himself"), ("she", "her", "her", "herself"))
SPELLINGS = (
    {"apologize": "apologize", "favor": "favor", "canceled": "canceled", "check": "check"},
    {"apologize": "apologise", "favor": "favour", "canceled": "cancelled", "check": "cheque"},
)
OPENINGS = (
    ("agent", "Good morning, Lakeview, this is {agent}. How can I help you?"),
    ("agent", "Hello, {agent} speaking."),
)
NEEDS = (
    ("customer", "Hi, my name is {first} {last}. I was charged twice and I'm really upset."),
    ("customer", "This is {first} {last}. My order never arrived. I was told {he} canceled it."),
    ("customer", "{first} {last} here. It's the third time I call about the same {check}."),
    ("customer", "My name is {first} {last}. {he} said I'd get a refund. I asked {him} twice."),
    (
        "customer",
        "I spoke to {other} {himself} on Monday, and I'm still waiting. My name is {first} {last}.",
    ),
)
ANSWERS = (
    ("agent", "I'm so sorry to hear that, {title} {last}. Let me look into that for you."),
    ("agent", "I do apologize, {sir}. May I have your account number, please?"),
    ("agent", "Thank you, {first}. What exactly happened?"),
    ("agent", "Calm down, {title} {last}. That's not my department."),
    ("agent", "{he} shouldn't have told you that. As a favor I'll ask {him} today."),
)
MIDDLES = (
    ("customer", "It's four four seven. I gave it to {him} before, in {his} office."),
    ("customer", "I just told you. I want to know when I get my money."),
    ("customer", "Please, call me {first}."),
)
CLOSINGS = (
    ("agent", "I'll call you on Thursday morning, {title} {last}. Anything else?"),
    ("agent", "Thanks, {first}. Somebody will look at it."),
    ("agent", "Hold on, {sir}."),
)
ENDINGS = (
    ("customer", "No, that's all. Thank you so much, {agent}."),
    ("customer", "You haven't helped me at all. Goodbye."),
)
PAIRS = 1000


def fill(lines: list[tuple[str, str]], rng: random.Random) -> Call:
    """A call in which one draw decides who everybody is."""
    he, him, his, himself = rng.choice(PRONOUNS)
    spelled = rng.choice(SPELLINGS)
    who = {
        "first": rng.choice(FIRST), "last": rng.choice(LAST), "agent": rng.choice(FIRST),
        "title": rng.choice(TITLES), "sir": rng.choice(SIRS), "he": he, "him": him, "his": his,
        "himself": himself, "check": spelled["check"], "other": rng.choice(OTHERS),
    }  # fmt: skip
    turns = []
    for place, (speaker, line) in enumerate(lines):
        text = line.format(**who)
        for american, written in spelled.items():
            text = text.replace(american, written)
        text = text[0].upper() + text[1:]
        turns.append(Turn(speaker, text, 4.0 * place, 4.0 * place + 3.5))
    metadata = {"agent": rng.randrange(10**6), "previous_score": rng.random(), "gender": him}
    return Call("call", tuple(turns), metadata)


def test_who_they_are_flips_nothing() -> None:
    rubrics = load(names=available())
    rng = random.Random(20261123)
    parts = (OPENINGS, NEEDS, ANSWERS, MIDDLES, CLOSINGS, ENDINGS)
    scripts = [list(lines) for lines in itertools.product(*parts)]
    flipped = []
    for _ in range(PAIRS):
        lines = rng.choice(scripts)
        pair = fill(lines, rng), fill(lines, rng)
        answers = [score(call, rubrics) for call in pair]
        ours, theirs = (
            [(one.criterion, one.outcome, one.score, one.confidence) for one in answer.judgements]
            + [(name, whole.score, whole.shown) for name, whole in answer.criteria.items()]
            for answer in answers
        )
        if ours != theirs:
            differs = [both for both in zip(ours, theirs, strict=True) if both[0] != both[1]]
            flipped.append((differs, [turn.text for call in pair for turn in call.turns]))
    assert not flipped, f"{len(flipped)} of {PAIRS} pairs flipped, the first: {flipped[0]}"
