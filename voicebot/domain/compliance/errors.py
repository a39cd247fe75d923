"""What can go wrong when the rules are asked.

ComplianceError
+-- UnknownJurisdiction: a creditor names a jurisdiction that has no rules here
+-- NaiveInstant: an instant without a zone
+-- NeverOpen: hours and closed days leave no hour to call
"""

from __future__ import annotations

from collections.abc import Iterable


class ComplianceError(Exception):
    """A question was put to the rules that they cannot answer."""


class UnknownJurisdiction(ComplianceError):
    def __init__(self, code: str, known: Iterable[str]) -> None:
        super().__init__(f"no rules for jurisdiction {code!r}: set the creditor's to one of {', '.join(sorted(known))}")


class NaiveInstant(ComplianceError):
    def __init__(self) -> None:
        super().__init__("an instant without a zone: turn it into the debtor's local time first")


class NeverOpen(ComplianceError):
    def __init__(self, code: str) -> None:
        super().__init__(f"the rules of {code} open no hour in a year: mend its calling hours or the calendar")
