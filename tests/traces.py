"""What is left of some words anywhere in a folder: in raw bytes, and in every page of a store, decrypted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE, RESERVED, SALT = 4096, 80, 16
WAL_HEADER, FRAME_HEADER = 32, 24


def decrypted(path: Path, key: bytes) -> Iterator[bytes]:
    """The pages of an SQLCipher file or of its log, free ones too, as SQLite has them in memory."""
    content = path.read_bytes()
    frames = path.name.endswith("-wal")
    step = PAGE + (FRAME_HEADER if frames else 0)
    for place in range(WAL_HEADER if frames else 0, len(content), step):
        page = content[place : place + step][FRAME_HEADER if frames else 0 :]
        if len(page) < PAGE:
            continue
        begins = SALT if place == 0 else 0
        iv = page[PAGE - RESERVED : PAGE - RESERVED + 16]
        cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        yield cipher.update(page[begins : PAGE - RESERVED]) + cipher.finalize()


def traces(folder: Path, key: bytes, words: Iterable[str]) -> dict[str, list[str]]:
    """The files under `folder`, by word, that hold it: as they are, or decrypted page by page."""
    wanted = {word: word.casefold().encode() for word in words}
    found: dict[str, list[str]] = {}
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        parts = [path.read_bytes()]
        if ".db" in path.name and not path.name.endswith((".id", "-shm")):
            parts += decrypted(path, key)
        whole = b"\0".join(parts).lower()
        for word, sought in wanted.items():
            if sought in whole or sought in path.name.encode():
                found.setdefault(word, []).append(path.name)
    return found
