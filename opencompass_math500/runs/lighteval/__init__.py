"""What lighteval writes with ``--save-details``: results as JSON, details as parquet."""
