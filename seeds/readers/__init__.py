"""Readers of publishers' files. Each returns :class:`seeds.readers.contest.Reading`, whatever the format."""
