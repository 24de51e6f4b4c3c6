"""What a step costs: counted and timed."""

import pytest
import torch

from benchmarks import step_floor


def test_step_floor_counts_what_a_step_costs(capsys: pytest.CaptureFixture[str]) -> None:
    left, right = torch.ones(3, 5), torch.ones(5, 7)
    # 2·3·5·7 operations; 15 + 35 + 21 numbers of 4 bytes.
    assert step_floor.counted(lambda: left @ right) == (210, 4 * 71)
    assert step_floor.counted(lambda: left.t()) == (0, 0)
    assert step_floor.main(step_floor.FloorOptions("mlp", rounds=1, device="cpu")) == 0
    rows = dict(row.split("|")[1:3] for row in capsys.readouterr().out.splitlines()[4:])
    assert float(rows[" operations of a step "].split()[0]) > 1
