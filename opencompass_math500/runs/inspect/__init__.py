"""Logs of inspect-ai, read where they lie: responses, settings, the word of its scorers."""
