"""The rules by which two values are the same answer, one kind of value a file."""
