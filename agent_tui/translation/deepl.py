"""DeepL as a translation service, by its own library (`agent-tui[deepl]`).

The key is read from the environment alone, and neither shown nor logged. DeepL keeps no text of paying customers; the
company answers for which contract its key belongs to.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from agent_tui.translation.provider import (
    Answer,
    NoProvider,
    NotThisLanguage,
    Refused,
    TranslationError,
    UsedUp,
)

if TYPE_CHECKING:
    import deepl

KEY = "DEEPL_AUTH_KEY"
"""The environment variable with the key: DeepL's own name for it."""

ADDRESS = "DEEPL_SERVER_URL"
"""The environment variable with another address than DeepL's own, for a company's gateway."""

_BAD_REQUEST = 400

# Where DeepL asks for a variant, or calls a language otherwise than we do.
_TARGETS = {
    "en": "EN-GB",
    "en-US": "EN-US",
    "en-CA": "EN-US",
    "pt": "PT-PT",
    "pt-BR": "PT-BR",
    "zh": "ZH-HANS",
    "zh-Hant": "ZH-HANT",
    "zh-TW": "ZH-HANT",
    "zh-HK": "ZH-HANT",
    "no": "NB",
}


class DeepL:
    """Made by `from_environment`."""

    name = "DeepL"

    def __init__(self, key: str, address: str = "") -> None:
        self._key = key
        self._address = address

    @cached_property
    def _client(self) -> deepl.DeepLClient:
        import deepl  # with requests behind it: 60 ms that nobody waits for who never translates

        logging.getLogger("deepl").setLevel(logging.CRITICAL)  # it would log texts
        return deepl.DeepLClient(self._key, server_url=self._address or None, send_platform_info=False)

    def translate(self, xml: str, target: str, source: str = "") -> Answer:
        """See `Provider`."""
        import deepl

        try:
            found = self._client.translate_text(
                xml,
                target_lang=_target(target),
                source_lang=source.partition("-")[0].upper() or None,
                tag_handling="xml",
                ignore_tags=["x"],
                preserve_formatting=True,
            )
        except deepl.AuthorizationException:
            raise Refused(provider=self.name, variable=KEY) from None
        except deepl.QuotaExceededException:
            raise UsedUp(provider=self.name) from None
        except deepl.DeepLException as error:
            if error.http_status_code == _BAD_REQUEST and "target_lang" in str(error):
                raise NotThisLanguage(provider=self.name, language=target) from None
            # The library's own words can hold the text that was sent.
            raise TranslationError(reason=type(error).__name__) from None
        one = found[0] if isinstance(found, list) else found
        return Answer(one.text, one.detected_source_lang.lower())


def _target(language: str) -> str:
    """A language (BCP 47) as DeepL calls it: of most it takes no region."""
    base = language.partition("-")[0]
    return _TARGETS.get(language) or _TARGETS.get(base) or base.upper()


def from_environment(environment: Mapping[str, str] = os.environ) -> DeepL:
    """DeepL with the key of the environment. Raises NoProvider without a key or without its library."""
    from importlib.util import find_spec

    key = environment.get(KEY, "").strip()
    if not key or find_spec("deepl") is None:
        raise NoProvider(variable=KEY)
    return DeepL(key, environment.get(ADDRESS, "").strip())
