"""What the problem's own text says about its answer: choices, units, forms, given formulas."""
