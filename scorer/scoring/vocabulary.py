"""The word lists of the program itself: what is a filler, a title, a word without a subject.

Lists that a lead may want to change stand in `rubrics/cues/*.yaml`; these belong to how speech is
read at all.
"""
# ruff: noqa: SIM905 (a list of words is read and edited as text)

from __future__ import annotations

#: Sounds that carry no words; they are dropped.
FILLERS = frozenset("um uh er erm uhm umm uhh eh".split())
TITLES = frozenset(
    """
    mr mrs ms miss mx dr doctor prof professor mister missus chief captain reverend rev alhaji
    alhaja
    """.split()
)
#: Those that are written short, often with a full stop.
SHORT_TITLES = frozenset("mr mrs ms mx dr prof rev".split())
#: What joins the parts of a name: "Maria de la Cruz", "Mr van der Merwe".
NAME_JOINTS = frozenset(
    "de da di du del della der den des dos das la le van von ter zu ibn abu bin al el".split()
)
SIRS = frozenset("sir madam maam ma'am".split())
#: Words after which "miss" is a verb.
BEFORE_VERBS = frozenset(
    "i we they not to will would can could may might must shall should do did never".split()
)

#: Names that are everyday words too; with a capital at the start of a sentence they are the word.
NAMES_AND_WORDS = frozenset(
    """
    will may mark grace hope joy faith bill rich sue frank jack pat rob drew dawn april june art
    gene bob nick long good best young day love wise moody savage sharp strong short
    """.split()
)

#: Words that stand with a capital where a name might stand, and are none.
NO_NAMES = frozenset(
    """
    i it we they he she
    the this that there what when where why how who and but for you your our can could would
    okay yes yeah sir madam maam ma'am please thanks thank sorry just not monday tuesday wednesday
    thursday friday saturday sunday january february march april june july august september
    october november december christmas english god hello well right all sure great good yep mum
    dad mom very really still now then also everyone guys wi fi wifi
    """.split()
)

#: Words after which "'s" is "is" and not a possessive.
IS_AFTER = frozenset(
    """
    it that this there here what where who how when why he she everything something nothing
    """.split()
)

#: Words that deny what comes right after them.
NEGATORS = frozenset("not never nor hardly without neither".split())

#: A clause that begins with one of these is not denied by what stood before it: "don't worry I
#: will do it".
FRESH_STARTS = frozenset(
    """
    i we you they it that this there here let what how thank thanks please do is are can could
    would will why when no not never @name @sir
    """.split()
)

#: Words so common that they say nothing about where a pattern might match.
COMMON = frozenset(
    """
    i you we it that this is am are was be been do does did have has had will would can could not a
    an the to of for and or but so if in on at with my your our me us they them just okay yes no
    there here what how right well get got go let about all any some know one
    """.split()
)

#: What a turn consists of that follows the other party without taking the floor.
BACKCHANNELS = frozenset("mm hmm yes okay right huh aha all sure oh i see no ah".split())

#: Words that carry no subject matter; sharing them is no echo.
EMPTY = frozenset(
    """
    a an the and or but so if then than that this these those there here it its i me my mine you
    your yours we us our they them who what which when where why how is am are was were be been
    being do does did doing done have has had having will would can could shall should may might
    must not no yes okay right well just like really very much more most some any all both each of
    to in on at by for with from about into over under up down out off again now too also only
    because as while oh ah mm hmm please thanks thank sorry hello hi know mean think say said get
    got go going went come let see thing things kind lot bit something anything sure good great one
    want need actually maybe . ? @name @title @sir
    """.split()
)
