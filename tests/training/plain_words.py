"""Makes `scorer/scoring/plain_words.txt`: words that are nobody's name, however they are written.

    python -m tests.training.plain_words

They are the words written in small letters in lines that are written with capitals, in the calls
and exchanges that teach the rubrics. A word that is more often written with a capital within a
sentence is left out: it is somebody's or something's name.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from scorer.scoring import tokens, vocabulary

ROOT = Path(__file__).parents[2]
PLACES = ("rubrics/calls", "rubrics/cues", "tests/training/exchanges")
#: Feelings, which judgements rest on, and short forms without their apostrophe.
ALSO = """
    angrier angriest appalled appalling appallingly ashamed awful baffled bewildered cross crosser
    damn damned desperate devastated disgraceful disgusted disgusting distraught dreadful elated
    embarrassed enraged exasperated exhausted fierce fuming furious gobsmacked gutted heartbroken
    horrendous horrible horrid horrified humiliated hysterical infuriated infuriating insane
    insulted insulting irate jesus kinda livid madder maddest miserable mortified offended outraged
    outrageous overjoyed petrified preposterous raging relieved ridiculous scandalous scared
    scary seething shabby shocking shoddy sickened speechless stoked stunned terrible terrified
    thrilled traumatised traumatized unacceptable unbelievable unforgivable upsetting vexed
    arent cant couldnt didnt doesnt dont hadnt hasnt havent hes id ill im isnt its ive shes
    shouldnt thats theres theyre theyve wasnt werent weve whats wheres whos wont wouldnt youd
    youll youre youve
""".split()  # noqa: SIM905 (a list of words is read and edited as text)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CASED = re.compile(r"[A-Z][^\W\d_]+[ ,].*[.?!]")
_AS_CODE = re.compile(r"\S*[@\\_/=<>{}]\S*|\w+\.\w+\S*")  # addresses, names in programs


def lines() -> Iterator[str]:
    """What is said in a line of any of the files, where it is written with capitals."""
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*")):
            if path.suffix in (".txt", ".yaml"):
                for line in path.read_text(encoding="utf-8").splitlines():
                    said = line.split(" || ")[0].split(" # ")[0]
                    if not said.startswith("#") and _CASED.search(said):
                        yield _AS_CODE.sub(" ", said)


def words() -> list[str]:
    small, capital = Counter[str](), Counter[str]()
    for line in lines():
        for place, written in enumerate(_WORD.findall(line)):
            if written[0].islower():
                small[tokens.bare(written)] += 1
            elif place > 1:
                capital[tokens.bare(written)] += 1
    kept = {
        word.removesuffix("'s")
        for word, times in small.items()
        if len(word) > 1 and times > capital[word]
    }
    return sorted(kept.union(ALSO) - vocabulary.NAMES_AND_WORDS)


if __name__ == "__main__":
    target = ROOT / "scorer" / "scoring" / "plain_words.txt"
    target.write_text("\n".join(words()) + "\n", encoding="utf-8")
