"""One file per jurisdiction, each exporting RULES; this registry names them all."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from voicebot.domain.compliance.jurisdictions import br, us

JURISDICTIONS: Final = MappingProxyType({"BR": br.RULES, "US": us.RULES})
"""By the code a creditor's file names."""
