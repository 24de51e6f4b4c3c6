"""Runs from strangers: a wrong one is refused in one sentence, writes nowhere, and leaves nothing behind."""

import io
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_run import contents, write_whole_run

from gan.config import MAX_LATENT_SIZE, MAX_WIDTH, PROJECT_ROOT
from gan.errors import UserError
from gan.run_export import export_run
from gan.run_files import kind_of
from gan.run_import import import_run
from gan.run_lock import run_lock
from gan.run_source import MAX_DIRECTORY_BYTES, MAX_ENTRIES, looks_like_run, open_source
from gan.run_title import read_title


def quiet(share: float, text: str) -> None:
    """Tells nobody."""


@pytest.fixture(scope="module")
def good_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_whole_run(tmp_path_factory.mktemp("good") / "old")


@pytest.fixture(scope="module")
def good_zip(good_run: Path) -> bytes:
    stream = io.BytesIO()
    export_run(good_run, stream, quiet)
    return stream.getvalue()


@pytest.fixture
def run(good_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good_run, tmp_path / "run"))


def zip_of(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return stream.getvalue()


def with_entries(good: bytes, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO(good)
    with zipfile.ZipFile(stream, "a") as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return stream.getvalue()


def refusal(source: Path, tmp_path: Path) -> str:
    """Returns the sentence of a refusal, after which nothing at all has changed."""
    checkpoints = tmp_path / "checkpoints"
    checkpoints.mkdir(exist_ok=True)
    before = contents(tmp_path)
    with pytest.raises(UserError) as refused:
        import_run(source, checkpoints, quiet)
    assert not list(checkpoints.iterdir())
    assert contents(tmp_path) == before
    sentence = str(refused.value)
    assert "\n" not in sentence and len(sentence) < 400 and sentence.endswith(".")
    assert ".import-" not in sentence
    return sentence


def refusal_of_zip(content: bytes, tmp_path: Path) -> str:
    (tmp_path / "a.zip").write_bytes(content)
    return refusal(tmp_path / "a.zip", tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        *("/etc/run.json", "../run.json", "old/../../x", "old/ladder/..", "..", "old//x"),
        *("C:/x", "c:x", "old\\run.json", "\\\\host\\x", "old/a\x00b", "old/a\nb"),
    ],
)
def test_a_name_that_could_escape_refuses_the_whole(good_zip: bytes, tmp_path: Path, name: str) -> None:
    entry = zipfile.ZipInfo("x")
    entry.filename = name
    assert "forbidden name" in refusal_of_zip(with_entries(good_zip, (entry, b"x")), tmp_path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["old/run.json", "old/RUN.json", "old/run.json/", "old/Ladder/000002.safetensors"])
def test_a_name_that_comes_twice_refuses_the_whole(good_zip: bytes, tmp_path: Path, name: str) -> None:
    assert "twice" in refusal_of_zip(with_entries(good_zip, (name, b"")), tmp_path)


@pytest.mark.parametrize("mode", [0o120777, 0o010644, 0o020644, 0o140644], ids=["link", "pipe", "device", "socket"])
def test_a_link_or_a_special_file_in_a_zip_refuses_the_whole(good_zip: bytes, tmp_path: Path, mode: int) -> None:
    entry = zipfile.ZipInfo("old/notes")
    entry.external_attr = mode << 16
    assert "link or a special file" in refusal_of_zip(with_entries(good_zip, (entry, b"/etc/passwd")), tmp_path)


def test_a_zip_with_a_password_is_refused(good_zip: bytes, tmp_path: Path) -> None:
    content = bytearray(good_zip)
    content[content.find(b"PK\x01\x02") + 8] |= 1
    assert "is locked with a password; unpack it" in refusal_of_zip(bytes(content), tmp_path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_packing_is_refused(good_run: Path, tmp_path: Path, method: int) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("run.json", (good_run / "run.json").read_bytes())
    assert "unusual way" in refusal_of_zip(stream.getvalue(), tmp_path)


def test_a_bomb_is_refused_by_its_ratio(good_zip: bytes, tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("old/ladder/000008.safetensors")
    entry.compress_type = zipfile.ZIP_DEFLATED
    sentence = refusal_of_zip(with_entries(good_zip, (entry, bytes(20_000_000))), tmp_path)
    assert "unpacks to more than 100 times" in sentence


def test_files_that_lie_over_one_another_are_refused(good_run: Path, tmp_path: Path) -> None:
    rung = (good_run / "ladder/000002.safetensors").read_bytes()
    names = [f"ladder/{kimg:06d}.safetensors" for kimg in (2, 3)]
    record = (good_run / "run.json").read_bytes()
    content = bytearray(zip_of((names[0], rung), (names[1], b""), ("run.json", record)))
    # The list of files says that the second rung is where the first one is, and as long.
    first, second = (content.rfind(b"PK\x01\x02", 0, content.rfind(name.encode())) for name in names)
    content[second + 16 : second + 28] = content[first + 16 : first + 28]
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    assert "lie over one another" in refusal_of_zip(bytes(content), tmp_path)


def test_a_zip_that_claims_less_than_it_holds_is_refused(good_run: Path, tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("stats.jsonl")
    entry.compress_type = zipfile.ZIP_DEFLATED
    content = bytearray(zip_of(("run.json", (good_run / "run.json").read_bytes()), (entry, bytes(30_000_000))))
    # The unpacked size in the list of files: 30 MB are called 1000 bytes.
    place = content.rfind(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 1000)
    assert "damaged at stats.jsonl" in refusal_of_zip(bytes(content), tmp_path)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("run.json", 70_000),
        ("name.txt", 2000),
        ("samples/000002.png", 300_000),
        ("discriminator.safetensors", 17 * 2**20),
        ("ladder/000002.safetensors", 65 * 2**20),
    ],
)
def test_a_file_larger_than_its_kind_may_be_is_refused(run: Path, tmp_path: Path, name: str, size: int) -> None:
    with (run / name).open("r+b") as stream:
        stream.truncate(size)
    assert f"{name} has more than the" in refusal(run, tmp_path)


def test_a_file_that_grows_while_it_is_copied_is_refused(run: Path, tmp_path: Path) -> None:
    def grow(share: float, text: str) -> None:
        if text.startswith("copying discriminator"):
            with (run / "name.txt").open("ab") as stream:
                stream.truncate(5000)

    with pytest.raises(UserError, match=r"name\.txt has more than the 1,024 bytes"):
        import_run(run, tmp_path / "checkpoints", grow)
    assert not list((tmp_path / "checkpoints").iterdir())


def test_more_files_than_a_run_has_are_refused(good_run: Path, tmp_path: Path) -> None:
    record = ("run.json", (good_run / "run.json").read_bytes())
    rungs = [(f"ladder/{kimg:06d}.safetensors", b"") for kimg in range(300)]
    assert "more than 256 files like ladder/" in refusal_of_zip(zip_of(record, *rungs), tmp_path)
    many = [(f"{number}", b"") for number in range(MAX_ENTRIES)]
    assert f"more than {MAX_ENTRIES} files" in refusal_of_zip(zip_of(record, *many), tmp_path)
    long_names = [(f"{number:0200}", b"") for number in range(MAX_DIRECTORY_BYTES // 200)]
    assert "lists more files" in refusal_of_zip(zip_of(record, *long_names), tmp_path)
    folder = tmp_path / "folder"
    folder.mkdir()
    for number in range(MAX_ENTRIES + 1):
        (folder / str(number)).touch()
    assert f"more than {MAX_ENTRIES} files" in refusal(folder, tmp_path)


def test_what_the_widest_network_needs_is_allowed() -> None:
    # Weights of both networks as their layers' sizes give them, two bytes each; a state has 4 bytes, three copies of G
    # and D and two moments of both.
    width, latent = MAX_WIDTH, MAX_LATENT_SIZE
    generator = latent * 2 * width * 49 + 2 * width * width * 16 + width * width // 2 * 16 + width // 2 * 9
    discriminator = width // 2 * 16 + width // 2 * width * 16 + width * 2 * width * 9 + 2 * width * 16
    needed = {
        "ladder/000002.safetensors": 2 * generator,
        "discriminator.safetensors": 2 * discriminator,
        "state.safetensors": 4 * (4 * generator + 3 * discriminator),
    }
    for name, size in needed.items():
        kind = kind_of(name)
        assert kind is not None and 1.1 * size < kind.max_bytes, name


@pytest.mark.parametrize("top", ["", "some folder/"])
def test_unknown_files_and_litter_are_left_behind(good_run: Path, tmp_path: Path, top: str) -> None:
    wanted = {name: content for name, content in contents(good_run).items() if kind_of(name)}
    litter = [
        "__MACOSX/run.json",
        ".DS_Store",
        f"{top}.DS_Store",
        "Thumbs.db",
        "a\u202eb",
        f"{top}run.py",
        f"{top}ladder/64.pt",
    ]
    litter += [f"{top}samples/latest.png", f"{top}lock", f"{top}ladder/٠٠٠٠٠٨.safetensors", f"{top}ladder/"]
    entries = [(top + name, content) for name, content in wanted.items()] + [(name, b"") for name in {*litter}]
    (tmp_path / "a.zip").write_bytes(zip_of(*entries))
    name = import_run(tmp_path / "a.zip", tmp_path / "checkpoints", quiet)
    assert contents(tmp_path / "checkpoints" / name) == wanted


def test_a_zip_of_two_runs_or_of_none_is_refused(good_run: Path, tmp_path: Path) -> None:
    record = (good_run / "run.json").read_bytes()
    assert "several runs" in refusal_of_zip(zip_of(("a/run.json", record), ("b/run.json", record)), tmp_path)
    assert "several runs" in refusal_of_zip(zip_of(("run.json", record), ("b/run.json", record)), tmp_path)
    assert "no run.json" in refusal_of_zip(zip_of(("a/b/run.json", record)), tmp_path)
    assert "no run.json" in refusal_of_zip(zip_of(), tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.99, 0.9999])
def test_a_zip_that_was_cut_off_is_refused(good_zip: bytes, tmp_path: Path, share: float) -> None:
    assert "not a whole zip file" in refusal_of_zip(good_zip[: int(len(good_zip) * share)], tmp_path)


def test_a_zip_with_a_wrong_checksum_is_refused(good_zip: bytes, tmp_path: Path) -> None:
    place = good_zip.find(b"dcgan generator")
    content = good_zip[:place] + b"D" + good_zip[place + 1 :]
    assert "damaged at ladder/000002.safetensors" in refusal_of_zip(content, tmp_path)


def test_a_zip_whose_packing_is_broken_is_refused(good_zip: bytes, tmp_path: Path) -> None:
    content = bytearray(good_zip)
    # The first byte of what is packed: a kind of block that there is not.
    content[good_zip.find(b"old/run.json") + len(b"old/run.json")] = 0xFF
    assert "damaged at run.json" in refusal_of_zip(bytes(content), tmp_path)


def test_a_zip64_is_read_like_any_other(good_run: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, content in contents(good_run).items():
            with archive.open(name, "w", force_zip64=True) as stream:
                stream.write(content)
    assert import_run(tmp_path / "a.zip", tmp_path / "checkpoints", quiet) == "a"


def test_a_folder_without_a_record_and_a_missing_file_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "has no run.json" in refusal(tmp_path / "empty", tmp_path)
    assert "There is no file" in refusal(tmp_path / "nowhere.zip", tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("name", ["run.json", "unknown", "ladder/000008.safetensors"])
def test_a_pipe_in_a_folder_is_refused_at_once(run: Path, tmp_path: Path, name: str) -> None:
    (run / name).unlink(missing_ok=True)
    os.mkfifo(run / name)
    with pytest.raises(UserError, match="special file"):
        import_run(run, tmp_path / "checkpoints", quiet)
    assert not list((tmp_path / "checkpoints").iterdir())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_in_place_of_a_zip_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.zip")
    with pytest.raises(UserError, match="not an ordinary file"):
        import_run(tmp_path / "a.zip", tmp_path / "checkpoints", quiet)
    assert not looks_like_run(tmp_path / "a.zip")


@pytest.mark.parametrize("name", ["run.json", "ladder", "ladder/000002.safetensors", "unknown"])
def test_a_link_in_a_folder_is_refused(run: Path, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    if (run / name).exists():
        (run / name).rename(outside)
    (run / name).symlink_to(outside)
    assert "is a link" in refusal(run, tmp_path)


def replace_in(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def change(run: Path) -> None:
        content = (run / name).read_bytes()
        assert old in content
        (run / name).write_bytes(content.replace(old, new, 1))

    return change


def write(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda run: (run / name).write_bytes(content) and None


def png(mode: str, size: tuple[int, int], kind: str = "PNG") -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.new(mode, size).save(stream, kind)
    return stream.getvalue()


def long_header() -> bytes:
    """A file that declares 40,000 tensors without a number in them."""
    empty = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    header = json.dumps({str(number): empty for number in range(40_000)}).encode()
    return struct.pack("<Q", len(header)) + header


def huge_png(side: int) -> bytes:
    """A PNG that claims side × side pixels."""
    import zlib

    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    content = png("L", (224, 224))
    return content[:12] + header + struct.pack(">I", zlib.crc32(header)) + content[33:]


def poison(run: Path) -> None:
    """A variance below zero: every weight is finite, and every pixel is not."""
    import torch

    from gan.checkpoint import read_generator, write_generator

    generator = read_generator(run / "ladder/000004.safetensors")
    generator.state_dict()["layers.1.running_var"].copy_(torch.full((8,), -1.0))
    write_generator(run / "ladder/000004.safetensors", generator)


def widen(run: Path) -> None:
    from gan.checkpoint import write_generator
    from gan.networks import Generator, GeneratorShape

    write_generator(run / "ladder/000004.safetensors", Generator(GeneratorShape(4, 6)))


def set_step(step: int) -> Callable[[Path], None]:
    def change(run: Path) -> None:
        from gan.checkpoint import read_tensors, write_tensors

        tensors, metadata = read_tensors(run / "state.safetensors")
        write_tensors(run / "state.safetensors", tensors, metadata | {"step": step})

    return change


TICK = b'{"kimg":1.0,"step":1,"seconds":1,"images_per_second":1,"generator_loss":1,"discriminator_loss":1,'
TICK += b'"real_probability":0.5,"fake_probability":0.5%s}\n'


@pytest.mark.parametrize(
    ("spoil", "problem"),
    {
        "record": (write("run.json", b"[" * 60_000), "run.json is damaged"),
        "version": (replace_in("run.json", b'_version": 1', b'_version": 2'), "has format 2"),
        "config": (replace_in("run.json", b'"latent_size": 4', b'"latent_size": 99999'), "latent-size is 99999"),
        "other config": (replace_in("run.json", b'"latent_size": 4', b'"latent_size": 5'), "another size"),
        "text": (replace_in("run.json", b'"CPU"', b'"C\\nPU"'), "can't be shown"),
        "long text": (replace_in("run.json", b'"CPU"', b'"' + b"C" * 501 + b'"'), "can't be shown"),
        "no tick": (write("stats.jsonl", TICK % b"" + b"hello\n"), "line 2"),
        "long line": (write("stats.jsonl", b" " * 3000 + TICK % b""), "line 1"),
        "many lines": (write("stats.jsonl", b"\n" * 300_001), "more than 300,000 lines"),
        "infinite": (write("stats.jsonl", TICK.replace(b"1.0", b"1e999") % b""), "line 1"),
        "not a number": (write("stats.jsonl", TICK.replace(b"1.0", b"NaN") % b""), "line 1"),
        "400 digits": (write("stats.jsonl", TICK.replace(b"1.0", b"1" * 400) % b""), "line 1"),
        "negative": (write("stats.jsonl", TICK.replace(b"1.0", b"-1.0") % b""), "line 1"),
        "true": (write("stats.jsonl", TICK.replace(b"1.0", b"true") % b""), "line 1"),
        "no probability": (write("stats.jsonl", TICK.replace(b"0.5,", b"1.5,") % b""), "line 1"),
        "counts": (write("stats.jsonl", TICK % b',"class_counts":[1,2]'), "line 1"),
        "count": (write("stats.jsonl", TICK % b',"class_counts":[0,0,0,0,0,0,0,0,0,-1]'), "line 1"),
        "backwards": (write("stats.jsonl", TICK.replace(b'"step":1', b'"step":2') % b"" + TICK % b""), "line 2"),
        "hidden": (write("stats.jsonl", TICK.replace(b"1.0", b"true") % b"" + TICK % b""), "line 1"),
        "rung": (write("ladder/000002.safetensors", b"\xff" * 100), "ladder/000002.safetensors is damaged"),
        "huge header": (write("ladder/000002.safetensors", b"\xff" * 7 + b"\x00{}"), "is damaged"),
        "long header": (write("ladder/000002.safetensors", long_header()), "its header claims 2,"),
        "rung of another size": (widen, "another size"),
        "numbers": (poison, "not made of finite numbers"),
        "no rung": (lambda run: shutil.rmtree(run / "ladder"), "no rung"),
        "discriminator": (
            lambda run: shutil.copy(run / "ladder/000002.safetensors", run / "discriminator.safetensors") and None,
            "is not a discriminator",
        ),
        "no picture": (write("samples/000002.png", b"\x89PNG\r\n\x1a\n"), "samples/000002.png is damaged"),
        "colour": (write("samples/000002.png", png("RGB", (224, 224))), "224×224 pixels of kind RGB"),
        "size": (write("samples/000002.png", png("L", (225, 224))), "225×224"),
        "other format": (write("samples/000002.png", png("L", (224, 224), "BMP")), "is damaged"),
        "picture bomb": (write("samples/000002.png", huge_png(50_000)), "samples/000002.png is damaged"),
        "small picture bomb": (write("samples/000002.png", huge_png(10_000)), "samples/000002.png is damaged"),
        "state": (write("state.safetensors", b""), "state.safetensors is damaged"),
        "state of nothing": (
            lambda run: shutil.copy(run / "ladder/000002.safetensors", run / "state.safetensors") and None,
            "is not the state of a run",
        ),
        "far step": (set_step(10**9), "come to step 1,000,000,000"),
    }.values(),
    ids=lambda value: value.replace("/", "-") if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_trusted_refuses_the_run(
    run: Path, tmp_path: Path, spoil: Callable[[Path], None], problem: str, recwarn: pytest.WarningsRecorder
) -> None:
    spoil(run)
    assert problem in refusal(run, tmp_path)
    assert not recwarn.list


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(good_zip: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(good_zip)
    (tmp_path / "a.zip").chmod(0)
    with pytest.raises(PermissionError, match=r"a\.zip"):
        import_run(tmp_path / "a.zip", tmp_path / "checkpoints", quiet)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("mnist", "mnist-2"),
        ("fashion-mnist", "fashion-mnist-2"),
        ("judges", "judges-2"),
        ("CON", "con-2"),
        ("Klasse 7b (Ümlaut)", "klasse-7b-mlaut"),
        ("…", "run"),
        ("y" * 59 + " z", "y" * 59),
        ("x" * 80, "x" * 60),
        ("taken", "taken-2"),
        ("t" * 60, "t" * 58 + "-2"),
    ],
)
def test_a_run_gets_a_plain_name_that_nobody_has(run: Path, tmp_path: Path, source: str, name: str) -> None:
    for taken in ("taken", "t" * 60):
        (tmp_path / "checkpoints" / taken).mkdir(parents=True)
    assert import_run(run.rename(tmp_path / source), tmp_path / "checkpoints", quiet) == name
    assert (tmp_path / "checkpoints" / name / "run.json").is_file()


def test_a_run_keeps_its_title_or_gets_its_old_folders_name(good_zip: bytes, run: Path, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(good_zip)
    checkpoints = tmp_path / "checkpoints"
    assert read_title(checkpoints / import_run(tmp_path / "a.zip", checkpoints, quiet)) == "My first run"
    (run / "name.txt").unlink()
    untitled = run.rename(tmp_path / "Runs of 7b")
    assert read_title(checkpoints / import_run(untitled, checkpoints, quiet)) == "Runs of 7b"


def test_leftovers_of_a_killed_import_are_removed_and_one_at_work_is_not(run: Path, tmp_path: Path) -> None:
    checkpoints = tmp_path / "checkpoints"
    for name in (".import-dead", ".import-busy"):
        (checkpoints / name / "run").mkdir(parents=True)
        (checkpoints / name / "lock").touch()
    (checkpoints / ".import-new").mkdir()
    (checkpoints / ".import-link").symlink_to(run)
    with run_lock(checkpoints / ".import-busy"):
        import_run(run, checkpoints, quiet)
    assert {path.name for path in checkpoints.iterdir()} == {"run", ".import-busy", ".import-new", ".import-link"}
    assert (run / "run.json").is_file()


def test_a_name_that_is_taken_at_the_last_moment_is_passed_over(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def too_late(self: Path, target: Path) -> Path:
        if target.name == "run":
            target.mkdir()
            (target / "run.json").touch()
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", too_late)
    assert import_run(run, tmp_path / "checkpoints", quiet) == "run-2"
    assert {path.name for path in (tmp_path / "checkpoints").iterdir()} == {"run", "run-2"}
    assert (tmp_path / "checkpoints" / "run" / "run.json").read_bytes() == b""


def test_a_full_disk_is_noticed_before_anything_is_copied(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")(10, 10, 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert "1 MB left; make room there" in refusal(run, tmp_path)


def test_two_imports_of_one_file_at_once_get_two_names(good_zip: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(good_zip)
    names: list[str] = []
    work = [
        threading.Thread(target=lambda: names.append(import_run(tmp_path / "a.zip", tmp_path / "c", quiet)))
        for _ in range(2)
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert sorted(names) == ["a", "a-2"]


def test_a_run_is_told_from_other_files_at_a_glance(good_run: Path, good_zip: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(good_zip)
    (tmp_path / "cut.zip").write_bytes(good_zip[:-10])
    (tmp_path / "other.zip").write_bytes(zip_of(("a.txt", b"")))
    (tmp_path / "trap.zip").write_bytes(with_entries(good_zip, ("../x", b"")))
    assert looks_like_run(tmp_path / "a.zip")
    assert looks_like_run(good_run)
    for name in ("cut.zip", "other.zip", "trap.zip", "nothing.zip", "."):
        assert not looks_like_run(tmp_path / name), name


def test_looking_at_a_source_loads_nothing_heavy() -> None:
    script = "import gan.run_source, gan.run_title, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert not {"torch", "safetensors", "PIL", "numpy", "tyro"} & set(done.stdout.split())


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tmp_path_factory.mktemp("workshop")


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_random_damage_gives_a_sentence_or_a_good_run(good_zip: bytes, workshop: Path, data: st.DataObject) -> None:
    content = bytearray(good_zip)
    places = st.integers(0, len(content) - 1) | st.integers(len(content) - 1200, len(content) - 1)
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=6)):
        content[place] = byte
    folder = Path(tempfile.mkdtemp(dir=workshop))
    try:
        import_or_refuse(bytes(content), folder)
    finally:
        shutil.rmtree(folder)


@settings(max_examples=100, deadline=None)
@given(names=st.lists(st.text(max_size=12) | st.from_regex(r"[./\\a:]{1,12}", fullmatch=True), max_size=3))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_no_name_leads_out_of_the_folder(good_zip: bytes, workshop: Path, names: list[str]) -> None:
    entries: list[tuple[str | zipfile.ZipInfo, bytes]] = []
    for name in names:
        entry = zipfile.ZipInfo("x")
        entry.filename = name.encode("utf-8", "replace").decode()
        entries.append((entry, b"stranger"))
    folder = Path(tempfile.mkdtemp(dir=workshop))
    try:
        import_or_refuse(with_entries(good_zip, *entries), folder)
        assert b"stranger" not in contents(folder / "checkpoints").values()
    finally:
        shutil.rmtree(folder)


def import_or_refuse(content: bytes, folder: Path) -> None:
    """Imports a zip; whatever comes of it, the folder then holds the zip and at most one whole run."""
    (folder / "a.zip").write_bytes(content)
    try:
        name = import_run(folder / "a.zip", folder / "checkpoints", quiet)
    except UserError as error:
        assert "\n" not in str(error)
        assert not list((folder / "checkpoints").iterdir())
    else:
        assert [path.name for path in (folder / "checkpoints").iterdir()] == [name]
        assert all(kind_of(file) for file in contents(folder / "checkpoints" / name))
    assert {path.name for path in folder.iterdir()} == {"a.zip", "checkpoints"}


def test_the_source_is_closed_again(good_zip: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(good_zip)
    with open_source(tmp_path / "a.zip") as source:
        assert b"".join(source.chunks("name.txt")) == b"My first run\n"
        assert source.old_name == "old"
    with pytest.raises(UserError):
        list(source.chunks("name.txt"))
