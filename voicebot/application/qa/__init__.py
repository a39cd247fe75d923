"""The QA desk: who may do what, which calls to hear, what machine and people say of them."""
