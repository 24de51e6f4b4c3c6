"""run.json of today and of the first version."""

import dataclasses
import json
from pathlib import Path

from shared_run import RECORD

from gan.config import TrainingConfig
from gan.presets import preset
from gan.run_log import read_record, write_record


def test_all_that_a_record_can_say_comes_back(tmp_path: Path) -> None:
    classes = ["airplane", "“Müllauto”", ""]
    record = dataclasses.replace(
        RECORD,
        config=preset("mlp", "relativistic", "cifar10"),
        class_names=classes,
        held_out_count=8,
        discriminator_from="teacher",
    )
    write_record(tmp_path, record)
    assert read_record(tmp_path) == record
    assert json.loads((tmp_path / "run.json").read_bytes())["schema_version"] == 2


def test_a_record_of_the_first_version_is_read_as_it_was_meant(tmp_path: Path) -> None:
    """It knew grey pictures of 28×28, no classes, and 10,000 pictures to play with."""
    write_record(tmp_path, RECORD)
    content = json.loads((tmp_path / "run.json").read_bytes()) | {"schema_version": 1}
    for name in ("class_names", "held_out_count", "discriminator_from"):
        del content[name]
    content["config"] = {"dataset": "mnist", "kimg": 5}
    (tmp_path / "run.json").write_text(json.dumps(content))
    record = read_record(tmp_path)
    assert (record.class_names, record.held_out_count, record.discriminator_from) == ([], 10_000, "")
    assert record.config == TrainingConfig(kimg=5)
