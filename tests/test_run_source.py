"""Names, links, sizes and packings in a zip or a folder from a stranger: a wrong one is refused before it is read."""

import io
import os
import shutil
import struct
import zipfile
from pathlib import Path

import pytest
from shared_run import contents, quiet, refusal, refusal_of_zip, with_entries, zip_of

from gan.config import MAX_LATENT_SIZE, MAX_WIDTH
from gan.errors import UserError
from gan.run_files import kind_of
from gan.run_import import import_run
from gan.run_source import MAX_DIRECTORY_BYTES, MAX_ENTRIES, looks_like_run


@pytest.fixture
def run(good_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good_run, tmp_path / "run"))


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
        ("run.json", 1_100_000),
        ("name.txt", 2000),
        ("samples/000002.png", 1_100_000),
        ("discriminator.safetensors", 65 * 2**20),
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
    # The kind that the first rung's metadata name.
    place = good_zip.index(b'"generator')
    content = good_zip[:place] + b"G" + good_zip[place + 1 :]
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
