"""The reports of simple-evals: all of a response stands in their HTML."""
