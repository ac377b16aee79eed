"""A rubric file told as prose: what opens a moment, what meets it, what misses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scorer.pages.words import several
from scorer.scoring.schema import Clause, Criterion, CueEntry

_WHO = {"agent": "the agent", "customer": "the customer", "either": "somebody"}
_WHERE = {
    "anywhere": "",
    "opening": ", at the beginning of the call",
    "closing": ", near its end",
    "last": ", at its very end",
}
_OTHERWISE = {
    "met": "it counts as met",
    "missed": "it counts as missed",
    "cannot_tell": "nobody can tell",
    "no_opportunity": "there was no opportunity",
}
_DECIDES = {
    "repair": "A later good answer makes a miss good.",
    "first": "The first answer decides.",
    "last": "The last answer decides.",
    "settles": "The first good answer that no miss follows decides.",
}

Cues = Mapping[str, CueEntry]


def told(criterion: Criterion, cues: Cues) -> list[tuple[str, list[str]]]:
    """Headings with their lines, in the order in which a call is judged."""
    if not criterion.observable:
        return [("Cannot be heard on a call", [criterion.why_not])]
    parts = [
        ("Comes up when", [_clause(clause, cues) for clause in criterion.opens]),
        ("Met when", [_clause(clause, cues) for clause in criterion.meets]),
        ("Missed when", [_clause(clause, cues) for clause in criterion.misses]),
    ]
    shown = [(heading, lines) for heading, lines in parts if lines]
    if criterion.opens:
        shown.append(("How far it reaches", [_reach(criterion)]))
    return shown


def about(criterion: Criterion) -> str:
    """Weight, criticality and source in a line."""
    weight = f"weight {criterion.weight:g}"
    critical = "critical: counts only once a person confirmed it" if criterion.critical else ""
    return " · ".join(filter(None, [weight, critical, f"from {', '.join(criterion.source)}"]))


def settled(by_verdicts: bool | None) -> str:
    """What has a word beside the rule (`scorer.scoring.verdicts.settles`), if anything has."""
    if by_verdicts is None:
        return ""
    if by_verdicts:
        return "On whole calls, what was learned from marked calls decides with this rule."
    return "It, or a rubric it was learned with, was changed here: this rule decides alone."


def _clause(clause: Clause, cues: Cues) -> str:
    who = _WHO[clause.by]
    means = [_means(cue, cues, who) for cue in clause.cue]
    asides = [
        "counts only where it was met" if clause.weak else "",
        "does not make a miss good" if not clause.mends else "",
        "beyond what was expected" if clause.kind == "magic" else "",
        f"worth {clause.worth:g}" if clause.worth is not None else "",
    ]
    aside = "; ".join(filter(None, asides))
    return f"{'; or '.join(means)}{_WHERE[clause.where]}{f' ({aside})' if aside else ''}"


def _means(cue: str, cues: Cues, who: str) -> str:
    """What a cue means, with who says it as its subject."""
    entry = cues.get(cue)
    if entry is None:
        return cue
    said = entry.means.rstrip(".")
    said = said.replace("The speaker", who, 1) if said.startswith("The speaker") else said
    does = entry.meaning is not None and said[0].isupper() and not said.startswith("The ")
    said = said[0].lower() + said[1:]
    if does:  # "Says or shows that ..."
        return f"{who} {said}"
    tells = said.startswith((who, "the ", "nobody "))  # a sentence of its own
    return said if tells else f"{who} says: {said}"


def _reach(criterion: Criterion) -> str:
    reach = criterion.reach
    turns = "turn" if reach.turns == 1 else several(reach.turns, "turn")
    ways = [f"the next {turns} of whoever answers"]
    if reach.back:
        ways.append(f"{several(reach.back, 'turn')} before")
    if reach.seconds:
        ways.append(f"within {reach.seconds:g} seconds")
    nothing = _OTHERWISE[criterion.otherwise]
    return f"{', '.join(ways)}. Where nothing follows, {nothing}. {_DECIDES[criterion.decides]}"


def examples(criterion: Criterion, cues: Cues) -> Sequence[tuple[str, str, str]]:
    """(cue, an example that must be found, one that must not) of each cue that meets it."""
    found = []
    for clause in criterion.meets:
        for cue in clause.cue:
            entry = cues.get(cue)
            if entry and entry.matches:
                found.append((cue, _said(entry.matches), _said(entry.counters)))
    return found


def _said(given: Sequence[object]) -> str:
    if not given:
        return ""
    first = given[0]
    return first if isinstance(first, str) else str(getattr(first, "said", ""))
