"""Builds packs from publishers' files: the embedded ones (``pns build-packs``) and a user's own (``pns import``)."""
