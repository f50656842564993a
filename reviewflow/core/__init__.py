"""The pure half: values, process, policy and numbers. No clock, no I/O, no randomness."""
