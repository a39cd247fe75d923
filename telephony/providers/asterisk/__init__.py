"""Calls through an Asterisk of one's own: media by chan_websocket or AudioSocket, orders by ARI and the manager."""
