"""Twilio: webhooks, TwiML, Media Streams and the REST calls resource."""
