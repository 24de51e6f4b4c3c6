"""Training a judge: it learns, it is decided by its seed, and one that is not good enough is not kept."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from tiny_measures import tiny_bars

from gan import judge_training
from gan.config import PROJECT_ROOT
from gan.errors import UserError
from gan.judge import load_judge
from gan.judge_training import JudgeOptions, main, train_judge
from gan.networks import to_unit_range


def test_training_learns_says_so_and_is_decided_by_its_seed() -> None:
    train, test = tiny_bars(512, 0), tiny_bars(200, 1)
    reports: list[str] = []
    first = train_judge(train, mirrorable=False, epochs=4, seed=3, report=reports.append)
    assert [report.split(":")[0] for report in reports] == [f"epoch {epoch} of 4" for epoch in (1, 2, 3, 4)]
    guesses = first(to_unit_range(torch.from_numpy(test.images))).argmax(dim=1).numpy()
    assert (guesses == test.labels).mean() > 0.5  # guessing gives 0.1
    torch.manual_seed(99)  # what went before has no say
    second, other = (train_judge(train, False, 1, seed, lambda line: None) for seed in (3, 4))
    third = train_judge(train, False, 1, 3, lambda line: None)
    assert all(torch.equal(a, b) for a, b in zip(second.parameters(), third.parameters(), strict=True))
    assert not torch.equal(next(second.parameters()), next(other.parameters()))


def test_augmentation_shifts_by_at_most_two_pixels_and_mirrors_only_where_asked() -> None:
    torch.manual_seed(0)
    images = torch.full((400, 1, 28, 28), -1.0)
    images[:, 0, 10, 5] = 1.0
    shifted = judge_training._augmented(images, mirrorable=False)
    places = {(int(row), int(column)) for _, _, row, column in (shifted > 0).nonzero()}
    assert places == {(row, column) for row in range(8, 13) for column in range(3, 8)}
    mirrored = judge_training._augmented(images, mirrorable=True)
    columns = (mirrored > 0).nonzero()[:, 3]
    assert set(columns.tolist()) == {*range(3, 8), *range(20, 25)}
    assert 140 < (columns > 14).sum() < 260


def test_a_judge_that_is_not_good_enough_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(judge_training, "load_split", lambda dataset, split, root: tiny_bars(256, 0))
    out = tmp_path / "judge.safetensors"
    assert main(JudgeOptions(epochs=1, out=out)) == 1
    assert not out.exists()
    monkeypatch.setattr(judge_training, "REQUIRED_ACCURACY", {"mnist": 0.0})
    assert main(JudgeOptions(epochs=1, out=out)) == 0
    assert load_judge("mnist", out).dataset == "mnist"
    assert "floor" in capsys.readouterr().out


@pytest.mark.parametrize("options", [JudgeOptions(epochs=0), JudgeOptions(seed=-1)])
def test_wrong_options_get_one_sentence(options: JudgeOptions) -> None:
    with pytest.raises(UserError, match=r"^--"):
        main(options)


def test_the_command_has_the_judges_name() -> None:
    command = [sys.executable, "-m", "gan.judge", "--epochs", "0"]
    result = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", "--epochs is 0; give 1 or more.\n")
