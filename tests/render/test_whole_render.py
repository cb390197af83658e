from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
import soundfile

import changing_song
from decoding import decoded
from fake_desk import click, desk, write_song
from songwright.dsp import jit
from songwright.errors import PluginError, ProjectError, RenderError
from songwright.pipeline import RenderOptions, render, slug

TRACKS = {name: track for name, track in changing_song.TRACKS.items() if name != "dry"}
AUTOMATION = [
    {"target": "tone.gain", "points": [["1:1", "-30 dB"], ["3:1", "-3 dB", "smooth"]]},
    {"target": "hall.echo.time", "points": [["1:1", "0.1 s"], ["4:1", "0.5 s", "exp"]]},
]


def song(folder, **fields):
    folder.mkdir(exist_ok=True)
    return write_song(folder, TRACKS, buses=changing_song.BUSES, automation=AUTOMATION, **fields)


def rendered(folder, name="out", fields=None, **options):
    path = song(folder, **(fields or {}))
    return render(path, RenderOptions(out=folder / name, **options), plugins=desk())


def hashes(report):
    return {stem["id"]: stem["sha256"] for stem in report["stems"]} | {"mix": report["mix"]["sha256"]}


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return rendered(tmp_path_factory.mktemp("reference"))


@pytest.mark.parametrize(("jobs", "block_frames"), [(1, 32768), (2, 512), (3, 4096), (2, 10007), (1, 65536)])
def test_the_same_bytes_for_any_jobs_and_blocks_and_in_any_folder(reference, tmp_path, jobs, block_frames):
    again = rendered(tmp_path / "elsewhere", jobs=jobs, block_frames=block_frames)
    assert hashes(again.report) == hashes(reference.report)
    for file in reference.files:
        if file.suffix in (".wav", ".mid", ".txt"):
            other = again.folder / file.relative_to(reference.folder)
            assert other.read_bytes() == file.read_bytes(), file


def test_stems_add_up_to_the_mix_before_the_master(reference):
    assert reference.report["null_residual_db"] <= -120.0
    assert {stem["id"]: stem.get("part_of") for stem in reference.report["stems"]} == {
        "hiss": None,
        "tone": None,
        "bent": "glue",
        "glue": None,
        "hall": None,
    }


def test_stem_files_add_up_to_the_mix_file_where_the_master_does_nothing(tmp_path):
    fields = {"render": {"mix": {"loudness": None, "true_peak": "0 dBTP"}}}
    result = rendered(tmp_path, fields=fields, bit_depth="32f")
    counted = [soundfile.read(result.folder / stem.file.name)[0] for stem in result.stems if stem.part_of is None]
    mix = soundfile.read(result.folder / "mix.wav")[0]
    assert np.abs(mix).max() < 0.9  # the limiter has nothing to do
    rest = mix - sum(counted)
    assert 10 * np.log10((rest**2).sum() / (mix**2).sum()) < -120.0


def test_every_file_is_as_long_as_the_song(reference):
    files = [file for file in reference.files if file.suffix == ".wav"]
    assert len(files) == 6
    assert {soundfile.info(file).frames for file in files} == {reference.report["audio"]["frames"]}


def test_a_new_track_leaves_the_other_stems_alone(reference, tmp_path):
    more = {"first": {"instrument": "hiss", "clips": [{"at": "1:1", "notes": "C3:1/4"}]}} | TRACKS
    path = write_song(tmp_path, more, buses=changing_song.BUSES, automation=AUTOMATION)
    again = render(path, RenderOptions(out=tmp_path / "out"), plugins=desk())
    before, after = hashes(reference.report), hashes(again.report)
    assert after.items() >= {name: sha for name, sha in before.items() if name != "mix"}.items()
    assert after["mix"] != before["mix"]


def test_the_hash_is_that_of_the_decoded_samples(reference):
    audio = decoded(reference.folder / "mix.wav", "24")
    assert hashlib.sha256(audio).hexdigest() == reference.report["mix"]["sha256"]


@pytest.mark.parametrize("tap", ["source", "pre-fader"])
def test_other_taps_are_the_strip_at_that_place(tmp_path, tap):
    result = rendered(tmp_path, fields={"render": {"stems": {"tap": tap}}}, bit_depth="32f")
    assert result.report["null_residual_db"] is None
    ids = [stem.id for stem in result.stems]
    assert ids == ["hiss", "tone", "bent"] + ["glue", "hall"] * (tap == "pre-fader")
    if tap == "source":
        dry, _ = soundfile.read(result.folder / "stems/03-bent.wav", always_2d=True)
        frames = np.arange(3 * 44100)
        expected = 0.3 * np.sin(2 * np.pi * 440.0 * 2 ** (-21 / 12) / 44100 * frames)
        np.testing.assert_allclose(dry[2 * 44100 : 5 * 44100, 0], expected, atol=1e-4)


def test_formats_and_depths(tmp_path):
    fields = {"render": {"mix": {"formats": ["flac", "mp3", "ogg"]}, "stems": {"format": "flac"}}}
    result = rendered(tmp_path, fields=fields, bit_depth="16")
    names = {file.name for file in result.files}
    assert {"mix.flac", "mix.mp3", "mix.ogg", "01-hiss.flac"} <= names
    assert soundfile.info(result.folder / "mix.flac").subtype == "PCM_16"
    assert [entry["file"] for entry in result.report["mix"]["files"]] == ["mix.flac", "mix.mp3", "mix.ogg"]


def test_a_slice_is_the_slice_of_the_whole(reference, tmp_path):
    part = rendered(tmp_path, start="2:1", end="3:2.5")
    begin, end = 2 * 44100, int(2 * 44100 + 5.5 * 22050)
    for file in part.files:
        if file.suffix == ".wav":
            whole, _ = soundfile.read(reference.folder / file.relative_to(part.folder), dtype="int32")
            sliced, _ = soundfile.read(file, dtype="int32")
            np.testing.assert_array_equal(sliced, whole[begin:end])


def test_only_some_stems(reference, tmp_path):
    one = rendered(tmp_path, only=("tone", "glue"))
    assert [stem.id for stem in one.stems] == ["tone", "glue"]
    assert one.report["mix"] is None
    assert one.report["stems"][0]["sha256"] == hashes(reference.report)["tone"]
    members = rendered(tmp_path, only=("band",))
    assert [stem.id for stem in members.stems] == ["tone", "glue"]
    with pytest.raises(ProjectError, match="there is no stem 'tune'"):
        rendered(tmp_path, only=("tune",))


def test_a_partial_render_leaves_the_rest_and_a_whole_one_clears_up(tmp_path):
    rendered(tmp_path)
    again = rendered(tmp_path, only=("tone",))
    out = again.folder
    assert (out / "mix.wav").exists()
    assert (out / "stems/01-hiss.wav").exists()
    (out / "notes.txt").write_text("mine")
    render(write_song(tmp_path, {"tone": click()}), RenderOptions(out=out), plugins=desk())
    assert sorted(path.name for path in (out / "stems").iterdir()) == ["01-tone.wav"]
    assert (out / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(("way", "error"), [("raise", PluginError), ("nan", RenderError), ("inf", RenderError)])
def test_a_failing_effect_is_named_and_leaves_the_earlier_result(tmp_path, way, error):
    before = rendered(tmp_path)
    kept = {file: file.read_bytes() for file in before.files}
    path = write_song(tmp_path, {"bad": click(effects=[{"use": "faulty", "way": way}])})
    with pytest.raises(error) as caught:
        render(path, RenderOptions(out=before.folder), plugins=desk())
    assert "faulty" in str(caught.value)
    assert "bad" in str(caught.value)
    if error is PluginError:
        assert caught.value.distribution == "fake-desk"
    assert {file: file.read_bytes() for file in before.files} == kept
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_interrupted_render_leaves_the_earlier_result(tmp_path):
    class Impatient:
        def stage(self, name, steps=0.0):
            if name == "master":
                raise KeyboardInterrupt

        def step(self, amount=1.0, note=""):
            pass

    before = rendered(tmp_path)
    kept = {file: file.read_bytes() for file in before.files}
    with pytest.raises(KeyboardInterrupt):
        render(song(tmp_path, title="Other"), RenderOptions(out=before.folder), plugins=desk(), progress=Impatient())
    assert {file: file.read_bytes() for file in before.files} == kept
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_wish_that_cannot_be_had_is_told_before_the_work(tmp_path):
    begun = []

    class Watcher:
        def stage(self, name, steps=0.0):
            begun.append(name)

        def step(self, amount=1.0, note=""):
            pass

    for options in (
        RenderOptions(start="nowhere"),
        RenderOptions(start="2:1", end="1:1"),
        RenderOptions(only=("who",)),
    ):
        with pytest.raises(ProjectError):
            render(song(tmp_path / "song"), options, plugins=desk(), progress=Watcher())
        assert begun.pop() == "build"


def test_progress_names_the_stages_and_adds_up(tmp_path):
    class Watcher:
        def __init__(self):
            self.stages, self.steps = [], {}

        def stage(self, name, steps=0.0):
            self.stages.append(name)
            self.steps[name] = [steps, 0.0]

        def step(self, amount=1.0, note=""):
            assert amount >= 0.0
            self.steps[self.stages[-1]][1] += amount

    watcher = Watcher()
    render(song(tmp_path), RenderOptions(out=tmp_path / "out"), plugins=desk(), progress=watcher)
    assert [name for name in watcher.stages if name != "compile"] == [
        "load",
        "arrange",
        "build",
        "rehearse",
        "render",
        "master",
        "write",
    ]
    total, done = watcher.steps["render"]
    assert done == pytest.approx(total) == pytest.approx(8.5, abs=0.6)


def test_songs_of_other_scripts_have_folders_of_their_own():
    assert len({slug(title) for title in ("Ночь", "День", "夜", "昼", "हिन्दी", "हनद", "Night")}) == 7


@pytest.mark.parametrize("title", ["long " * 60, "долго " * 60], ids=["latin", "cyrillic"])
def test_a_long_title_names_a_folder(tmp_path, monkeypatch, title):
    monkeypatch.chdir(tmp_path)
    result = render(write_song(tmp_path, {"tone": click()}, title=title), RenderOptions(mix=False), plugins=desk())
    assert result.report["title"] == title
    assert (result.folder / "stems/01-tone.wav").is_file()


def test_a_cache_folder_that_cannot_be_written_only_forgets(reference, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SONGWRIGHT_CACHE", str(tmp_path / "file" / "cache"))
    jit.cache_folder.cache_clear()
    try:
        again = rendered(tmp_path / "song")
    finally:
        jit.cache_folder.cache_clear()
    assert hashes(again.report) == hashes(reference.report)
    assert again.report["cache"]["hits"] == 0


def test_observers_are_told_and_named_when_they_fail(tmp_path):
    from songwright import hookimpl
    from songwright.plugins import register

    class Observer:
        def __init__(self, fails):
            self.seen, self._fails = [], fails

        @hookimpl
        def songwright_stem_rendered(self, stem):
            self.seen.append(stem.id)

        @hookimpl
        def songwright_rendered(self, result):
            assert all(file.exists() for file in result.files)
            self.seen.append(result.folder.name)
            if self._fails:
                raise OSError("no answer")

    plugins, observer = desk(), Observer(fails=True)
    register(plugins, observer, "observer")
    with pytest.raises(PluginError, match="songwright_rendered failed: OSError: no answer"):
        render(song(tmp_path), RenderOptions(out=tmp_path / "out"), plugins=plugins)
    assert observer.seen == ["hiss", "tone", "bent", "glue", "hall", "out"]


def test_the_report_says_what_the_contract_asks(reference):
    report = json.loads((reference.folder / "report.json").read_text())
    assert report == reference.report
    assert set(report) >= {
        "songwright", "title", "seed", "genre", "key", "audio", "sections", "chords", "mix", "stems",
        "null_residual_db", "timing", "cache", "plugins", "warnings",
    }  # fmt: skip
    assert report["sections"] == [
        {"id": "part", "use": "part", "start_s": 0.0, "end_s": 8.0, "bar": 1, "bars": 4, "energy": 0.5}
    ]
    assert report["chords"][1] == {"start_s": 2.0, "end_s": 4.0, "chord": "C:maj", "roman": "I"}
    assert {"kind": "effect", "name": "duck", "distribution": "fake-desk", "version": "2.0"} in report["plugins"]
    assert report["genre"] in [used["name"] for used in report["plugins"] if used["kind"] == "genre"]
    assert set(report["files"]) == {str(file.relative_to(reference.folder)) for file in reference.files}
    assert report["timing"]["stages"].keys() >= {"load", "arrange", "build", "render", "master"}
    assert report["cache"] == {"hits": 0, "misses": 5}
