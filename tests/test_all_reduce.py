"""The benchmark of several processes: its formula, its count of messages, its tables."""

import pytest

from benchmarks import all_reduce
from benchmarks.all_reduce import AllReduceOptions, Measured, messages_of_a_step, ring_seconds
from gan.config import TrainingConfig
from gan.errors import UserError
from gan.networks import Discriminator, Generator, parameter_count, shapes
from gan.torchrun import Place


def test_a_ring_sends_every_byte_almost_twice_and_waits_at_each_of_its_hops() -> None:
    # Four processes: six hops, and 1.5 times the bytes through each link.
    assert ring_seconds(4, 1000, 1e6, 0) == pytest.approx(1.5e-3)
    assert ring_seconds(4, 0, 1e6, 1e-3) == pytest.approx(6e-3)
    assert ring_seconds(1, 1000, 1e6, 1e-3) == 0


def test_a_step_sends_its_gradients_and_two_messages_for_each_pass_through_a_batch_norm() -> None:
    config = TrainingConfig(batch_size=4, latent_size=4, generator_width=4, discriminator_width=4)
    messages = messages_of_a_step(config)
    generator, discriminator = shapes(config, 0)
    gradients = [4 * parameter_count(net) for net in (Discriminator(discriminator), Generator(generator))]
    assert [size for size in messages if size in gradients] == gradients
    # The generator's three once; the discriminator's two for reals, for fakes, and for the generator's own step.
    assert len(messages) == 2 + 2 * (3 + 3 * 2)
    # Sums, sums of squares, and how many, in float64.
    assert messages[0] == 8 * (2 * 8 + 1)


def test_the_tables_show_what_was_measured_and_what_follows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(all_reduce, "_measured_by", lambda count, options: Measured(0.04 / count, 0.003, 0.0002))
    monkeypatch.delenv("LOCAL_RANK", raising=False)
    assert all_reduce.main(AllReduceOptions(batch_size=4, gpu_step_milliseconds=4.0)) == 0
    output = capsys.readouterr().out
    assert "| one step | 40.0 ms | 20.0 ms | 0.50 |" in output
    assert "gradients, 2.7 MB | | 3.00 ms |" in output
    assert "| 1 | 0.00 ms | 0.00 ms | 1,000 | 100% | 100% |" in output
    with pytest.raises(UserError, match="--rounds"):
        all_reduce.main(AllReduceOptions(rounds=0))


def test_one_process_measures_without_anybody_to_talk_to(capsys: pytest.CaptureFixture[str]) -> None:
    config = TrainingConfig(batch_size=4, latent_size=4, generator_width=4, discriminator_width=4)
    assert all_reduce._measure(config, 1, Place()) == 0
    assert '"step": ' in capsys.readouterr().out
