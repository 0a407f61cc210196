"""What benchmarks/pipeline.py is made of: the steps, each in a process of its own, and a report."""
