"""The pure core: tickets, actions, timers, queues. No I/O, no clock, nothing of ours imported."""
