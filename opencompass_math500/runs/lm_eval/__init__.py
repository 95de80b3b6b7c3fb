"""Sample logs of lm-evaluation-harness, read where they lie: responses, verdicts, settings."""
