"""Measurements as ratios, side by side in one run. Not tests: machines differ."""
