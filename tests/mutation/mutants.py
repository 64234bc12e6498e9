"""Mutation testing: one small fault at a time is put into the rules; a test must see each one.

    ./toasoan mutants [FILE…]     FILE: states, entries, roster, delegations (together where none is
                                  named), verification

It works in a copy in the system's temporary folder. mutmut's operators make the faults; each is
tried in a process of its own. In a function's body it is put in place: the tests are imported and
collected once, and a process that splits off exchanges the code of the one function. Any other is
tried in a process that imports everything anew, so that faults in tables, constants and defaults
count as well (mutmut's own runner leaves these out). Of the named tests those run that reach the
faulty line: first which saw another fault of the function, then which come where few come in it,
then the quickest. Words for people are left out of the count, by the rule in ``CodeOnly``. It
knows no rule of the newsroom.
"""

import argparse
import difflib
import gc
import importlib.abc
import importlib.util
import inspect
import mmap
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
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
        "reading",
        "fronts",
        "trees",
        "governance_tables",
        "program",
        "release_lists",
        "drafts_on_paper",
        "histories_on_paper",
        "continued_audits",
    ),
}
"""Which of tests/workflow are asked about a file: those that are quick."""
QUICK: Final = ("states", "entries", "roster", "delegations")
WORDS: Final = {"Message": 0, "Broken": 1}
"""Which argument of these calls is a sentence for people."""
HELP: Final = frozenset({"help", "description", "metavar", "prog"})
OURS: Final = frozenset({"editor", "tests", "workflow"})
PYTEST: Final = (
    *("-q", "-x", "-W", "default", "--rootdir=.", "--capture=no"),
    *("-p", "no:cacheprovider", "-p", "no:unraisableexception"),
)
SURVIVED: Final = 0
KILLED: Final = 1
UNFIT: Final = 4
BROKEN: Final = 3
CONTROL: Final = 20
"""So many tests are run first without a fault where everything is imported anew."""
MEMORY: Final = 2 << 30
"""So many bytes more may a process take, since a fault can make a loop without end."""

Attempt = Callable[["Fault", Sequence[str]], int]


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
    """One fault: where it stands, and what makes the faulty source.

    ``body`` is the outermost function whose body holds it, and ``path`` its name below the module.
    """

    module: cst.Module
    old: cst.CSTNode
    new: cst.CSTNode
    lines: range
    function: str
    function_lines: range
    body: cst.FunctionDef | None
    path: tuple[str, ...]

    def source(self) -> str:
        """Return the whole module with the fault in it."""
        return str(self.module.deep_replace(self.old, self.new).code)

    def code(self) -> CodeType | None:
        """Return the code of the function whose body holds the fault, or None if none does."""
        if self.body is None:
            return None
        function = self.body.deep_replace(self.old, self.new)
        alone = cst.Module([function.with_changes(decorators=())]).code
        made = compile(alone, "a fault", "exec").co_consts
        return next((one for one in made if isinstance(one, CodeType)), None)

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
        body, names = functions.bodies.get(one.original_node, (None, ()))
        found.append(
            Fault(
                module,
                one.original_node,
                one.mutated_node,
                lines(one.original_node) if one.original_node in places else lines(function),
                function.name.value if function else "",
                lines(function) if function else range(0),
                body,
                names,
            )
        )
    return found


class _Functions(cst.CSTVisitor):
    """Knows the function around each node, and the outermost one whose body holds it."""

    def __init__(self) -> None:
        super().__init__()
        self.around: dict[cst.CSTNode, Any] = {}
        self.bodies: dict[cst.CSTNode, tuple[cst.FunctionDef, tuple[str, ...]]] = {}
        self._open: list[cst.FunctionDef] = []
        self._names: list[str] = []
        self._body: tuple[cst.FunctionDef, tuple[str, ...]] | None = None

    def on_visit(self, node: cst.CSTNode) -> bool:
        if self._open:
            self.around[node] = self._open[-1]
        if self._body:
            self.bodies[node] = self._body
        if isinstance(node, cst.FunctionDef):
            self._open.append(node)
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._names.append(node.name.value)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef):
            self._open.pop()
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._names.pop()

    def on_visit_attribute(self, node: cst.CSTNode, attribute: str) -> None:
        if attribute == "body" and self._body is None and node in self._open[:1]:
            self._body = (self._open[0], tuple(self._names))

    def on_leave_attribute(self, original_node: cst.CSTNode, attribute: str) -> None:
        if attribute == "body" and self._body and self._body[0] is original_node:
            self._body = None


class Trace:
    """A pytest plugin: which test reaches which line of a file, and how long each test takes.

    When all tests have passed, it calls ``then`` before their session ends: what they have
    imported and set up for all is there to be used.
    """

    def __init__(self, path: Path, then: Callable[["Trace"], None]) -> None:
        os.environ["COVERAGE_CORE"] = "ctrace"  # the other one sees each line once, not per test
        self._path = str(path)
        self._then = then
        self._files: list[str] = []
        self._items: dict[str, pytest.Item] = {}
        self._failed = False
        self._seconds: dict[str, float] = defaultdict(float)
        self._coverage = coverage.Coverage(
            data_file=None, config_file=False, include=[self._path], context="import"
        )
        self._reached: Mapping[int, list[str]] = {}

    def run(self, files: Sequence[str]) -> int:
        """Run the tests without any fault and return pytest's exit code."""
        self._files = list(files)
        self._coverage.start()
        return int(pytest.main([*PYTEST, *files], plugins=[self]))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = {item.nodeid: item for item in session.items}
        passed = self.passes(list(self._items))
        self._coverage.stop()
        self._reached = self._coverage.get_data().contexts_by_lineno(self._path)
        if passed and self._items:
            self._then(self)
        session.testsfailed += not passed
        return True

    def passes(self, names: Sequence[str]) -> bool:
        """Run tests in this order, up to the first that fails; what serves many stays set up."""
        return self.first_failure(names) is None

    def first_failure(self, names: Sequence[str]) -> int | None:
        """Run tests in this order; return the place of the first that fails."""
        self._failed = False
        for place, name in enumerate(names):
            item = self._items[name]
            # Where a test runs after one of another file, what served only that file goes first.
            item.session._setupstate.teardown_exact(item)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=item.parent)
            if self._failed:
                return place
        return None

    def move_to(self, folder: Path) -> None:
        """Let the tests make their folders in another one."""
        config = next(iter(self._items.values())).config
        factory = config._tmp_path_factory  # type: ignore[attr-defined]
        folder.mkdir()
        factory._basetemp = folder

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        if not self._reached:
            self._coverage.switch_context(nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        self._seconds[report.nodeid] += report.duration
        self._failed |= report.failed

    def tests_for(self, fault: Fault) -> list[str]:
        """Return the tests that reach a fault; first those that come near it where few come.

        Of these go first the files that are named first, then what is quickest.
        """
        names = self._touching(fault.lines) or self._touching(fault.function_lines)
        near = range(fault.lines.start - 1, fault.lines.stop + 2)
        few: dict[str, int] = {}
        for line in {*near} & {*fault.function_lines}:
            here = self._touching(range(line, line + 1))
            few |= {name: min(len(here), few.get(name, len(here))) for name in here}

        def order(name: str) -> tuple[int, int, float]:
            file = name.partition("::")[0]
            return few.get(name, len(names)), self._files.index(file), self._seconds[name]

        return sorted(names, key=order)

    def is_imported(self, fault: Fault) -> bool:
        """Say whether its function runs while the module is imported."""
        lines = (line for line in fault.function_lines[1:])
        return any("import" in self._reached.get(line, ()) for line in lines)

    def _touching(self, lines: range) -> set[str]:
        contexts = {name for line in lines for name in self._reached.get(line, ())}
        return {name.partition("|")[2] for name in contexts} & set(self._seconds)

    def quickest(self) -> list[str]:
        """Return the names of all tests, the quickest first."""
        return sorted(self._seconds, key=self._seconds.__getitem__)

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


def exchange(module: ModuleType, fault: Fault) -> bool:
    """Put a fault into a module that is imported already; False where that cannot be done."""
    code, place = fault.code(), vars(module)
    if code is None:
        return False
    for name in fault.path[:-1]:
        place = vars(place[name])
    function = place.get(fault.path[-1])
    getter = getattr(function, "fget", None) or getattr(function, "__func__", None) or function
    plain = inspect.unwrap(getter) if callable(getter) else None
    if not isinstance(plain, FunctionType) or plain.__code__.co_freevars != code.co_freevars:
        return False
    plain.__code__ = code
    return True


@dataclass
class Run:
    """The faults of one file, tried one process each."""

    name: str
    faults: list[Fault]
    nothing: Fault
    """A fault that changes nothing."""
    files: list[str]
    at_once: int
    most: int
    until: float
    counts: Counter[str] = field(default_factory=Counter)
    left: list[Fault] = field(default_factory=list)
    """What cannot be put in place."""
    _running: dict[int, tuple[Fault, mmap.mmap, Sequence[str]]] = field(default_factory=dict)
    _seeing: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By function the tests that have seen a fault in it, the latest last: they go first."""

    def in_place(self, trace: Trace) -> None:
        """Try every fault that stands in a function's body, in what is imported already."""
        module = sys.modules[f"workflow.{self.name}"]
        gc.freeze()  # no process need look through what is here already

        def attempt(fault: Fault, tests: Sequence[str]) -> int:
            try:
                done = exchange(module, fault)
            except (SyntaxError, LookupError, TypeError, ValueError, AttributeError):
                done = False
            if not done:
                return UNFIT
            trace.move_to(_own_folder(os.getpid()))
            saw = trace.first_failure(tests)
            if saw is not None:
                self._saw.write(b"!" + saw.to_bytes(4, "big"))
            return SURVIVED if saw is None else KILLED

        def later(fault: Fault, outcome: str) -> None:
            if outcome == "unfit":
                self.left.append(fault)
            else:
                self._note(fault, outcome)

        self._control(attempt, trace, trace.quickest()[: self.most])
        possible = [one for one in self.faults if one.body and not trace.is_imported(one)]
        self.left = [one for one in self.faults if one not in possible]
        self._all(possible, attempt, trace, later)

    def anew(self, trace: Trace) -> None:
        """Try the faults that are left where everything is imported anew."""
        faults, self.left = self.left, []
        self._control(self._attempt_anew, trace, trace.quickest()[:CONTROL])
        self._all(faults, self._attempt_anew, trace, self._note)

    def _control(self, attempt: Attempt, trace: Trace, tests: list[str]) -> None:
        """End where tests fail though a fault changes nothing: else every fault would die."""
        self._start(self.nothing, attempt, trace, tests)
        _, status = os.wait()
        self._running.clear()
        if os.waitstatus_to_exitcode(status) != SURVIVED:
            sys.exit(f"The tests of {self.name} fail where a fault is tried, whatever the fault.")

    def _all(
        self, faults: list[Fault], attempt: Attempt, trace: Trace, note: Callable[..., None]
    ) -> None:
        for number, fault in enumerate(faults):
            if sys.stderr.isatty() or not number % 100:
                print(f"\r{self.name}: {number}/{len(faults)} ", end="", file=sys.stderr)
            if time.monotonic() > self.until:
                self.counts["not tried"] += len(faults) - number
                break
            # A table's fault may rename parametrised tests, so there the files are asked for.
            tests = trace.tests_for(fault) if fault.function else self.files
            seeing = [one for one in reversed(self._seeing[fault.function]) if one in tests]
            tests = list(dict.fromkeys([*seeing, *tests]))[: self.most]
            if not tests:
                self._note(fault, "no test")
                continue
            self._start(fault, attempt, trace, tests)
            while len(self._running) >= self.at_once:
                self._reap(note)
        while self._running:
            self._reap(note)

    def _start(self, fault: Fault, attempt: Attempt, trace: Trace, tests: list[str]) -> None:
        sys.stdout.flush()
        self._saw = mmap.mmap(-1, 5)
        child = os.fork()
        if child:
            self._running[child] = fault, self._saw, tests
            return
        _limit(trace.seconds(tests))
        code = BROKEN
        try:
            quiet = os.open(os.devnull, os.O_WRONLY)
            for stream in (1, 2):
                os.dup2(quiet, stream)
            code = attempt(fault, tests)
        finally:
            os._exit(code)

    def _attempt_anew(self, fault: Fault, tests: Sequence[str]) -> int:
        for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
            del sys.modules[name]
        path = Path.cwd() / "workflow" / f"{self.name}.py"
        sys.meta_path.insert(0, FaultySource(f"workflow.{self.name}", path, fault))
        groups: dict[str, list[str]] = defaultdict(list)
        for test in tests:
            groups[test.partition("::")[0]].append(test)
        # File by file: to collect them takes longer than to run what sees the fault.
        for group in groups.values():
            options = [*PYTEST, f"--basetemp={_own_folder(os.getpid())}"]
            if pytest.main([*options, *group]) != SURVIVED:
                self._saw.write(b"!" + tests.index(group[0]).to_bytes(4, "big"))
                return KILLED
        return SURVIVED

    def _reap(self, note: Callable[..., None]) -> None:
        child, status = os.wait()
        shutil.rmtree(_own_folder(child), ignore_errors=True)
        code = os.waitstatus_to_exitcode(status)
        outcome = {SURVIVED: "survived", UNFIT: "unfit"}.get(code, "killed")
        fault, saw, tests = self._running.pop(child)
        if saw[0]:
            test, seeing = tests[int.from_bytes(saw[1:], "big")], self._seeing[fault.function]
            self._seeing[fault.function] = [*(one for one in seeing if one != test), test]
        saw.close()
        note(fault, "timed out" if code < 0 else outcome)

    def _note(self, fault: Fault, outcome: str) -> None:
        self.counts[outcome] += 1
        if outcome != "killed":
            # On a busy machine somebody should look at what took too long: the fault, or the rest?
            print(f"\n{outcome}: {self.name}, {fault.diff()}", flush=True)

    @property
    def figures(self) -> str:
        """The figures in one line."""
        tried = self.counts.total() - self.counts["not tried"]
        seen = self.counts["killed"] + self.counts["timed out"]
        parts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(self.counts.items()))
        return f"{self.name}: {seen} of {tried} seen = {seen / max(tried, 1):.1%} ({parts})"


def _limit(seconds: float) -> None:
    """End this process where it takes far longer than its tests do: busy, waiting or in memory."""
    signal.setitimer(signal.ITIMER_PROF, 10 + 10 * seconds)
    signal.alarm(120 + int(20 * seconds))
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))


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
            path = Path(scratch) / "workflow" / f"{Path(name).stem}.py"
            runs.append(_mutated(path, arguments, until))
        os.chdir(ROOT)
    print("", *(run.figures for run in runs), sep="\n")
    return 0


def _mutated(path: Path, arguments: argparse.Namespace, until: float) -> Run:
    asked = arguments.tests.split(",") if arguments.tests else SELECTION[path.stem]
    files = [f"tests/workflow/test_{one}.py" for one in asked]
    wanted = set(arguments.only.split(",")) if arguments.only else None
    every = faults_of(path)
    plain = next(one for one in every if one.body and len(one.path) == 1)
    run = Run(
        name=path.stem,
        faults=[one for one in every if wanted is None or one.function in wanted],
        nothing=replace(plain, new=plain.old),
        files=files,
        at_once=arguments.at_once,
        most=arguments.most,
        until=until,
    )
    run.faults = run.faults[:: arguments.every]
    trace = Trace(path, run.in_place)
    if trace.run(files) != SURVIVED:
        sys.exit(f"The tests of {path.stem} fail without any fault.")
    if arguments.in_place:
        run.counts["not tried"] += len(run.left)
    else:
        run.anew(trace)
    return run


def _parse(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./toasoan mutants", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("files", nargs="*", metavar="FILE", help=", ".join(SELECTION))
    parser.add_argument("--only", default="", help="only in these functions: a,b")
    parser.add_argument("--tests", default="", help="ask these of tests/workflow: a,b")
    parser.add_argument("--every", type=int, default=1, help="a sample: only every n-th fault")
    parser.add_argument("--in-place", action="store_true", help="in functions only, quickly")
    parser.add_argument("--at-once", type=int, default=os.cpu_count(), help="so many processes")
    parser.add_argument("--most", type=int, default=10**6, help="ask so many tests about one fault")
    parser.add_argument("--minutes", type=float, default=600, help="begin none after so long")
    arguments = parser.parse_args(words)
    unknown = sorted({Path(name).stem for name in arguments.files} - set(SELECTION))
    if unknown:
        parser.error(f"no tests are named for {', '.join(unknown)}")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
