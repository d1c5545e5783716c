"""Baselines, what sharing saved, and the Party branch's report."""
