"""The fixed-noise grid of any run at any of its marks: from its samples, or drawn by the forger where there is none."""

from pathlib import Path

import numpy as np

from game.forger import Forger
from game.pictures import PictureOrder, order_pictures
from game.rules import FakePicture
from game.training_run import TrainingRun
from game.ui.sample_grid import PICTURES_PER_ROW, Grid, SampleGrids, grid_of

SEEDS = range(PICTURES_PER_ROW**2)
KEPT_ORDERS = 32


class RunGrids:
    """Looks grids up; what the forger is asked for comes in a later frame, when `poll` says so."""

    def __init__(self, forger: Forger, checkpoints: Path) -> None:
        self._forger = forger
        self._checkpoints = checkpoints
        self._samples = SampleGrids()
        self._orders: dict[tuple[str, int], PictureOrder] = {}
        self._waiting: set[tuple[str, int]] = set()

    def at(self, run: TrainingRun, mark: int | None) -> Grid | None:
        """Returns the grid at a mark, or the newest where that is None; None while there is none."""
        if mark is None:
            newest = self._samples.latest(run)
            if newest is not None:
                return newest
            mark = max(run.marks, default=None)
        if mark is None:
            return None
        if mark in run.samples and (grid := self._samples.sample(run, mark)) is not None:
            return grid
        return self._drawn(run.name, mark) if mark in run.rungs else None

    def _drawn(self, run: str, kimg: int) -> Grid | None:
        key = (run, kimg)
        if key not in self._orders:
            if len(self._orders) >= KEPT_ORDERS:
                del self._orders[next(iter(self._orders))]
            fakes = [FakePicture(run, kimg, seed) for seed in SEEDS]
            self._orders[key] = order_pictures(self._forger, self._checkpoints, fakes)
            self._waiting.add(key)
        shown = self._orders[key].shown
        if shown is None:
            return None
        return grid_of(np.stack([picture.pixels for picture in shown]))

    def poll(self) -> bool:
        """Returns whether a grid has come since the last call."""
        came = {
            key
            for key in self._waiting
            if key not in self._orders or self._orders[key].shown is not None or self._orders[key].error
        }
        self._waiting -= came
        return bool(came)
