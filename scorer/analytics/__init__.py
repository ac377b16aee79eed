"""Figures over many calls: shares and agreement with their intervals. No figure knows a length."""
