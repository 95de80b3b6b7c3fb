"""The outputs of NeMo-Skills: one file a benchmark and seed."""
