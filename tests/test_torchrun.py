"""What torchrun says of a process."""

import pytest

from gan.errors import UserError
from gan.torchrun import Place, place_from


def test_without_torchrun_there_is_one_process() -> None:
    assert place_from({"PATH": "/bin"}) == Place() == Place(rank=0, size=1, local_rank=0)


def test_a_process_learns_its_place() -> None:
    assert place_from({"RANK": "5", "WORLD_SIZE": "8", "LOCAL_RANK": "1"}) == Place(rank=5, size=8, local_rank=1)


@pytest.mark.parametrize("name", ["RANK", "WORLD_SIZE", "LOCAL_RANK"])
@pytest.mark.parametrize("value", ["", "two", "1.5"])
def test_what_is_no_number_gets_one_sentence(name: str, value: str) -> None:
    with pytest.raises(UserError, match="start it with torchrun"):
        place_from({"RANK": "0", "WORLD_SIZE": "2", "LOCAL_RANK": "0", name: value})
