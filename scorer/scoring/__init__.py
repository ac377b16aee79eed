"""Moments and judgements: rubrics held against a conversation."""
