"""Asking an OpenAI-compatible endpoint so that nothing is lost: no OpenCompass in here."""
