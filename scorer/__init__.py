"""Listens to recorded calls and scores how the customer was treated, quote by quote."""

__version__ = "0.1.0"
