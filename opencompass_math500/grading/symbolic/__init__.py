"""The last resort: sympy and latex2sympy2, in processes that can be killed."""
