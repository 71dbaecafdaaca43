"""Public holidays from the `holidays` library, loaded when a calendar first asks."""

from __future__ import annotations

from datetime import date


def is_known(place: str) -> bool:
    """Whether there are public holidays for a country or subdivision."""
    try:
        PublicHolidays(place).name(date(2026, 1, 1))
    except ValueError:
        return False
    return True


class PublicHolidays:
    """The public holidays of a country (`DE`) or a subdivision (`DE-BY`)."""

    def __init__(self, place: str) -> None:
        self.place = place
        self._known: dict[date, str] | None = None

    def name(self, day: date) -> str | None:
        """The holiday's name, or None. Raises ValueError for an unknown place."""
        if self._known is None:
            # Imported here: it takes longer than everything else a command does, and round-the-clock limits,
            # which most are, never ask.
            import holidays

            country, _, subdivision = self.place.partition("-")
            try:
                self._known = holidays.country_holidays(country, subdiv=subdivision or None)
            except NotImplementedError as error:
                raise ValueError(f"no public holidays are known for {self.place!r}") from error
        return self._known.get(day)
