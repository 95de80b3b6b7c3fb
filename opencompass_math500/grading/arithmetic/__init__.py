"""The numbers behind values: exactly over the rationals, or enclosed with a proved error."""
