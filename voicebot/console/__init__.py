"""The QA console at `/console`: pages in pt-BR for the people who hear, judge and improve the calls."""
