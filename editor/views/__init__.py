"""One blueprint per subject; a view guards, calls and renders."""
