"""The benchmarks' own sums, and that they run."""
