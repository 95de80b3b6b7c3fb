"""The text of a response to its final answer, or to the reason why there is none."""
