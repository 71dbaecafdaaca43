"""How well replies are read that nobody tuned on: what they do, and what in them may not be written.

`python -m tests.bench.replies [--misses]`. The sentences in `replies/` were written by people who saw neither the
expressions nor the sentences that the models were made of; the ordinary ones beside the wrong ones lie close to them,
most of all in the fourth set; those of `everyday` are as they come. The sixth sets were opened once, when all was set.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from agent_tui.guidance import speech_acts
from agent_tui.guidance.compliance import findings
from agent_tui.guidance.situation import Situation

SETS = Path(__file__).with_name("replies")
ACTS = {
    "apology": speech_acts.has_apology,
    "direction": speech_acts.has_direction,
    "deadline": speech_acts.has_deadline,
    "follow_up": speech_acts.has_follow_up,
}
_CALM = Situation(now=datetime(2026, 5, 4, 9, tzinfo=UTC), outcome="solves", first=False)


def lines(file: Path) -> Iterator[list[str]]:
    """The columns of each line."""
    for line in file.read_text("utf-8").splitlines():
        if line.strip():
            yield line.split("\t")


def acts(file: Path, *, misses: bool) -> None:
    """The share of right answers by act, and the direction by language."""
    right, wanted, found, both = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    total = 0
    for language, *digits, text in lines(file):
        total += 1
        for (name, holds), digit in zip(ACTS.items(), digits, strict=True):
            want, got = digit == "1", holds(text, language)
            right[name] += want == got
            wanted[name] += want
            found[name] += got
            both[name] += want and got
            if misses and want != got:
                print("  missed" if want else "  wrong ", name, language, text)
    for name in ACTS:
        print(
            f"{file.stem:20} {name:10} right {right[name] / total:.3f}  precision {both[name] / found[name]:.3f}"
            f"  recall {both[name] / wanted[name]:.3f}  of {total}"
        )


def violations(file: Path, *, misses: bool) -> None:
    """The share of wrong sentences that is found, and that of ordinary ones that is flagged."""
    found, all_of, flagged, fine = Counter[str](), Counter[str](), 0, 0
    for language, kind, text in lines(file):
        told = [each for each in findings(text, _CALM, language) if each.code != "wrong_register"]
        if kind == "fine":
            fine += 1
            flagged += bool(told)
        else:
            all_of[kind] += 1
            found[kind] += bool(told)
        if misses and bool(told) == (kind == "fine"):
            print(
                "  missed" if kind != "fine" else "  wrong ",
                language,
                kind,
                [each.code for each in told],
                text,
            )
    if not all_of:
        print(f"{file.stem:20} false alarms {flagged / fine:.3f} of {fine}")
        return
    print(
        f"{file.stem:20} found {found.total() / all_of.total():.3f} of {all_of.total()}, "
        f"false alarms {flagged / fine:.3f} of {fine}"
    )
    print("  " + "  ".join(f"{kind} {found[kind]}/{all_of[kind]}" for kind in all_of))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.replies", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="show what was missed or wrongly found")
    given = parser.parse_args()
    for file in sorted(SETS.glob("acts_*.tsv")):
        acts(file, misses=given.misses)
    for file in sorted([*SETS.glob("violations_*.tsv"), *SETS.glob("everyday_*.tsv")]):
        violations(file, misses=given.misses)


if __name__ == "__main__":
    main()
