"""What the benchmarks run as processes of their own; each prints one line of JSON or writes one file."""
