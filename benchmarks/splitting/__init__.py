"""What `benchmarks.allocation` measures: games, the peers, and a table for each question."""
