"""Benchmarks of the marks: what survives attacks, what is read where nothing is, what collusion removes."""
