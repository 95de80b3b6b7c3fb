"""The work directories of evalscope: predictions, reviews, reports, settings."""
