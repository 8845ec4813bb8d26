"""Benchmarks: whole processes beside their peers in one run, judged by ratios of CPU and never by the clock.

``make bench`` runs them; ``docs/performance.md`` says what is measured against whom.
"""
