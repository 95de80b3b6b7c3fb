"""From graded responses to numbers with their errors. Pure."""
