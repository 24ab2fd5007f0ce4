"""The kinds of faults. Each is tried at many points of a life, and says how often the life went on as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from chaos.events import Events
from chaos.life import TASKS, Task, outcome
from chaos.places import Ground
from multiball.shapes import Failure, InputError

NAMED_ERROR = "named error"
NAMED, TRACEBACK = 3, 4
"""Exit codes of a child: an error of one line, and one that no user should see."""
_SECONDS = 120


@dataclass
class Figures:
    """Counts of one kind of fault. `named` errors are those of one line; `differences` say what was not as without the fault."""

    kind: str
    points: int = 0
    """Points of the life where the fault could be tried."""
    tried: int = 0
    missed: int = 0
    """Of the points tried, those that the task did not reach this time."""
    equal: int = 0
    named: int = 0
    differences: list[str] = field(default_factory=list)


def child(ground: Ground, work: Callable[[Events], None], last: int = 0) -> tuple[int, int, str]:
    """Run in a process of its own: exit code (negative: a signal), events seen, and the error's text."""
    report = ground.folder / "report.json"
    report.unlink(missing_ok=True)
    pid = os.fork()
    if pid == 0:
        code, said, events = 0, "", Events(last)
        try:
            os.setpgid(0, 0)
            with (ground.folder / "output.txt").open("a") as output:
                os.dup2(output.fileno(), 1)
                os.dup2(output.fileno(), 2)
            signal.alarm(_SECONDS)
            work(events)
        except (Failure, InputError) as error:
            code, said = NAMED, str(error)
        except BaseException:  # noqa: BLE001 - whatever it is, the parent reports it
            code, said = TRACEBACK, traceback.format_exc()
        sys.setprofile(None)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)) if os.getuid() == 0 else None
        with suppress(OSError):
            report.write_text(json.dumps([events.seen, said]))
        os._exit(code)
    _, status = os.waitpid(pid, 0)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # dbt of a killed build ends by itself, and need not be waited for
    seen, said = json.loads(report.read_text()) if report.exists() else (0, "")
    return os.waitstatus_to_exitcode(status), seen, said


def run(task: Task, ground: Ground, before: Callable[[], object] = lambda: None) -> Callable[[Events], None]:
    """The work of a task."""

    def work(events: Events) -> None:
        before()
        events.begin()
        task.run(ground.place)
        events.end()

    return work


def seen(ground: Ground) -> str:
    """The outcome so far, as a process that knows nothing reads it."""
    file = ground.folder / "outcome.json"
    code, _, said = child(ground, lambda events: _written(file, outcome(ground.place)))
    if code == 0:
        return file.read_text()
    return f"{NAMED_ERROR if code == NAMED else 'traceback'}: {said.strip().splitlines()[-1:]}"


def _written(file: Path, text: str) -> None:
    file.write_text(text)


class Undisturbed:
    """A life without faults: the state before each task is kept, with the number of its events and its outcome."""

    def __init__(self, ground: Ground) -> None:
        self.events: list[int] = []
        self.seconds: list[float] = []
        self.outcomes: list[str] = []
        ground.begin()
        for number, task in enumerate(TASKS):
            ground.keep(number)
            begun = time.monotonic()
            code, events, said = child(ground, run(task, ground))
            self.seconds.append(time.monotonic() - begun)
            if code:
                raise InputError(f"{task.name} failed without a fault: {said.strip()}", where="chaos", remedy="Fix the product first.")
            self.events.append(events)
            self.outcomes.append(seen(ground))
        ground.keep(len(TASKS))


def finish(ground: Ground, task: Task, figures: Figures, where: str, expected: str) -> None:
    """Repeat the task as a scheduler does, and compare."""
    figures.tried += 1
    code, _, said = child(ground, run(task, ground))
    if code:
        figures.differences.append(f"{where}: the repetition failed ({code}): {said.strip()[-600:]}")
    else:
        compare(ground, figures, where, expected)


def compare(ground: Ground, figures: Figures, where: str, expected: str) -> None:
    """Compare the outcome with the expected one."""
    if (found := seen(ground)) == expected:
        figures.equal += 1
    else:
        figures.differences.append(f"{where}: {_difference(expected, found)}")


def _difference(expected: str, found: str) -> str:
    one, other = expected.splitlines(), found.splitlines()
    lost, new = [line for line in one if line not in other][:3], [line for line in other if line not in one][:3]
    return f"expected {lost}, found {new}"


def disturb(
    ground: Ground,
    calm: Undisturbed,
    number: int,
    work: Callable[[Events], None],
    figures: Figures,
    where: str,
    last: int = 0,
    after: Callable[[], object] = lambda: None,
) -> int:
    """Restore the state before a task, run its disturbed work, and let it finish; the exit code of the disturbed work."""
    ground.restore(number)
    code, _, said = child(ground, work, last)
    figures.named += code == NAMED
    figures.missed += bool(last) and code == 0
    if code == TRACEBACK:
        figures.differences.append(f"{where}: a traceback: {said.strip()[-600:]}")
    elif code not in (0, NAMED) and not (last and code == -signal.SIGKILL):
        figures.differences.append(f"{where}: the process ended with {code}, so it hung or crashed")
    after()
    finish(ground, TASKS[number], figures, where, calm.outcomes[number])
    return code


def kills(ground: Ground, calm: Undisturbed, choose: random.Random, most: int) -> Figures:
    """A kill right before each event, or before `most` of each task that the seed chooses."""
    figures = Figures("kill")
    for number, task in enumerate(TASKS):
        points = range(1, calm.events[number] + 1)
        figures.points += len(points)
        for event in sorted(choose.sample(points, min(most, len(points)))) if most else points:
            disturb(ground, calm, number, run(task, ground), figures, f"{task.name}, killed before event {event}", event)
    return figures


def disk(ground: Ground, calm: Undisturbed, choose: random.Random, most: int) -> Figures:
    """No file may grow beyond a few sizes, as when the disk is full."""
    figures = Figures("disk")
    cases = [(number, size) for number in range(len(TASKS)) for size in (100, 1_000, 3_000, 20_000)]
    figures.points = len(cases)
    for number, size in sorted(choose.sample(cases, min(most, len(cases)))) if most else cases:

        def limit(size: int = size) -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

        disturb(ground, calm, number, run(TASKS[number], ground, limit), figures, f"{TASKS[number].name}, files of {size} bytes at most")
    return figures


def pairs(ground: Ground, calm: Undisturbed, choose: random.Random, most: int) -> Figures:
    """Each task twice at once."""
    figures = Figures("pair")
    numbers = list(range(len(TASKS)))
    figures.points = len(numbers)
    for number in sorted(choose.sample(numbers, min(most, len(numbers)))) if most else numbers:

        def twice(events: Events, number: int = number) -> None:
            other = os.fork()
            if other == 0:
                code = 0
                try:
                    TASKS[number].run(ground.place)
                except (Failure, InputError):
                    code = NAMED
                except BaseException:  # noqa: BLE001 - the parent reports it
                    code = TRACEBACK
                os._exit(code)
            failure: Exception | None = None
            try:
                TASKS[number].run(ground.place)
            except (Failure, InputError) as error:
                failure = error
            code = os.waitstatus_to_exitcode(os.waitpid(other, 0)[1])
            if code not in (0, NAMED):
                raise RuntimeError(f"the other process ended with {code}")
            if failure:
                raise failure

        disturb(ground, calm, number, twice, figures, f"{TASKS[number].name}, twice at once")
    return figures


def clock(ground: Ground, calm: Undisturbed, choose: random.Random, most: int) -> Figures:
    """The clock of the machine jumps for one task. What a clock behind the last commit refuses is done after it was corrected."""
    from multiball.flows import steps
    from multiball.warehouse import open_warehouse
    from multiball.warehouse.clock import TOLERANCE
    from multiball.warehouse.raw_files import RawFiles

    figures, true_clock = Figures("clock"), RawFiles.clock
    offs = [timedelta(seconds=-30), timedelta(seconds=30), timedelta(hours=-1), timedelta(days=1)]
    cases = [(number, off) for number in range(len(TASKS)) for off in offs if TASKS[number].kind != "build"]
    figures.points = 0 if ground.server else len(cases)
    if ground.server:
        return figures
    for number, off in sorted(choose.sample(cases, min(most, len(cases)))) if most else cases:

        def wrong(off: timedelta = off) -> None:
            RawFiles.clock = lambda store: true_clock(store) + off  # type: ignore[method-assign,assignment]

        def correct(events: Events) -> None:
            steps.correct_stamps(open_warehouse(ground.place.workspace), "chaos", lambda line: None)

        ground.restore(number)
        where = f"{TASKS[number].name}, clock {off.total_seconds():+.0f} s"
        code, _, said = child(ground, run(TASKS[number], ground, wrong))
        figures.named += code == NAMED
        if code == NAMED:
            finish(ground, TASKS[number], figures, where, calm.outcomes[number])
            continue
        if off > TOLERANCE:
            again, _, _ = child(ground, run(TASKS[number], ground))
            figures.named += again == NAMED
        code, _, said = (code, 0, said) if code else child(ground, correct)
        figures.tried += 1
        if code:
            figures.differences.append(f"{where}: {said.strip()[-600:]}")
        else:
            compare(ground, figures, where, calm.outcomes[number])
    return figures


def flips(ground: Ground, calm: Undisturbed, choose: random.Random, most: int) -> Figures:
    """One bit of a file of raw or of the published state is another: it is named, or read as before; never as something else."""
    figures = Figures("flip")
    ground.restore(len(TASKS))
    var = ground.place.home / "var"
    files = sorted([*(var / "raw").rglob("*.parquet"), *(var / "raw").rglob("*.json"), *(var / "warehouse").glob("published.duckdb")])
    figures.points = 8 * sum(file.stat().st_size for file in files)
    for _ in range((most or 150) if files else 0):
        file = choose.choice(files)
        before = file.read_bytes()
        position, bit = choose.randrange(len(before)), choose.randrange(8)
        file.write_bytes(before[:position] + bytes([before[position] ^ 1 << bit]) + before[position + 1 :])
        found = seen(ground)
        figures.tried += 1
        is_named = found.startswith(NAMED_ERROR) or _faults(found)
        if found == calm.outcomes[-1]:
            figures.equal += 1
        elif is_named:
            figures.named += 1
        else:
            figures.differences.append(f"{file.relative_to(var)}, bit {bit} of byte {position}: {_difference(calm.outcomes[-1], found)}")
        file.write_bytes(before)
    return figures


def _faults(found: str) -> bool:
    with suppress(ValueError):
        return bool(json.loads(found)["faults"])
    return False


def server(ground: Ground, calm: Undisturbed, choose: random.Random, most: int) -> Figures:
    """The server is stopped without time to finish, at a share of the time that a task takes, and started again after it."""
    figures = Figures("server")
    numbers = [number for number, task in enumerate(TASKS) if task.kind != "build"] if ground.server else []
    cases = [(number, share) for number in numbers for share in (0.1, 0.3, 0.5, 0.7, 0.9)]
    figures.points = len(cases)
    for number, share in sorted(choose.sample(cases, min(most, len(cases)))) if most else cases:

        def interrupted(events: Events, number: int = number, share: float = share) -> None:
            other = os.fork()
            if other == 0:
                time.sleep(share * calm.seconds[number])
                ground.crash_server()
                os._exit(0)
            try:
                TASKS[number].run(ground.place)
            finally:
                os.waitpid(other, 0)

        where = f"{TASKS[number].name}, server stopped at {share:.0%} of its time"
        disturb(ground, calm, number, interrupted, figures, where, after=ground.start_server)
    return figures


KINDS = {"kills": kills, "clock": clock, "flips": flips, "disk": disk, "server": server, "pairs": pairs}


def of_kind(only: str) -> Iterator[Callable[[Ground, Undisturbed, random.Random, int], Figures]]:
    """The faults of the names that are separated by commas; all for an empty text."""
    for name in only.split(",") if only else KINDS:
        if name not in KINDS:
            raise InputError(f"{name!r} is not a kind of fault", where="--only", remedy=f"Choose from {', '.join(KINDS)}.")
        yield KINDS[name]
