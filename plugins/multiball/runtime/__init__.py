"""The processes of one machine: the supervised stack, its ports, secrets, environment and databases."""
