"""What the singing of a song comes to: the only part of it that a song without voices needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from songwright.arrangement.plan import TimingPlan

if TYPE_CHECKING:
    from songwright.profiles.profile import Profile
    from songwright.singing.performance import Performance
    from songwright.singing.source import SungSource


@dataclass(frozen=True)
class Vocals:
    """What is sung in a song, by track. Empty in a song without voices."""

    performances: Mapping[str, Performance] = field(default_factory=dict)
    plan: TimingPlan = field(default_factory=TimingPlan)

    def sources(self) -> dict[str, SungSource]:
        """The tracks' audio, as the render graph takes it."""
        return {track: performance.source for track, performance in self.performances.items()}

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Whose voices were used, each once."""
        used = (one.metrics.profile for one in self.performances.values())
        return tuple({profile.id: profile for profile in used if profile}.values())

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to tell the user: notes out of range, voices passed over."""
        return tuple(warning for one in self.performances.values() for warning in one.warnings)
