"""Mutation testing: one small fault at a time is put into the rules; a test must see each one.

    ./toasoan mutants [FILE…]     FILE: states, entries, roster, delegations (together where none is
                                  named), verification

It works in a copy in the system's temporary folder. mutmut's operators make the faults; each is
tried in a process of its own, which imports the faulty module anew, so that faults in tables,
constants and properties are tried as well (mutmut's own runner leaves these out). Of the named
tests those run that reach the faulty line, quickest first. Words for people are left out of the
count, by the rule in ``CodeOnly``. It knows no rule of the newsroom.
"""

import argparse
import difflib
import gc
import importlib.abc
import importlib.util
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import coverage
import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

ROOT: Final = Path(__file__).resolve().parents[2]
COPIED: Final = ("content", "editor", "tests", "theme", "workflow")
COPIED_FILES: Final = ("pelicanconf.py", "publishconf.py", "pyproject.toml")
SELECTION: Final = {
    "states": ("states", "entries"),
    "entries": ("entries",),
    "roster": ("roster", "entries"),
    "delegations": ("delegations", "roster"),
    "verification": (
        "verdicts",
        "verification",
        "orders_audit",
        "urgent_audit",
        "delegation_audit",
        "recovery_audit",
        "erasure_audit",
        "standing_audit",
        "release",
        "witness",
    ),
}
"""Which of tests/workflow are asked about a file."""
QUICK: Final = ("states", "entries", "roster", "delegations")
WORDS: Final = {"Message": 0, "Broken": 1}
"""Which argument of these calls is a sentence for people."""
HELP: Final = frozenset({"help", "description", "metavar", "prog"})
OURS: Final = frozenset({"editor", "tests", "workflow"})
PYTEST: Final = (
    *("-q", "-x", "-W", "default", "--rootdir=."),
    *("-p", "no:cacheprovider", "-p", "no:unraisableexception"),
)
SURVIVED: Final = 0
BROKEN: Final = 3
CONTROL: Final = 20
"""So many tests are run first without a fault, in the way in which a fault is tried."""


class CodeOnly(MutationVisitor):
    """Finds the faults to make, in what a machine reads.

    Words for people are left out: a string with a letter outside ASCII, the sentence of a
    ``Message`` and of ``Broken``, what argparse prints. mutmut itself leaves out docstrings.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._words: set[int] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Call):
            self._words |= {id(argument) for argument in _sentences(node)}
        if id(node) in self._words or _is_vietnamese(node):
            return False
        return bool(super().on_visit(node))

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        """Go into decorated functions too: the faulty module is imported as a whole."""
        if isinstance(node, cst.FunctionDef) and node.decorators:
            return False
        return bool(super()._skip_node_and_children(node))

    def _create_mutations(self, node: cst.CSTNode) -> None:
        known = len(self.mutations)
        super()._create_mutations(node)
        if isinstance(node, cst.Call):
            new = self.mutations[known:]
            self.mutations[known:] = [one for one in new if not self._takes_words(node, one)]

    def _takes_words(self, call: cst.Call, mutation: Any) -> bool:
        kept = {id(argument) for argument in mutation.mutated_node.args}
        gone = [argument for argument in call.args if id(argument) not in kept]
        return any(id(one) in self._words or _is_vietnamese(one.value) for one in gone)


def _sentences(call: cst.Call) -> Iterator[cst.Arg]:
    name = call.func.value if isinstance(call.func, cst.Name) else ""
    for place, argument in enumerate(call.args):
        if WORDS.get(name) == place or (argument.keyword and argument.keyword.value in HELP):
            yield argument


def _is_vietnamese(node: cst.CSTNode) -> bool:
    if not isinstance(node, cst.SimpleString | cst.FormattedString | cst.ConcatenatedString):
        return False
    text = cst.Module([]).code_for_node(node)
    return any(letter.isalpha() and not letter.isascii() for letter in text)


@dataclass(frozen=True)
class Fault:
    """One fault: where it stands, and what makes the faulty source."""

    module: cst.Module
    old: cst.CSTNode
    new: cst.CSTNode
    lines: range
    function: str
    function_lines: range

    def source(self) -> str:
        """Return the whole module with the fault in it."""
        return str(self.module.deep_replace(self.old, self.new).code)

    def diff(self) -> str:
        """Return what the fault changes."""
        before, after = (text.splitlines() for text in (self.module.code, self.source()))
        rows = list(difflib.unified_diff(before, after, n=1, lineterm=""))[2:]
        return "\n".join([f"in {self.function or 'the module'}", *rows])


def faults_of(path: Path) -> list[Fault]:
    """Return every fault that is tried in a file, in the order of its lines."""
    wrapper = MetadataWrapper(cst.parse_module(path.read_text("utf-8")))
    places = wrapper.resolve(PositionProvider)
    finder = CodeOnly(mutation_operators, IgnoredCode(set(), set(), set()))
    module = wrapper.visit(finder)

    def lines(node: cst.CSTNode) -> range:
        return range(places[node].start.line, places[node].end.line + 1)

    functions = _Functions()
    module.visit(functions)
    found = []
    for one in finder.mutations:
        function = functions.around.get(one.original_node)
        found.append(
            Fault(
                module,
                one.original_node,
                one.mutated_node,
                lines(one.original_node) if one.original_node in places else lines(function),
                function.name.value if function else "",
                lines(function) if function else range(0),
            )
        )
    return found


class _Functions(cst.CSTVisitor):
    """Knows the function around each node."""

    def __init__(self) -> None:
        super().__init__()
        self.around: dict[cst.CSTNode, Any] = {}
        self._open: list[cst.FunctionDef] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if self._open:
            self.around[node] = self._open[-1]
        if isinstance(node, cst.FunctionDef):
            self._open.append(node)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef):
            self._open.pop()


class Trace:
    """A pytest plugin: which test reaches which line of a file, and how long each test takes."""

    def __init__(self, path: Path) -> None:
        os.environ["COVERAGE_CORE"] = "ctrace"  # the other one sees each line once, not per test
        self._path = str(path)
        self._seconds: dict[str, float] = defaultdict(float)
        self._coverage = coverage.Coverage(
            data_file=None, config_file=False, include=[self._path], context="import"
        )
        self._reached: Mapping[int, list[str]] = {}

    def run(self, files: Sequence[str]) -> int:
        """Run the tests without any fault and return pytest's exit code."""
        self._coverage.start()
        code = int(pytest.main([*PYTEST, *files], plugins=[self]))
        self._coverage.stop()
        self._reached = self._coverage.get_data().contexts_by_lineno(self._path)
        return code

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._coverage.switch_context(nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        self._seconds[report.nodeid] += report.duration

    def tests_for(self, fault: Fault) -> list[str]:
        """Return the tests that reach a fault, quickest first."""
        names = self._touching(fault.lines) or self._touching(fault.function_lines)
        return sorted(names, key=self._seconds.__getitem__)

    def _touching(self, lines: range) -> set[str]:
        contexts = {name for line in lines for name in self._reached.get(line, ())}
        return {name.partition("|")[2] for name in contexts} & set(self._seconds)

    def quickest(self, count: int) -> list[str]:
        """Return the names of the quickest tests."""
        return sorted(self._seconds, key=self._seconds.__getitem__)[:count]

    def seconds(self, tests: Sequence[str]) -> float:
        """Return how long these tests take without a fault; a file's name stands for all of it."""
        wanted = set(tests)
        return sum(
            seconds
            for name, seconds in self._seconds.items()
            if name in wanted or name.partition("::")[0] in wanted
        )


class FaultySource(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a faulty source."""

    def __init__(self, name: str, path: Path, fault: Fault) -> None:
        self._name, self._path, self._fault = name, path, fault

    def find_spec(self, fullname: str, _path: Any, _target: Any = None) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_loader(fullname, self, origin=str(self._path))

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(self._path)
        exec(compile(self._fault.source(), str(self._path), "exec"), module.__dict__)  # noqa: S102


@dataclass
class Run:
    """The faults of one file, tried one process each."""

    name: str
    faults: list[Fault]
    trace: Trace
    files: list[str]
    at_once: int
    counts: Counter[str] = field(default_factory=Counter)
    survivors: list[Fault] = field(default_factory=list)
    _running: dict[int, Fault] = field(default_factory=dict)

    def control(self) -> bool:
        """Say whether tests pass where a fault changes nothing: else every fault would die."""
        first = self.faults[0]
        self._start(replace(first, new=first.old), self.trace.quickest(CONTROL))
        _, status = os.wait()
        self._running.clear()
        return os.waitstatus_to_exitcode(status) == SURVIVED

    def all(self, until: float) -> None:
        """Try every fault; those that have not begun at the time ``until`` are not tried."""
        for number, fault in enumerate(self.faults):
            if sys.stderr.isatty():
                print(f"\r{self.name}: {number}/{len(self.faults)}", end="", file=sys.stderr)
            if time.monotonic() > until:
                self.counts["not tried"] = len(self.faults) - number
                break
            tests = self.trace.tests_for(fault) if fault.function else self.files
            if not tests:
                self._note(fault, "no test")
                continue
            self._start(fault, tests)
            while len(self._running) >= self.at_once:
                self._reap()
        while self._running:
            self._reap()

    def _start(self, fault: Fault, tests: list[str]) -> None:
        sys.stdout.flush()
        child = os.fork()
        if child:
            self._running[child] = fault
            return
        # A table's fault may rename parametrised tests, so there the files are asked for.
        signal.alarm(30 + int(10 * self.trace.seconds(tests)))
        code = BROKEN
        try:
            code = self._try(fault, tests)
        finally:
            os._exit(code)

    def _try(self, fault: Fault, tests: list[str]) -> int:
        quiet = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(quiet, stream)
        for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
            del sys.modules[name]
        path = Path.cwd() / "workflow" / f"{self.name}.py"
        sys.meta_path.insert(0, FaultySource(f"workflow.{self.name}", path, fault))
        return int(pytest.main([*PYTEST, f"--basetemp={_own_folder(os.getpid())}", *tests]))

    def _reap(self) -> None:
        child, status = os.wait()
        shutil.rmtree(_own_folder(child), ignore_errors=True)
        code = os.waitstatus_to_exitcode(status)
        outcome = "timed out" if code < 0 else "survived" if code == SURVIVED else "killed"
        self._note(self._running.pop(child), outcome)

    def _note(self, fault: Fault, outcome: str) -> None:
        self.counts[outcome] += 1
        if outcome not in {"killed", "timed out"}:
            self.survivors.append(fault)
            print(f"\n{outcome}: {self.name}, {fault.diff()}", flush=True)

    @property
    def figures(self) -> str:
        """The figures in one line."""
        tried = self.counts.total() - self.counts["not tried"]
        seen = self.counts["killed"] + self.counts["timed out"]
        parts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(self.counts.items()))
        return f"{self.name}: {seen} of {tried} seen = {seen / max(tried, 1):.1%} ({parts})"


def _own_folder(process: int) -> Path:
    return Path.cwd() / f".tests-of-{process}"


def copy_project(target: Path) -> None:
    """Copy what the tests of the rules need."""
    leave = shutil.ignore_patterns("__pycache__", "node_modules", ".chromium*", "fonts")
    for name in COPIED:
        shutil.copytree(ROOT / name, target / name, ignore=leave, symlinks=True)
    for name in COPIED_FILES:
        shutil.copy(ROOT / name, target / name)


def main(words: Sequence[str] | None = None) -> int:
    """Mutate the named files, print what the tests did not see, and then the figures."""
    arguments = _parse(words)
    os.nice(10)
    sys.dont_write_bytecode = False  # each process imports the same copy anew
    until = time.monotonic() + 60 * arguments.minutes
    runs = []
    with tempfile.TemporaryDirectory(prefix="toasoan-mutants-") as scratch:
        copy_project(Path(scratch))
        os.chdir(scratch)
        for name in arguments.files or QUICK:
            run = _prepared(Path(scratch) / "workflow" / f"{Path(name).stem}.py", arguments)
            run.all(until)
            runs.append(run)
        os.chdir(ROOT)
    print("", *(run.figures for run in runs), sep="\n")
    return 0


def _prepared(path: Path, arguments: argparse.Namespace) -> Run:
    asked = arguments.tests.split(",") if arguments.tests else SELECTION[path.stem]
    files = [f"tests/workflow/test_{one}.py" for one in asked]
    trace = Trace(path)
    if trace.run(files) != SURVIVED:
        sys.exit(f"The tests of {path.stem} fail without any fault.")
    wanted = set(arguments.only.split(",")) if arguments.only else None
    faults = [one for one in faults_of(path) if wanted is None or one.function in wanted]
    run = Run(path.stem, faults[:: arguments.every], trace, files, arguments.at_once)
    gc.freeze()  # no process need look through what is here already
    if not run.control():
        sys.exit(f"The tests of {path.stem} fail where a fault is tried, whatever the fault.")
    return run


def _parse(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./toasoan mutants", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("files", nargs="*", metavar="FILE", help=", ".join(SELECTION))
    parser.add_argument("--only", default="", help="only in these functions: a,b")
    parser.add_argument("--tests", default="", help="ask these of tests/workflow: a,b")
    parser.add_argument("--every", type=int, default=1, help="a sample: only every n-th fault")
    parser.add_argument("--at-once", type=int, default=os.cpu_count(), help="so many processes")
    parser.add_argument("--minutes", type=float, default=600, help="begin none after so long")
    arguments = parser.parse_args(words)
    unknown = sorted({Path(name).stem for name in arguments.files} - set(SELECTION))
    if unknown:
        parser.error(f"no tests are named for {', '.join(unknown)}")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
