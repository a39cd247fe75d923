"""Why the proposer gave nothing; none of these leaves the package, and none carries what was said.

UnderstandingError
└── ProposerFailed
    ├── ProposerUnreachable
    ├── ProposerLate
    ├── ProposerRefused
    └── ProposerAnswerInvalid
"""

from __future__ import annotations

from voicebot.understanding.errors import UnderstandingError


class ProposerFailed(UnderstandingError):
    """No usable proposal: the local reading stands."""


class ProposerUnreachable(ProposerFailed):
    """No connection, a broken one, or a status that is not 200: see that the server runs and the key is right."""


class ProposerLate(ProposerFailed):
    """The answer was not complete when its time was up."""


class ProposerRefused(ProposerFailed):
    """The model declined to answer, by the protocol's own refusal field or its content filter."""


class ProposerAnswerInvalid(ProposerFailed):
    """The answer is not what the schema asks for: not JSON, too long, an unknown intent, a field too many."""
