"""Pelican settings of a release: those of pelicanconf, and what must hold in public.

Knows nothing of where a release is put; TOASOAN_PUBLIC_URL and TOASOAN_TODAY are its only inputs.
"""

import sys
from pathlib import Path

# Pelican executes this file from any working directory.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from pelicanconf import *

DELETE_OUTPUT_DIRECTORY = True
