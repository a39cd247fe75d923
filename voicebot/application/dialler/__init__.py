"""Campaigns and the calls they lead to: each person dialled once for each reason, whatever dies meanwhile."""
