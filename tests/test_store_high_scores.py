"""High scores are of rounds that can be compared: of one dataset, run, rung, mode and length."""

from pathlib import Path

from scores import NOW, SETUP, begin, finish, opened

from game.store import HighScore


def test_high_scores_are_the_named_finished_rounds_in_order(path: Path) -> None:
    with opened(path) as store:
        late = finish(store, 500, "Late", minutes=2)
        early = finish(store, 500, "Early", minutes=1)
        best = finish(store, 900, "Best")
        finish(store, 1_000, None)
        finish(store, 1_000, "  ")
        finish(store, 1_000, "Run", run="second")
        finish(store, 1_000, "Rung", kimg=65)
        finish(store, 1_000, "Dataset", dataset="fashion-mnist")
        measured = finish(store, 1_000, "Mode", mode="measured")
        begin(store, SETUP, "Unfinished")
        named_later = finish(store, 100, None)
        assert [row.round_id for row in store.high_scores("mnist", "first", 64)] == [best, early, late]
        store.name_round(named_later, "Named")
        rows = store.high_scores("mnist", "first", 64)
        assert [row.round_id for row in rows] == [best, early, late, named_later]
        assert [row.round_id for row in store.high_scores("mnist", "first", 64, limit=2)] == [best, early]
        rows = store.high_scores("mnist", "first", 64, mode="measured")
        assert [row.round_id for row in rows] == [measured]


def test_a_rank_is_the_place_behind_all_equals(path: Path) -> None:
    with opened(path) as store:
        assert store.rank_of("mnist", "first", 64, 0) == 1
        for score in (900, 500, 500, 100):
            finish(store, score, "Ada")
        finish(store, 800, None)
        ranks = [store.rank_of("mnist", "first", 64, score) for score in (901, 900, 501, 500, 100, 99)]
        assert ranks == [1, 2, 2, 4, 5, 5]


def test_a_round_that_has_its_name_already_does_not_stand_in_its_own_way(path: Path) -> None:
    with opened(path) as store:
        finish(store, 900, "Ada")
        mine = finish(store, 500, "Ada")
        assert store.rank_of("mnist", "first", 64, 500, round_id=mine) == 2


def test_rounds_of_different_lengths_are_no_rivals(path: Path) -> None:
    with opened(path) as store:
        short = finish(store, 900, "Ada", trial_count=8)
        assert store.high_scores("mnist", "first", 64) == []
        assert store.rank_of("mnist", "first", 64, 1) == 1
        assert store.best_score("mnist") is None
        assert [row.round_id for row in store.high_scores("mnist", "first", 64, trial_count=8)] == [short]
        assert store.rank_of("mnist", "first", 64, 900, trial_count=8) == 2
        best = store.best_score("mnist", trial_count=8)
        assert best is not None and best.round_id == short


def test_the_best_score_of_a_dataset_looks_at_all_rungs(path: Path) -> None:
    with opened(path) as store:
        assert store.best_score("mnist") is None
        finish(store, 200, "Ada", kimg=10)
        best = finish(store, 300, None, run="second", kimg=20)
        finish(store, 900, "Ada", dataset="fashion-mnist")
        finish(store, 900, "Ada", mode="measured")
        assert store.best_score("mnist") == HighScore(best, "", 300, 15, 20, NOW, kimg=20)
