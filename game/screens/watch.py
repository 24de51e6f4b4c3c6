"""One run: how it learns or has learnt, what can be seen in it, and the time machine over all that it kept."""

import pygame

from game import playback
from game.background_job import JobState
from game.destinations import AskBeforeDelete, CompareRuns, PlayRound, RenameRun, ShowGeneratorFigures, ShowHelp
from game.diagnosis import observe, ticks_until
from game.exports import export_command
from game.run_actions import goal_to_go_on_to, keeping_actions, training_actions
from game.screen import Back, Open, Stay, Transition
from game.services import Services
from game.training_process import memory_remark
from game.training_progress import training_progress
from game.training_run import RunState, TrainingRun, UserError
from game.ui import run_panels
from game.ui.canvas import Canvas, Point
from game.ui.charts import progress_bar
from game.ui.clipboard import copy_text
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent, Key, PointerMoved
from game.ui.run_grids import RunGrids
from game.ui.theme import BODY, MUTED, SMALL, STREAK
from game.ui.time_machine import TimeMachine
from game.ui.tooltip import Tooltip, draw_tooltip
from game.ui.widgets import Button, Focus, draw_button, draw_keys


class WatchScreen:
    """Charts on the left, pictures in the middle, words on the right; below, the time machine and what can be done."""

    def __init__(self, services: Services, name: str) -> None:
        self._services = services
        self._name = name
        self._time = TimeMachine()
        self._pointer: Point | None = None
        self._message = ""
        self._remark = ""
        self._job_seen: object = None
        if services.job is not None and services.job.state is not JobState.RUNNING:
            # What it said has been read elsewhere.
            services.job = None
        self._focus = Focus("against")
        self._buttons: list[Button] = []
        self._grids = RunGrids(services.forger, services.checkpoints)
        self._read()
        if self._run is not None and self._run.state is RunState.INTERRUPTED:
            self._focus.name = "resume"

    def _read(self) -> None:
        """Takes in how the run is now."""
        lab = self._services.lab
        if lab.news == self._name:
            lab.news = ""
        self._version = lab.version
        self._run = lab.run(self._name)
        if self._run is not None:
            self._ticks = lab.ticks(self._run)
            self._measured = lab.library.measured(self._run)
            self._remark = memory_remark(self._run.folder) if self._run.from_lab else ""
            if self._run.state is RunState.INTERRUPTED and self._run.resumable:
                self._remark = "Its process was ended from outside. Let it go on: only the last moments are lost."
            self._charts = run_panels.charts_of(self._run, self._ticks, self._measured)

    def training_shown(self) -> str:
        """Returns the name of the run that is on show."""
        return self._name

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Moves the time machine, or does what is chosen."""
        if event == Key("escape"):
            return self._back_or_cancel()
        if event == Key("f1"):
            return Open(ShowHelp())
        if isinstance(event, PointerMoved):
            self._pointer = event.at
        if self._time.handle(event, self._focus):
            return Stay()
        chosen = self._focus.handle(event, self._buttons)
        if not chosen or self._run is None:
            # A pointer that moves may lie on a chart.
            return Stay() if chosen is not None or isinstance(event, PointerMoved) else None
        self._message = ""
        try:
            return self._do(chosen, self._run, now)
        except UserError as error:
            self._message = str(error)
            return Stay()

    @property
    def _saves(self) -> bool:
        """Whether something is being saved."""
        job = self._services.job
        return job is not None and job.state is JobState.RUNNING

    def _back_or_cancel(self) -> Transition:
        job = self._services.job
        if job is not None and self._saves:
            job.cancel()
            return Stay()
        return Back()

    def _do(self, chosen: str, run: TrainingRun, now: float) -> Transition:
        services = self._services
        match chosen:
            case "against":
                return self._play(run)
            case "play" | "slider":
                self._time.play_or_pause(run.marks, now)
            case "newest":
                self._time.show_newest()
            case "pause":
                services.lab.pause(run)
            case "go on":
                services.lab.go_on(run)
            case "stop":
                services.lab.stop(run)
            case "resume":
                services.lab.resume(run, goal_to_go_on_to(run))
            case "compare":
                return Open(CompareRuns(run.name))
            case "fooled":
                return Open(ShowGeneratorFigures(run.dataset, run.name, run.key))
            case "rename":
                return Open(RenameRun(run.name))
            case "delete":
                return Open(AskBeforeDelete(run.name))
            case "copy":
                self._message = "Copied." if copy_text(run.failure) else "There is no clipboard here."
            case _:
                self._save(chosen, run)
        return Stay()

    def _play(self, run: TrainingRun) -> Transition:
        kimg = self._rung_on_show(run)
        if kimg is None:
            self._message = "There is no rung yet: the first one comes at 2 kimg."
            return Stay()
        if not run.real_count:
            self._message = "Its folder's pictures were not kept, so that there are no real ones to play with."
            return Stay()
        return Open(PlayRound(run.round_setup(kimg, self._services.next_seed())))

    def _rung_on_show(self, run: TrainingRun) -> int | None:
        """Returns the rung to play against: the newest, or the one that the time machine stands at or after."""
        return playback.mark_at(run.rungs, self._time.mark if self._time.mark is not None else float("inf"))

    def _save(self, what: str, run: TrainingRun) -> None:
        if self._services.run_job(*export_command(what, run, self._services.exports)) is None:
            self._message = "Something else is still being saved: wait, or press Esc to cancel it."

    def update(self, now: float) -> Transition | None:
        """Takes in news of the run, of what is being saved, and of the film."""
        changed = self._grids.poll()
        lab, job = self._services.lab, self._services.job
        if lab.version != self._version:
            self._read()
            changed = True
        if self._run is None:
            return Back()
        seen = job and (job.state, job.share, job.text)
        changed |= seen != self._job_seen
        self._job_seen = seen
        changed |= self._time.advance(self._run.marks, now)
        return Stay() if changed else None

    def wait_seconds(self, now: float) -> float | None:
        """Returns the time until the film's next frame, None where it stands."""
        return self._time.wait_seconds(now)

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the page."""
        run = self._run
        if run is None:
            return
        page, self._buttons = canvas.page, []
        left, top = page.left + 40, page.top
        progress = training_progress(run, self._ticks)
        run_panels.draw_header(canvas, run, progress, pygame.FRect(left, top + 22, 1200, 56))
        cursor = None if self._time.mark is None else float(self._time.mark)
        charts = pygame.FRect(left, top + 92, 390, 476)
        tooltips = [run_panels.draw_charts(canvas, charts, self._charts, cursor, self._pointer)]
        grid = self._grids.at(run, self._time.mark)
        hint = run_panels.hint_while_empty(run)
        run_panels.draw_grid(canvas, pygame.FRect(left + 406, top + 92, 476, 476), grid, hint)
        words = pygame.FRect(left + 898, top + 92, 302, 476)
        if run.state is RunState.FAILED:
            run_panels.draw_failure(canvas, words, run)
        else:
            tooltips.append(self._draw_words(canvas, words, run))
        track = pygame.FRect(left + 406, top + 580, 476, 56)
        goal = float(run.config.kimg)
        drawn = self._time.draw(canvas, track, run.marks, run.rungs, goal, self._focus, self._pointer)
        tooltips.append(drawn[1])
        rung = self._rung_on_show(run)
        if rung is not None:
            moment = pygame.FRect(left, top + 580, 390, 56)
            run_panels.draw_moment(canvas, moment, self._time.mark, rung, self._measured.get(rung))
        against = pygame.FRect(left + 898, top + 580, 302, 58)
        label = "Play against it now" if run.rungs else "First rung at 2 kimg"
        self._buttons.append(Button("against", against, label, "primary" if run.rungs else "plain"))
        self._draw_actions(canvas, pygame.FRect(left, top + 648, 1200, 42), run)
        self._draw_last_line(canvas, pygame.FRect(left, top + 696, 1200, 20))
        for button in self._buttons:
            draw_button(canvas, button, self._focus, BODY if button.name == "against" else SMALL)
        self._buttons += drawn[0]
        for tooltip in tooltips:
            if tooltip is not None:
                draw_tooltip(canvas, tooltip)

    def _draw_words(self, canvas: Canvas, box: pygame.FRect, run: TrainingRun) -> Tooltip | None:
        mark = self._time.mark
        ticks = self._ticks if mark is None else ticks_until(self._ticks, mark)
        counts = next((tick.class_counts for tick in reversed(ticks) if tick.class_counts), None)
        newest = next((tick for tick in reversed(ticks) if tick.mode_count is not None), None)
        modes = None if newest is None else (newest.mode_count or 0, newest.mode_kl)
        observations = observe(ticks, run.class_names, run.config.objective)
        return run_panels.draw_observations(
            canvas, box, observations, counts, modes, run.class_names, run.has_judge, self._pointer
        )

    def _draw_actions(self, canvas: Canvas, box: pygame.FRect, run: TrainingRun) -> None:
        """Draws what can be done with the run."""
        escape = "cancel" if self._saves else "back"
        draw_keys(canvas, (("Esc", escape),), (box.right, box.centery + 15), "bottomright")
        here = [*keeping_actions(run)]
        if run.state is RunState.FAILED and run.failure:
            here.append(("copy", "Copy the error"))
        training = [*training_actions(run)]
        if self._time.mark is not None and run.state.is_active:
            training.insert(0, ("newest", "Live"))
        # What changes with the state comes from the right, so that nothing moves under the pointer.
        room = box.width - 140 - 10 * (len(here) + len(training))
        widths = {label: canvas.text_width(label, SMALL, "semibold") for _, label in (*here, *training)}
        margin = min(40.0, (room - sum(widths.values())) / max(1, len(widths)))
        x = box.left
        for name, label in here:
            self._buttons.append(Button(name, pygame.FRect(x, box.top, widths[label] + margin, box.height), label))
            x += widths[label] + margin + 10
        x = box.right - 130 - sum(widths[label] + margin + 10 for _, label in training)
        for name, label in training:
            self._buttons.append(Button(name, pygame.FRect(x, box.top, widths[label] + margin, box.height), label))
            x += widths[label] + margin + 10

    def _draw_last_line(self, canvas: Canvas, box: pygame.FRect) -> None:
        """Draws what there is to say; while something is saved, how far that is."""
        left, job = box.left, self._services.job
        if job is not None and self._saves:
            progress_bar(canvas, pygame.FRect(left, box.centery - 4, 300, 8), job.share)
            canvas.text(f"{job.title}: {job.text}", (left + 320, box.centery), SMALL - 2, MUTED, anchor="midleft")
        else:
            said = visible_start(canvas, self._said(), box.width, SMALL - 2)
            canvas.text(said, (left, box.centery), SMALL - 2, STREAK, anchor="midleft")

    def _said(self) -> str:
        """Returns what there is to say about the last thing that was done."""
        job = self._services.job
        if self._message or job is None:
            return self._message or self._remark
        match job.state:
            case JobState.DONE:
                return f"Saved: {job.result}"
            case JobState.FAILED:
                return job.failure
            case JobState.CANCELLED:
                return f"{job.title}: cancelled."
            case _:
                return self._remark
