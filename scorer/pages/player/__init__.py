"""The call view: outcome, waveform, transcript and evidence around one sound, in one component.

One component, so that a click plays at once and never runs the page again. `data` is what
`scorer.pages.view.view` makes.
"""

from __future__ import annotations

from scorer.pages.scripts import component

player = component("player/view.js", "player/player.css")
