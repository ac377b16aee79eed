"""Listens to recorded calls and scores how the customer was treated, with a quote for every judgement."""

__version__ = "0.1.0"
