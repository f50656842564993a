"""Phrases in one language."""
