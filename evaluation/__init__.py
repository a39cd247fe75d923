"""Simulated callers, benchmarks, scoring."""
