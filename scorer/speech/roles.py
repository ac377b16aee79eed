"""Who is the agent and who is the customer, from what each of them says."""

from __future__ import annotations

import re
from collections.abc import Sequence

# What only the side that answers a service line says. Each counts once.
_AGENT_SAYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"thank(s| you) for (calling|holding|waiting|your patience)",
        r"how (can|may) I (help|assist)",
        r"(this is|my name is|you're speaking (with|to)) \w+.{0,40}how (can|may)",
        r"(can|could|may) I (have|get|take) your",
        r"(what is|what's|can you (give|confirm)) (your|the) (last name|account|order|phone|date)",
        r"anything else (that )?I can",
        r"I('ll| will) (transfer|put you through|look into|check)",
        r"(pull|look|bring)(ing)? (up|you up|that up)",
        r"have a (great|good|nice|wonderful) (day|afternoon|evening|one|weekend)",
        r"\bI (do )?apologi[sz]e for\b",
    )
)
_CUSTOMER_SAYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"I('m| am) (calling|phoning) (in )?(because|about|to|today|regarding)",
        r"\bmy (bill|order|account|card|internet|package|insurance|subscription|refund)\b",
        r"I (bought|ordered|received|paid|got) (a|an|the|my)",
        r"I (was|got|have been|'ve been) (charged|told|billed|waiting)",
        r"can you (tell me|help me|check)",
    )
)

#: How much more the customer's channel must sound like the agent's before it is remarked on. In
#: nearly 4,000 conversations with the right labels this happened twice.
_SWAPPED = 2


def which_is_agent(spoken: Sequence[str], first: int) -> int | None:
    """The voice that says what agents say; None where what is said leaves it open.

    Who answers the telephone speaks first, which counts as much as one thing said.

    Args:
        spoken: the words of each of two voices.
        first: which of them spoke first.
    """
    points = [_points(text) + (voice == first) for voice, text in enumerate(spoken)]
    if abs(points[0] - points[1]) < 2:
        return None
    return int(points[1] > points[0])


def seem_swapped(agent: str, customer: str, held: int = 0) -> bool:
    """Whether the customer's channel clearly holds what agents say, and the agent's does not.

    A suspicion to be told, not a reason to exchange them: whoever set up the recorder knows.

    Args:
        agent: the words on the agent's channel.
        customer: those on the customer's.
        held: 1 where hold music plays on the customer's channel alone, -1 where it plays on the
            agent's. The agent's side plays it, which counts as much as one thing said.
    """
    return _points(customer) - _points(agent) + held >= _SWAPPED and _points(agent) <= 0


def _points(text: str) -> int:
    """Things said that only an agent says, less those that only a customer says."""
    return sum(bool(pattern.search(text)) for pattern in _AGENT_SAYS) - sum(
        bool(pattern.search(text)) for pattern in _CUSTOMER_SAYS
    )
