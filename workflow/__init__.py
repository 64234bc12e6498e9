"""The domain: entries, transitions, git, publication, proof.

It knows nothing of HTTP, of Pelican or of a database.
"""
