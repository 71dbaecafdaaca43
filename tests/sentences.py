"""The sentences that the models of `packs/compliance/learned/` were made of (see `.ci/learn`)."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

SENTENCES = Path(__file__).resolve().parent.parent / ".ci" / "sentences"


def languages() -> list[str]:
    """Those with sentences."""
    return sorted({file.stem.split("_")[1] for file in SENTENCES.glob("violations_*.tsv")})


def basis(language: str) -> str:
    """Stands for the sentences of a language."""
    digest = sha256()
    for file in sorted(SENTENCES.glob(f"*_{language}*.tsv")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
