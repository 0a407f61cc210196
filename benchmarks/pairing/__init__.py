"""What benchmarks/matching.py is made of: reading a corpus, counting pairs, rivals, fitting."""
