"""Fail when the suite skipped a test whose reason is not on the list; run by CI on the suite's output."""

from __future__ import annotations

import re
import sys
from pathlib import Path

SKIP = re.compile(r"^SKIPPED \[\d+\] \S+: (?P<reason>.*)$")
ALLOWED = Path(__file__).with_name("allowed_skips.txt")


def unexpected(output: str, allowed: list[str]) -> list[str]:
    """Give the reasons of skips that no allowed reason begins with."""
    reasons = [found["reason"] for line in output.splitlines() if (found := SKIP.match(line))]
    return [reason for reason in reasons if not any(reason.startswith(each) for each in allowed)]


def main(path: str) -> int:
    lines = ALLOWED.read_text(encoding="utf-8").splitlines()
    allowed = [line for line in lines if line and not line.startswith("#")]
    bad = unexpected(Path(path).read_text(encoding="utf-8", errors="replace"), allowed)
    for reason in bad:
        sys.stderr.write(f"a test was skipped for a reason that is not in {ALLOWED.name}: {reason}\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
