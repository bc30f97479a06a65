"""Builds the embedded tables and packs from the publishers' files; nothing here runs at a user's."""
