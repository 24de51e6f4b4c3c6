"""The measures of a run's rungs as a table for a terminal."""

from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table

from gan.run_measures import RunMeasures
from gan.rung_measures import JudgedMeasures, Measures

# With the space to the next column.
_TITLE_WIDTH = 35
_COLUMN_WIDTH = 9


def _judged(show: Callable[[JudgedMeasures], str]) -> Callable[[Measures], str]:
    return lambda found: "" if found.judged is None else show(found.judged)


# A row without a figure in any column is left out.
ROWS: tuple[tuple[str, Callable[[Measures], str]], ...] = (
    ("judge distance", _judged(lambda found: f"{found.judge_distance:.2f}")),
    ("kernel distance", _judged(lambda found: f"{found.kernel_distance:.4f}")),
    ("  standard deviation", _judged(lambda found: f"{found.kernel_distance_deviation:.4f}")),
    ("precision", _judged(lambda found: f"{found.precision:.3f}")),
    ("recall", _judged(lambda found: f"{found.recall:.3f}")),
    ("density", _judged(lambda found: f"{found.density:.3f}")),
    ("coverage", _judged(lambda found: f"{found.coverage:.3f}")),
    ("class entropy, bits", _judged(lambda found: f"{found.class_entropy_bits:.3f}")),
    ("  share of the maximum", _judged(lambda found: f"{found.class_entropy_share:.1%}")),
    ("classes drawn at all", _judged(lambda found: f"{found.mode_count}")),
    ("  divergence from equal shares", _judged(lambda found: f"{found.mode_kl:.3f}")),
    ("conditional accuracy", _judged(lambda found: _or_empty(found.conditional_accuracy, ".1%"))),
    ("nearest training picture: pixels", lambda found: f"{found.pixels.fake_median:.1f}"),
    ("  suspiciously near", lambda found: f"{found.pixels.nearer_share:.1%}"),
    ("  nearer than a test picture", lambda found: f"{found.pixels.nearer_probability:.3f}"),
    ("nearest training picture: features", _judged(lambda found: f"{found.features.fake_median:.2f}")),
    ("  suspiciously near", _judged(lambda found: f"{found.features.nearer_share:.1%}")),
    ("  nearer than a test picture", _judged(lambda found: f"{found.features.nearer_probability:.3f}")),
    ("Inception distance (FID)", lambda found: _or_empty(found.inception_distance, ".2f")),
)


def _or_empty(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def print_table(console: Console, measures: RunMeasures) -> None:
    """Prints a row per measure and a column per rung; several tables where the console is too narrow for one.

    Each table ends with what real pictures score.
    """
    rungs = list(measures.rungs)
    room = max(1, (console.width - _TITLE_WIDTH) // _COLUMN_WIDTH - 1)
    for start in range(0, len(rungs), room):
        shown = rungs[start : start + room]
        columns = [(str(kimg), measures.rungs[kimg]) for kimg in shown]
        console.print(_table([*columns, ("real", measures.real)]), highlight=False)


def _table(columns: Sequence[tuple[str, Measures]]) -> Table:
    table = Table("kimg", box=None, pad_edge=False)
    for title, _ in columns:
        table.add_column(title, justify="right", no_wrap=True)
    for title, show in ROWS:
        cells = [show(measures) for _, measures in columns]
        if any(cells):
            table.add_row(title, *cells)
    return table
