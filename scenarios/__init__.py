"""Nights that are not tonight: orders of declaration, replays, backtests, what-ifs."""
