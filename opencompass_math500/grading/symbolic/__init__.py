"""The last resort: sympy, in processes that can be killed."""
