"""The song's sections: the project's own order, or a form of the genre fitted to the duration."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from songwright.arrangement.clock import KeyMap, first_bars_of, read_time
from songwright.arrangement.fit import Fitted, fit, usual
from songwright.errors import Problem, ProjectError
from songwright.interfaces.genre import Form, FormSection, Genre, Wish
from songwright.music.form import Section
from songwright.music.random import Chance
from songwright.music.time import TimeMap
from songwright.project.model import Placement, Project, SectionMaterial
from songwright.project.placement import playing_ids
from songwright.project.use import Use

_BARS, _ENERGY = 8, 0.6  # of a section that neither the project nor the genre describes
_STRAY = 3.0  # of a fit's cost halves a form's weight
_UNUSED = math.log2(20.0)  # halvings for a material that is left out
_USUAL_ENERGY = 0.6  # the project energy that leaves sections as they are


@dataclass(frozen=True)
class Plan:
    """One section before it has a place in time. ``chords`` is what the project says about them."""

    id: str
    use: str
    bars: int
    energy: float
    fill: str
    transpose_semitones: int
    lyrics: str
    chords: str | Use | None
    seed: int = 0


def wish_of(project: Project) -> Wish:
    """What the genre is told about the project."""
    return Wish(
        seed=project.seed,
        mood=project.mood,
        energy=project.energy,
        key=project.key[0].key if project.key else None,
        tempo_bpm=project.tempo[0].bpm if project.tempo else None,
        duration_s=project.duration_s,
    )


def plan_sections(project: Project, genre: Genre, chance: Chance) -> tuple[Plan, ...]:
    """The sections in playing order, with lengths, energies and unique ids."""
    forms = genre.forms(wish_of(project))
    if project.arrangement is None:
        placements, described = _fitted(project, forms, chance), {}
    else:
        placements = tuple((placement, None) for placement in project.arrangement)
        described = {section.use: section for form in reversed(forms) for section in reversed(form.sections)}
    ids = playing_ids((placement.use, placement.id) for placement, _ in placements)
    _refuse_unknown(project.reroll, ids)
    return tuple(
        _plan(project, genre, placement, name, section or described.get(placement.use))
        for (placement, section), name in zip(placements, ids, strict=True)
    )


def place_sections(plans: Sequence[Plan], time_map: TimeMap, keys: KeyMap) -> tuple[Section, ...]:
    """The sections in time."""
    first_bars = first_bars_of([(plan.id, plan.bars) for plan in plans])
    sections = []
    for plan in plans:
        bar = first_bars[plan.id]
        start = time_map.bar_start(bar)
        sections.append(
            Section(
                id=plan.id,
                use=plan.use,
                bar=bar,
                bars=plan.bars,
                start_beat=start,
                end_beat=time_map.bar_start(bar + plan.bars),
                energy=plan.energy,
                key=keys.at(start).transpose(plan.transpose_semitones),
                transpose_semitones=plan.transpose_semitones,
                fill=plan.fill,
                lyrics=plan.lyrics,
                seed=plan.seed,
            )
        )
    return tuple(sections)


def doubts(project: Project, plans: Sequence[Plan], time_map: TimeMap) -> tuple[str, ...]:
    """What the project may not have meant: materials that nobody plays, a length that is not met."""
    played = {plan.use for plan in plans}
    unused = [use for use in project.sections if use not in played]
    found = [f"section {use!r} is never played: the song has {', '.join(sorted(played))}" for use in unused]
    if project.duration_s is not None:
        bars = sum(plan.bars for plan in plans)
        seconds = time_map.seconds(time_map.bar_start(bars + 1))
        bar = seconds - time_map.seconds(time_map.bar_start(bars))
        if abs(seconds - project.duration_s) > 2 * bar:
            why = "the arrangement is written out" if project.arrangement is not None else "no form comes nearer"
            found.append(f"the song lasts {seconds:.1f} s, not the {project.duration_s:g} s asked for: {why}")
    return tuple(found)


def scaled_energy(energy: float, project_energy: float) -> float:
    """A section's energy in a project of another energy: quieter by a factor, louder towards 1.

    Order and contrast of sections stay; 0.6 leaves them as they are.

    >>> [round(scaled_energy(energy, 0.8), 2) for energy in (0.4, 0.9)]
    [0.58, 0.93]
    """
    if project_energy <= _USUAL_ENERGY:
        return energy * (0.4 + 0.6 * project_energy / _USUAL_ENERGY)
    return energy + 0.6 * (1.0 - energy) * (project_energy - _USUAL_ENERGY) / (1.0 - _USUAL_ENERGY)


def _plan(project: Project, genre: Genre, placement: Placement, name: str, section: FormSection | None) -> Plan:
    """What is None in the placement comes from the material, then from the genre's form (chords: its kin)."""
    material = project.sections.get(placement.use, SectionMaterial())
    kin = project.sections.get(genre.kin(placement.use), SectionMaterial())
    energy = _first(placement.energy, material.energy, section.energy if section else None, _ENERGY)
    return Plan(
        id=name,
        use=placement.use,
        bars=int(_first(placement.bars, material.bars, section.bars[0] if section else None, _BARS)),
        energy=scaled_energy(energy, project.energy),
        fill=placement.fill,
        transpose_semitones=int(placement.transpose),
        lyrics=_first_text(placement.lyrics, material.lyrics),
        chords=next((chords for chords in (placement.chords, material.chords) if chords is not None), kin.chords),
        seed=project.reroll.get(name, material.seed if placement.seed is None else placement.seed),
    )


def _refuse_unknown(rerolled: Iterable[str], ids: Sequence[str]) -> None:
    """Another take can only be had of a section that is played."""
    unknown = [name for name in rerolled if name not in ids]
    if unknown:
        hint = f"the song has {', '.join(ids)}"
        raise ProjectError([Problem(f"no section has the id {name!r}", f"reroll.{name}", hint) for name in unknown])


def _first(*values: float | None) -> float:
    return next(value for value in values if value is not None)


def _first_text(*values: str | None) -> str:
    return next((value for value in values if value is not None), "")


def _fitted(
    project: Project, forms: Sequence[Form], chance: Chance
) -> tuple[tuple[Placement, FormSection | None], ...]:
    """A form of the genre, chosen by weight and by how well it fits, as placements."""
    own = [_with_materials(form, project) for form in forms]
    seconds_at = _ends(project)
    fits = [fit(form, seconds_at, project.duration_s) if project.duration_s else usual(form) for form in own]
    strays = [_strays(fitted, project) for fitted in fits]
    weights = [form.weight * 2.0 ** (min(strays) - octaves) for form, octaves in zip(own, strays, strict=True)]
    chosen = fits[_draw(weights, chance)]
    return tuple((Placement(use=section.use, bars=bars), section) for section, bars in chosen.sections)


def _ends(project: Project) -> Callable[[int], float]:
    """The time at which a song of so many bars ends."""
    time_map = read_time(project, {})
    return lambda bars: time_map.seconds(time_map.bar_start(bars + 1))


def _with_materials(form: Form, project: Project) -> Form:
    """The form with the lengths and energies that the project gives its materials."""
    sections = []
    for section in form.sections:
        material = project.sections.get(section.use, SectionMaterial())
        bars = section.bars if material.bars is None else (int(material.bars),)
        energy = section.energy if material.energy is None else material.energy
        sections.append(FormSection(section.use, bars, energy, section.optional, section.repeatable))
    return Form(form.name, tuple(sections), form.weight)


def _strays(fitted: Fitted, project: Project) -> float:
    """How often a form's weight is halved: where it strays to fit, and where it leaves the project's materials out.

    An hour strays by thousands: what counts is how much less than the others.
    """
    played = {section.use for section, _ in fitted.sections}
    unused = sum(use not in played for use in project.sections)
    return fitted.cost / _STRAY + unused * _UNUSED


def _draw(weights: Sequence[float], chance: Chance) -> int:
    rng = chance.of("structure").rng("form")
    total = sum(weights)
    return int(rng.choice(len(weights), p=[weight / total for weight in weights]))
