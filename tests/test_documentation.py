"""What the documents show and name is what the program prints and writes."""

import json
import re
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from game.settings import Settings
from game.store_migrations import SCHEMA_VERSION as STORE_VERSION
from game.store_schema import metadata
from gan.config import PROJECT_ROOT
from gan.memorisation import Memorisation
from gan.metrics_table import ROWS
from gan.networks import DiscriminatorShape, GeneratorShape
from gan.presets import preset
from gan.run_files import KINDS
from gan.run_log import READABLE_VERSIONS, SCHEMA_VERSION, RunRecord, Tick
from gan.rung_measures import JudgedMeasures, Measures
from gan.training_plan import TrainingPlan

README = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
FORMATS = (PROJECT_ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
# Of other runs than the one that is shown: those that know classes, and with weights that are not bundled.
NOT_SHOWN = {"conditional accuracy", "Inception distance (FID)"}


def section(document: str, title: str) -> str:
    """Returns what stands below a heading, up to the next one of any kind."""
    (text,) = re.findall(rf"(?ms)^#+ {re.escape(title)}$(.*?)(?=^#+ |\Z)", document)
    return str(text)


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("run.json", RunRecord),
        ("stats.jsonl", Tick),
        ("Rungs and the discriminator", GeneratorShape),
        ("Rungs and the discriminator", DiscriminatorShape),
        ("Measures", Measures),
        ("Measures", JudgedMeasures),
        ("Measures", Memorisation),
        ("Between the window and a watched command", TrainingPlan),
    ],
)
def test_every_key_of_a_file_is_explained(title: str, written: type) -> None:
    explained = section(FORMATS, title)
    # What a judge measures stands among the other measures.
    names = {field.name for field in fields(written)} - {"judged"}
    missing = sorted(name for name in names if f"`{name}`" not in explained)
    assert not missing, f"docs/formats.md, {title}, says nothing of {', '.join(missing)}"


def test_the_settings_that_are_shown_are_those_of_a_new_player() -> None:
    (shown,) = re.findall(r"(?ms)^```json\n(.*?)^```", section(FORMATS, "settings.json"))
    assert list(json.loads(shown).items()) == list(asdict(Settings()).items())


def test_every_column_of_the_scores_is_explained() -> None:
    text = section(FORMATS, "scores.sqlite")
    for table in metadata.tables.values():
        missing = [column.name for column in table.columns if f"`{column.name}`" not in text]
        assert f"`{table.name}`" in text and not missing, f"docs/formats.md says nothing of {missing} in {table.name}"
    assert f"one row, `version` = {STORE_VERSION}." in text


def test_the_versions_and_kinds_that_are_written_are_named() -> None:
    others = " and ".join(map(str, READABLE_VERSIONS))
    assert f"{SCHEMA_VERSION} is written, {others} are read" in section(FORMATS, "run.json")
    rungs = section(FORMATS, "Rungs and the discriminator")
    assert '`"generator"`' in rungs and '`"discriminator"`' in rungs


def test_the_table_of_a_zip_has_the_sizes_that_are_checked() -> None:
    rows = re.findall(r"(?m)^\| `([^`]+)` \| (\d+) \| (\d+) ([MK]iB) \|$", section(FORMATS, "A run in a zip file"))
    told = {
        name.replace("<six digits>", "000064"): (int(count), int(size) * 2 ** (20 if unit == "MiB" else 10))
        for name, count, size, unit in rows
    }
    assert len(told) == len(KINDS)
    for kind in KINDS:
        (name,) = [name for name in told if kind.name.fullmatch(name)]
        assert told[name] == (kind.max_count, kind.max_bytes)


def test_the_readme_shows_the_rows_that_metrics_prints() -> None:
    (shown,) = re.findall(r"(?ms)^```text\n(kimg .*?)^```", README)
    titles = [re.match(r"( *\S+(?: \S+)*)", line)[1] for line in shown.splitlines()[1:-1]]  # type: ignore[index]  # each matches
    assert titles == [title for title, _ in ROWS if title not in NOT_SHOWN]


def test_the_readme_explains_every_measure() -> None:
    table = section(README, "How good are its fakes?")
    explained = {name for row in re.findall(r"(?m)^\| ([^|]+) \|", table) for name in row.split(", ")}
    for title, _ in ROWS:
        name = title.strip().partition(":")[0].partition(",")[0]
        assert name in explained | {"standard deviation", "share of the maximum", "Inception distance (FID)"}, title


def test_the_readme_shows_the_lines_with_which_training_begins() -> None:
    (shown,) = re.findall(r"(?ms)^```text\n(Loading PyTorch.*?)^```", README)
    lines = shown.splitlines()
    config = preset("dcgan", "standard", "mnist")
    assert lines[2] == f"{config.architecture}, {config.objective} · batch {config.batch_size} · seed {config.seed}"
    assert re.fullmatch(r"CPU, \d+ threads? · (bfloat16|float32)", lines[3])
    assert lines[6].startswith(f"1 of {config.kimg} kimg · ")


def test_every_local_link_leads_somewhere() -> None:
    for path in (PROJECT_ROOT / "README.md", PROJECT_ROOT / "CONTRIBUTING.md", *(PROJECT_ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / Path(target)).exists(), f"{path.name} leads to {target}"
