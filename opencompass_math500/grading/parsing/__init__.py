"""The text of an answer to a typed value: cleaning, words and units, the grammar."""
