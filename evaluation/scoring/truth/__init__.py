"""Calls whose faults are known because they were put there; nothing here is shared with what scores them."""
