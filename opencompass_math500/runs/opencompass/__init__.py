"""Work directories of OpenCompass, of this package or not: predictions, results, settings."""
