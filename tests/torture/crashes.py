"""Power cuts and crash states: `python -m tests.torture.crashes [--cuts 100] [--states 300] [--json]`.

A command is run under strace, which writes down every write, sync and rename with its bytes. From that, disks are made
as a power cut at any moment may leave them: what was synced is there; of what was written after it nothing, all, a
part, any blocks of 512 bytes, in any order; names that were given and not synced may be there or not (POSIX promises
no more). Each such disk is then opened: every answer that was acknowledged before the cut must be in the journal, and
every other file must be the old one or the new one.

The harness proves itself: with `synchronous=NORMAL` in the place of FULL it must find lost answers, and where files are
not synced before they get their names, cut ones.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.test_visit import PROMISE
from tests.conftest import FEW_CASES
from tests.stores import PASSPHRASE, open_store

from visitcli.engines import key_file
from visitcli.store import journal

ROOT = Path(__file__).parents[2]
BLOCK = 512
OPENING = (("who_opened", "customer"), ("identity", "confirmed"), ("introduction", "continue"))
_CALLS = (
    "openat,open,creat,close,write,pwrite64,lseek,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,"
    "mkdir,mkdirat,dup,dup2,fcntl,sendfile,copy_file_range,fallocate,rmdir,link,linkat"
)


@dataclass
class Node:
    """A file: what is on the disk for sure, and what was written since."""

    durable: bytes = b""
    now: bytearray = field(default_factory=bytearray)
    since: list[tuple[int, bytes | None]] = field(default_factory=list)  # (offset, bytes) or (size, None)
    changes: int = 0

    def write(self, at: int, data: bytes) -> None:
        if at > len(self.now):
            self.now += bytes(at - len(self.now))
        self.now[at : at + len(data)] = data
        self.since.append((at, data))
        self.changes += 1

    def truncate(self, size: int) -> None:
        del self.now[size:]
        self.now += bytes(size - len(self.now))
        self.since.append((size, None))
        self.changes += 1

    def sync(self) -> None:
        self.durable, self.since = bytes(self.now), []
        self.changes += 1

    def after_a_cut(self, chance: random.Random) -> bytes:
        """One of the contents that a power cut may leave."""
        way = chance.choice(("none", "all", "front", "blocks"))
        if way == "none" or not self.since:
            return self.durable
        found = bytearray(self.durable)
        count = chance.randrange(len(self.since) + 1) if way == "front" else len(self.since)
        for at, data in self.since[:count]:
            if data is None:
                if way != "blocks" or chance.random() < 0.5:
                    del found[at:]
                    found += bytes(at - len(found))
                continue
            for start in range(0, len(data), BLOCK):
                if way != "blocks" or chance.random() < 0.6:
                    piece = data[start : start + BLOCK]
                    if at + start > len(found):
                        found += bytes(at + start - len(found))
                    found[at + start : at + start + len(piece)] = piece
        return bytes(found)


@dataclass
class Disk:
    """A folder as the system calls made it: files by path, and how names have changed since their folder was synced."""

    root: Path
    files: dict[str, Node] = field(default_factory=dict)
    durable: dict[str, Node] = field(default_factory=dict)
    renamed: list[tuple[str, str, Node | None]] = field(default_factory=list)  # (folder, path, node or gone)
    names: int = 0

    @property
    def changes(self) -> int:
        """Goes up with every change."""
        return self.names + sum(node.changes for node in {id(node): node for node in self.files.values()}.values())

    @classmethod
    def of(cls, root: Path) -> Disk:
        """The folder as it stands, all of it durable."""
        disk = cls(root)
        for path in root.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                disk.files[str(path)] = Node(content, bytearray(content))
        disk.durable = dict(disk.files)
        return disk

    def name(self, path: str, node: Node | None) -> None:
        self.names += 1
        if node is None:
            self.files.pop(path, None)
        else:
            self.files[path] = node
        self.renamed.append((str(Path(path).parent), path, node))

    def sync_folder(self, folder: str) -> None:
        self.names += 1
        for where, path, node in self.renamed:
            if where == folder:
                self._make_durable(path, node)
        self.renamed = [entry for entry in self.renamed if entry[0] != folder]

    def _make_durable(self, path: str, node: Node | None) -> None:
        if node is None:
            self.durable.pop(path, None)
        else:
            self.durable[path] = node

    def cut(self, chance: random.Random, to: Path) -> None:
        """Write one disk that a power cut may leave. Names change in their order, as journalling file systems do it."""
        names = dict(self.durable)
        for _, path, node in self.renamed[: chance.randrange(len(self.renamed) + 1)]:
            if node is None:
                names.pop(path, None)
            else:
                names[path] = node
        for path, node in names.items():
            target = to / Path(path).relative_to(self.root)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            target.write_bytes(node.after_a_cut(chance))
            target.chmod(0o600)


@dataclass
class _Open:
    path: str
    at: int = 0
    append: bool = False


_LINE = re.compile(r"^(\d+)\s+(\w+)\((.*)\)\s+= (-?\d+|\?|0x[0-9a-f]+)")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


class Replay:
    """The trace of one process, step by step."""

    def __init__(self, trace: Path, disk: Disk) -> None:
        self.disk = disk
        self.said = b""  # what the process has written to its standard output
        self._lines = _joined(trace.read_text().splitlines())
        self._descriptors: dict[int, _Open] = {}

    def steps(self) -> Iterator[str]:
        """Make each call happen; gives the name of those that change what is on the disk, or what was said."""
        for line in self._lines:
            found = _LINE.match(line)
            if found and not found[4].startswith("-") and found[4] != "?":
                before = self.disk.changes, len(self.said)
                self._call(found[2], found[3], int(found[4], 0))
                if before != (self.disk.changes, len(self.said)):
                    yield found[2]

    def _call(self, name: str, text: str, result: int) -> None:
        strings = [bytes.fromhex(raw.replace("\\x", "")) for raw, _ in _STRING.findall(text)]
        numbers = [part.strip() for part in _STRING.sub("S", text).split(",")]
        getattr(self, f"_{name.removesuffix('64')}", self._other)(strings, numbers, result)

    def _other(self, _s: list[bytes], _n: list[str], _r: int) -> None:
        pass

    def _openat(self, strings: list[bytes], numbers: list[str], result: int) -> None:
        path, flags = os.fsdecode(strings[0]), " ".join(numbers)
        self._descriptors[result] = _Open(path, append="O_APPEND" in flags)
        if not self._mine(path):
            return
        if "O_CREAT" in flags and path not in self.disk.files:
            self.disk.name(path, Node())
        if "O_TRUNC" in flags and path in self.disk.files:
            self.disk.files[path].truncate(0)

    _open = _openat

    def _mine(self, path: str) -> bool:
        return path.startswith(f"{self.disk.root}/")

    def _node(self, number: str) -> tuple[_Open | None, Node | None]:
        opened = self._descriptors.get(int(number))
        return opened, self.disk.files.get(opened.path) if opened else None

    def _close(self, _s: list[bytes], numbers: list[str], _r: int) -> None:
        self._descriptors.pop(int(numbers[0]), None)

    def _write(self, strings: list[bytes], numbers: list[str], result: int) -> None:
        if numbers[0] == "1":
            self.said += strings[0][:result]
            return
        opened, node = self._node(numbers[0])
        if opened and node is not None:
            node.write(len(node.now) if opened.append else opened.at, strings[0][:result])
            opened.at += result

    def _pwrite(self, strings: list[bytes], numbers: list[str], result: int) -> None:
        _, node = self._node(numbers[0])
        if node is not None:
            node.write(int(numbers[3]), strings[0][:result])

    def _sendfile(self, _s: list[bytes], numbers: list[str], result: int) -> None:
        (into, target), (_, source) = self._node(numbers[0]), self._node(numbers[1])
        if into and target is not None and source is not None:
            target.write(into.at, bytes(source.now[into.at : into.at + result]))
            into.at += result

    def _lseek(self, _s: list[bytes], numbers: list[str], result: int) -> None:
        if int(numbers[0]) in self._descriptors:
            self._descriptors[int(numbers[0])].at = result

    def _ftruncate(self, _s: list[bytes], numbers: list[str], _r: int) -> None:
        _, node = self._node(numbers[0])
        if node is not None:
            node.truncate(int(numbers[1]))

    def _fsync(self, _s: list[bytes], numbers: list[str], _r: int) -> None:
        opened, node = self._node(numbers[0])
        if node is not None:
            node.sync()
        elif opened:
            self.disk.sync_folder(opened.path)

    _fdatasync = _fsync

    def _rename(self, strings: list[bytes], _n: list[str], _r: int) -> None:
        old, new = (os.fsdecode(part) for part in strings[:2])
        node = self.disk.files.get(old)
        if node is not None:
            # One step: a name is never seen to be neither the old file nor the new one.
            self.disk.name(new, node)
            self.disk.name(old, None)

    _renameat = _renameat2 = _rename

    def _unlink(self, strings: list[bytes], _n: list[str], _r: int) -> None:
        if self._mine(os.fsdecode(strings[0])) and os.fsdecode(strings[0]) in self.disk.files:
            self.disk.name(os.fsdecode(strings[0]), None)

    _unlinkat = _unlink


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """Calls that another thread interrupted, put together again."""
    begun: dict[tuple[str, str], str] = {}
    for line in lines:
        if cut := re.match(r"^(\d+)\s+(\w+)\((.*) <unfinished \.\.\.>$", line):
            begun[cut[1], cut[2]] = f"{cut[1]} {cut[2]}({cut[3]}"
        elif later := re.match(r"^(\d+)\s+<\.\.\. (\w+) resumed>(.*)$", line):
            yield begun.pop((later[1], later[2]), "") + later[3]
        else:
            yield line


@dataclass
class Told:
    """What was tried and what was found."""

    name: str
    states: int = 0
    acknowledged: int = 0
    faults: list[str] = field(default_factory=list)


def traced(folder: Path, home: Path, command: Sequence[str], *, stdin: str = "", weaker: str = "") -> Path:
    """Run a command of visitcli under strace; the trace. `weaker`: as `tests.torture.life` has it."""
    trace = folder / f"trace-{len(list(folder.glob('trace-*')))}"
    environ = {**os.environ, "VISITCLI_HOME": str(home), "VISITCLI_LANG": "en", "VISITCLI_PASSPHRASE": PASSPHRASE}
    environ |= {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "PYTHONDONTWRITEBYTECODE": "1"}
    environ["TORTURE_WEAKER"] = weaker
    # -xx: every byte; -s: no string is cut
    strace = ["strace", "-f", "-q", "-xx", "-s", "4000000", "-e", f"trace={_CALLS}", "-e", "signal=none", "-o", trace]
    done = subprocess.run(
        [*strace, sys.executable, "-m", "tests.torture.life", *command],
        env=environ, input=stdin, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode not in (0, 7):
        raise RuntimeError(f"{command}: {done.returncode} {done.stderr[-400:]}")
    return trace


def set_up(folder: Path) -> Path:
    """A home with three cases and a visit begun, as it stands on a Monday morning."""
    home = folder / "home"
    (folder / "three.csv").write_text(FEW_CASES, encoding="utf-8")
    call(home, "init", "--agent", "A007", "--partner", "王芳")
    call(home, "import", str(folder / "three.csv"))
    answers = "".join(json.dumps({"name": name, "value": value}) + "\n" for name, value in OPENING)
    call(home, "visit", "SH-0001", "--answers", "-", stdin=answers, allowed=(0, 7))
    return home


def call(home: Path, *argv: str, stdin: str = "", allowed: tuple[int, ...] = (0,)) -> str:
    """A command in a process of its own, on that morning."""
    environ = {**os.environ, "VISITCLI_HOME": str(home), "VISITCLI_LANG": "en", "VISITCLI_PASSPHRASE": PASSPHRASE}
    environ |= {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture.life", *argv], env=environ, input=stdin, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode not in allowed:
        raise RuntimeError(f"{argv}: {done.returncode} {done.stderr[-400:]}")
    return done.stdout


def power_cuts(cuts: int, seed: int = 0, *, weaker: str = "") -> Told:
    """Answers, a power cut at a random moment, and whether every acknowledged one is there."""
    told = Told(f"power cuts{weaker and ', ' + weaker}")
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = set_up(folder)
        before = Disk.of(home)
        words = [("customer_words", f"{number}: {'说' * chance.randrange(1, 400)}") for number in range(60)]
        lines = "".join(json.dumps({"name": name, "value": value}) + "\n" for name, value in words)
        trace = traced(folder, home, ["visit", "SH-0001", "--answers", "-"], stdin=lines, weaker=weaker)
        last = sum(1 for _ in Replay(trace, Disk.of(home)).steps())
        moments = sorted(chance.randrange(last // 4, last) for _ in range(cuts))
        replay = Replay(trace, _fresh(before, home))
        for step, _ in enumerate(replay.steps()):
            while moments and moments[0] == step:
                moments.pop(0)
                _check_answers(replay, folder / "cut", chance, told, dict(enumerate(words)))
    return told


def _fresh(disk: Disk, root: Path) -> Disk:
    again = Disk(root)
    again.files = {path: Node(node.durable, bytearray(node.durable)) for path, node in disk.files.items()}
    again.durable = dict(again.files)
    return again


def _check_answers(
    replay: Replay, cut: Path, chance: random.Random, told: Told, words: dict[int, tuple[str, str]]
) -> None:
    shutil.rmtree(cut, ignore_errors=True)
    replay.disk.cut(chance, cut)
    saved = [json.loads(line) for line in replay.said.split(b"\n")[:-1]]
    acknowledged = {reply["seq"]: words[index][1] for index, reply in enumerate(saved) if reply.get("saved")}
    told.states += 1
    told.acknowledged += len(acknowledged)
    try:
        with open_store(cut) as store:
            kept = {
                seq: json.loads(body).get("value")
                for seq, body in store.all("SELECT seq, body FROM payloads JOIN events USING (seq)")
            }
            broken = list(journal.broken_links(store))
            known, last = store.anchor.read(), journal.newest(store)
    except Exception as error:
        told.faults.append(f"cannot be opened: {error!r}")
        return
    lost = [seq for seq, value in acknowledged.items() if kept.get(seq) != value]
    if lost or broken or known is None or known.seq > last.seq:
        told.faults.append(f"lost {lost}, broken {broken}, anchor {known and known.seq}, journal {last.seq}")


# --------------------------------------------------------------------------------- old or new, never partial


def plain_files(states: int, seed: int = 0, *, weaker: str = "") -> list[Told]:
    """Crash states of the key file, attachments, exports, backups and what is put in the store's place."""
    found = []
    for name, prepare, command, check in _PLAIN:
        told, chance = Told(f"{name}{weaker and ', ' + weaker}"), random.Random(seed)
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            home = set_up(folder)
            prepare(folder, home)
            before = Disk.of(folder)
            trace = traced(folder, home, [part.format(folder=folder, home=home) for part in command], weaker=weaker)
            last = sum(1 for _ in Replay(trace, _fresh(before, folder)).steps())
            # Half of them among the last changes, where what was written gets its name.
            moments = sorted(chance.randrange(max(0, last - 12) if n % 2 else 0, last + 1) for n in range(states))
            replay = Replay(trace, _fresh(before, folder))
            for step, _ in enumerate(replay.steps(), start=1):
                while moments and moments[0] <= step:
                    moments.pop(0)
                    cut = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
                    try:
                        replay.disk.cut(chance, cut)
                        told.states += 1
                        problem = check(cut, before)
                    except Exception as error:
                        problem = repr(error)
                    finally:
                        shutil.rmtree(cut)
                    if problem:
                        told.faults.append(problem)
        found.append(told)
    return found


def _photo(folder: Path, _home: Path) -> None:
    (folder / "car.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 700 + b"\xff\xd9")
    photo = {**PROMISE, "vehicle_seen": "yes", "vehicle_photo": str(folder / "car.jpg")}
    (folder / "photo.json").write_text(json.dumps(photo))


def _something_done(folder: Path, home: Path) -> None:
    (folder / "nobody.json").write_text('{"who_opened": "nobody", "card_left": "no", "next_step": "phone"}')
    call(home, "visit", "SH-0002", "--answers", str(folder / "nobody.json"))


def _backup_there(folder: Path, home: Path) -> None:
    _something_done(folder, home)
    call(home, "store", "backup")
    (made,) = (home / "backups").iterdir()
    made.rename(home / "backups" / "one.backup")


def _keys(cut: Path, _before: Disk) -> str:
    """The passphrase is the old one or the new one, and one of them opens."""
    file = key_file.read(cut / "home")
    for passphrase in (PASSPHRASE, "another word entirely"):
        try:
            file.opened(passphrase)
        except Exception:  # noqa: S112 - the other one then
            continue
        return ""
    return "no passphrase opens it"


def _media(cut: Path, _before: Disk) -> str:
    """An attachment that is recorded is whole."""
    from visitcli.app.runtime import vault_of

    with open_store(cut / "home") as store:
        for file, size in store.all("SELECT file, bytes FROM media"):
            with vault_of(store).open(file) as stream:
                if len(stream.read()) != size:
                    return f"{file} is cut"
    return ""


def _exports(cut: Path, _before: Disk) -> str:
    """A package under its name is whole, and one that is remembered is there or can be made again."""
    from visitcli.formats.package_check import check

    for path in (cut / "home" / "exports").glob("*.zip"):
        check(path)
    return ""


def _backups(cut: Path, _before: Disk) -> str:
    """A backup under its name is whole."""
    from visitcli.formats import backup

    for path in (cut / "home" / "backups").glob("*.backup"):
        with tempfile.TemporaryFile() as target:
            backup.unpack_database(path, backup.read(path), target)
    return ""


def _restored(cut: Path, _before: Disk) -> str:
    """The store is the old one or the restored one; or it says that it is gone, and restoring again brings it back."""
    home = cut / "home"
    if not (home / "visitcli.db").exists():
        call(home, "store", "restore", str(home / "backups" / "one.backup"), "--over-newer")
    with open_store(home) as store:
        faults = store.all("PRAGMA integrity_check")
        visits = store.one("SELECT count(*) FROM visits")
        return "" if faults == [("ok",)] and visits == (2,) else f"{faults} {visits}"


_PLAIN: tuple[tuple[str, Callable[[Path, Path], None], tuple[str, ...], Callable[[Path, Disk], str]], ...] = (
    ("key file", lambda folder, home: _word(folder), ("passphrase", "--new-file", "{folder}/word"), _keys),
    ("attachment", _photo, ("visit", "SH-0001", "--answers", "{folder}/photo.json"), _media),
    ("export", _something_done, ("export",), _exports),
    ("backup", _something_done, ("store", "backup"), _backups),
    ("restore", _backup_there, ("store", "restore", "{home}/backups/one.backup"), _restored),
)


def _word(folder: Path) -> None:
    (folder / "word").write_text("another word entirely\n")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=100)
    parser.add_argument("--states", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    full = power_cuts(given.cuts, given.seed)
    proof = [power_cuts(given.cuts, given.seed, weaker="NORMAL")]
    plain = plain_files(given.states, given.seed)
    proof += plain_files(given.states, given.seed, weaker="no fsync")
    if given.json:
        print(json.dumps([told.__dict__ for told in (full, *plain, *proof)], ensure_ascii=False, indent=1))
    else:
        for told in (full, *plain, *proof):
            print(f"{told.name}: {told.states} states, {told.acknowledged} acknowledged, {len(told.faults)} faults")
            for fault in told.faults[:3]:
                print(f"    {fault}")
    return int(any(told.faults for told in (full, *plain)) or not all(told.faults for told in proof))


if __name__ == "__main__":
    os.environ.setdefault("VISITCLI_PASSPHRASE", PASSPHRASE)
    sys.exit(main())
