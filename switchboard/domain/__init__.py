"""Pure rules: route, divert, deadline. The standard library and nothing else."""
