"""What stands behind a score, typed: a :class:`Fingerprint`, from the record of a run."""

from __future__ import annotations

from opencompass_math500.fingerprint.fingerprint import Fingerprint, fingerprint_of

__all__ = ['Fingerprint', 'fingerprint_of']
