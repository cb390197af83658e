"""A project that says everything a project can say, for the band of the tests."""

EXACT = """\
songwright: 1
title: Harbour Lights
artist: The Examples
language: en
license: CC-BY-4.0
seed: 7
requires: {pyyaml: ">=5"}
genre: tune
mood: bright
energy: 0.7
key: [A minor, {at: "17:1", key: B minor}]
tempo: [{at: "1:1", bpm: 92}, {at: "17:1", bpm: 104, over: 2 bars}]
meter: [4/4, {at: "17:1", meter: 7/8, group: [2, 2, 3]}]
duration: 2:30
feel: {groove: straight, swing: 54 %, amount: 80 %, humanize: {timing: 6 ms, velocity: 5}}
sections:
  verse:
    bars: 8
    energy: 0.45
    chords: "| i | VI | III | VII/2 V7 |"
    lyrics: |
      Har-bour lights are call-ing home
      Ev'-ry wave a sto-ry
  chorus: {bars: 8, energy: 0.9, chords: {use: axis, rotate: 1}, lyrics: "Home"}
arrangement:
  - verse
  - {use: chorus, id: c1, fill: last, transpose: 0}
  - {use: verse, id: v2, energy: 0.6, lyrics: "Call-ing"}
tracks:
  drums: {instrument: {use: kit}, pattern: {use: walk, variation: 30 %}}
  bass:
    instrument: {use: reed, cutoff: 1.2 kHz, shape: square}
    pattern: walk
    clips:
      - {at: "9:1", notes: "E2:1/4 G2:1/8 r:1/8 A2:1/2"}
    effects:
      - {use: squeeze, id: comp, threshold: -18 dB, sidechain: {from: drums, tap: pre}}
      - squeeze
      - squeeze
    gain: -6 dB
    pan: -10 %
    sends: [{to: hall, level: -14 dB, tap: post}]
    to: rhythm
  pad: {voice: {use: [nobody, anna], profile: anna, breath: 20 %}, sings: {harmony: third-below}}
  echo:
    voice: anna
    clips:
      - {at: c1, notes: "E4:1/4 G4:1/4 A4:1/2 r:1/2 G4:1/2", lyrics: "call-ing home _"}
      - {at: c1+4:0, notes: "[E4 G4]:1/4@0.5 G4@90"}
  lead: null
buses:
  rhythm: {effects: [squeeze], to: master}
  hall: {role: return, effects: [{use: echo, time: 1/8t}, {use: echo, id: far, time: 0.5 s}]}
master: {effects: [squeeze], gain: -1 dB}
automation:
  - {target: bass.comp.threshold, points: [["1:1", -18 dB], ["9:1", -24 dB, exp]]}
  - {target: bass.hall, points: [["1:1", -90 dB], [c1, -6 dB, smooth]]}
  - {target: hall.echo.time, points: [{at: "1:1", value: 1/4}, {at: v2, value: 250 ms, shape: step}]}
render:
  mix: {loudness: -14 LUFS, true_peak: -1 dBTP, formats: [wav, mp3]}
  stems: {tap: post-fader, format: flac}
  karaoke: [lrc, elrc, ass, vtt, ultrastar]
  midi: true
"""
