"""The network's memory: who learned from whom, what works for whom, and what to do differently."""
