"""The scorer as the console takes it: from a recorded call to the contract's scorecard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from voicebot.application.qa.scorecard import ScorecardInvalid
from voicebot.bootstrap.console_scores import offer
from voicebot.domain.portfolio import Creditor

NAME: Final = "scorecard"


class TranscriptScorer:
    """`Scorer` over the scorecard; it keeps nothing between calls."""

    def score(self, transcript: Mapping[str, Any], creditor: Creditor | None) -> Mapping[str, Any]:
        """Judge one call; offers are judged only where the creditor's limits are known.

        Raises:
            ScorecardInvalid: the transcript cannot be judged.
        """
        from evaluation.scoring.errors import ScoringError
        from evaluation.scoring.limits import Granted
        from evaluation.scoring.score import as_json
        from evaluation.scoring.score import score as judge
        from evaluation.scoring.transcript import parse

        granted = None
        if creditor is not None:
            granted = Granted(creditor, tuple(band.level_2 for band in creditor.limits.settlement))
        try:
            return as_json(judge(parse(transcript), granted))
        except ScoringError as error:
            raise ScorecardInvalid("this transcript cannot be judged") from error


def offer_scorer() -> None:
    """Make it known to `serve` and `console score`, which may not look up here themselves."""
    offer(NAME, TranscriptScorer)
