"""What became of the customer: need met, effort, promises, satisfaction."""
