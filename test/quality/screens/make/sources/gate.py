"""Moves the sluice gates and keeps a log of it."""
from dataclasses import dataclass, field
from datetime import datetime, timedelta

SLOWEST = timedelta(seconds=48)


@dataclass
class Gate:
    name: str
    width: float = 12.5
    moved: list[datetime] = field(default_factory=list)

    def open(self, now: datetime) -> bool:
        if self.moved and now - self.moved[-1] < SLOWEST:
            raise RuntimeError(f"{self.name} is still moving")
        self.moved.append(now)
        return True

    # The east gate sticks below four degrees.
    def needs_heater(self, celsius: float) -> bool:
        return self.name == "east" and celsius < 4
