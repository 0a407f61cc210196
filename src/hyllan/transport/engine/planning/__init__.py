"""Design the vans' network: hubs, rounds, times. In prose: docs/algorithms/planning.md."""
