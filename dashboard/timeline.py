"""The entries of the timeline, read from `lessons/timeline.toml`."""

import tomllib
from dataclasses import dataclass

from dashboard.language import ROOT, current

KINDS = ("idea", "language", "multimodal", "reasoning")
WEIGHTS = ("open", "closed", "none")


@dataclass(frozen=True)
class Entry:
    """One event: "YYYY-MM", its name, who, what kind, whether the weights are open, what it brought and where it is told."""

    date: str
    name: str
    organisation: str
    kind: str
    weights: str
    brought: str
    source: str
    url: str

    @property
    def year(self) -> str:
        return self.date[:4]

    @property
    def time(self) -> float:
        """Years, the month's beginning as a fraction."""
        return int(self.year) + (int(self.date[5:]) - 1) / 12


def entries() -> list[Entry]:
    """All of them in the language in force, oldest first."""
    file = tomllib.loads((ROOT / "lessons" / "timeline.toml").read_text(encoding="utf-8"))
    return [
        Entry(**{key: one[key] for key in ("date", "organisation", "kind", "weights", "source", "url")},
              name=one.get("label", {}).get(current(), one["name"]), brought=one["brought"][current()])
        for one in file["entry"]
    ]  # fmt: skip
