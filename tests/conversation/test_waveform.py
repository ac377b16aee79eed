"""Every party has a waveform, also where two share a channel."""

import numpy as np

from scorer.audio.sound import Sound
from scorer.call import Interval, Lane, Quality
from scorer.conversation.waveform import pairs

LOUD = np.array([[-16384] * 10, [16384] * 10], np.int16)  # ten stretches, one a second
SOFT = LOUD // 2


def sound(*lanes, peaks):
    return Sound(lanes=lanes, quality=Quality("good"), peaks=peaks)


def test_a_channel_for_each_party_is_shown_whole():
    shown = pairs(sound(Lane("agent"), Lane("customer"), peaks=(LOUD, SOFT)), 10.0)
    assert shown == [[(-0.5, 0.5)] * 10, [(-0.25, 0.25)] * 10]


def test_parties_on_one_channel_show_what_each_did():
    agent = Lane("agent", speech=(Interval(0.0, 3.0),))
    customer = Lane("customer", speech=(Interval(5.0, 6.2),))
    first, second = pairs(sound(agent, customer, peaks=(LOUD,)), 10.0)
    assert [n for n, pair in enumerate(first) if pair != (0, 0)] == [0, 1, 2]
    assert [n for n, pair in enumerate(second) if pair != (0, 0)] == [5, 6]


def test_a_second_agent_lies_on_the_agents_channel():
    lanes = (
        Lane("agent", speech=(Interval(0.0, 2.0),)),
        Lane("customer", speech=(Interval(2.0, 4.0),)),
        Lane("agent2", speech=(Interval(6.0, 8.0),)),
    )
    agent, customer, second = pairs(sound(*lanes, peaks=(LOUD, SOFT)), 10.0)
    assert agent[6] == (0, 0)
    assert customer[2] == (-0.25, 0.25)
    assert second[6:8] == [(-0.5, 0.5)] * 2
