"""The pages; each is a file of `scorer/pages`. Served by `scorer app`, which adds the sound."""

from scorer.pages.navigation import menu

menu().run()
