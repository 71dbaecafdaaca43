"""What is left of a store when its process is killed, when the disk is full, and when two processes write."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agent_tui.store import open_store
from agent_tui.store.errors import DiskFull, StoreBusy
from agent_tui.store.health import check

KEY = bytes(range(32))
OPEN = (
    "import sys, os\n"
    "from pathlib import Path\n"
    "from agent_tui.store import open_store\n"
    "from agent_tui.store.errors import DiskFull\n"
    "db = open_store(Path(sys.argv[1]), bytes(range(32)))\n"
    "table = db.table('tickets')\n"
)


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", OPEN + code, *(str(argument) for argument in arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_every_insert_that_was_confirmed_is_there_after_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "li.db"
    code = "while True:\n    print(table.insert({'text': 'x' * 3000}), flush=True)\n"
    confirmed: set[int] = set()
    for round_ in range(4):
        writer = start(code, path)
        assert writer.stdout is not None
        for _ in range(40 + 23 * round_):
            confirmed.add(int(writer.stdout.readline()))
        writer.send_signal(signal.SIGKILL)
        lines = writer.communicate()[0].split("\n")
        confirmed |= {int(line) for line in lines[:-1]}  # the last line may be cut short
        with open_store(path, KEY) as db:
            found = {document.doc_id for document in db.table("tickets")}
        assert confirmed <= found
        assert len(found - confirmed) <= round_ + 1  # at most one a round was saved and not yet told
    assert check(path, KEY).sound


def test_a_transaction_that_was_killed_half_way_left_nothing(tmp_path: Path) -> None:
    path = tmp_path / "li.db"
    code = (
        "table.insert({'n': 0})\n"
        "with db.transaction():\n"
        "    for n in range(2000):\n"
        "        table.insert({'n': n, 'text': 'x' * 9000})\n"  # more than memory holds: it is spilled
        "    print('inside', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", OPEN + code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "inside\n"
    writer.kill()
    writer.communicate()
    with open_store(path, KEY) as db:
        assert db.table("tickets").all() == [{"n": 0}]
    assert check(path, KEY).sound


def test_two_processes_that_insert_at_once_lose_nothing_and_share_no_id(tmp_path: Path) -> None:
    path = tmp_path / "li.db"
    code = (
        "for n in range(150):\n"
        "    one = table.insert({'who': sys.argv[2], 'n': n})\n"
        "    two = table.insert_multiple([{'who': sys.argv[2]}, {'who': sys.argv[2]}])\n"
        "    print(one, *two, table.insert_json(b'{}'))\n"
    )
    writers = [start(code, path, who) for who in ("a", "b", "c")]
    told = [[int(number) for number in writer.communicate(timeout=120)[0].split()] for writer in writers]
    ids = [number for each in told for number in each]
    assert len(ids) == len(set(ids)) == 3 * 150 * 4
    with open_store(path, KEY) as db:
        assert {document.doc_id for document in db.table("tickets")} == set(ids)
        by_a = db.table("tickets").search(lambda fields: fields.get("who") == "a")
    assert len(by_a) == 150 * 3


def test_counting_up_in_two_processes_loses_no_step(tmp_path: Path) -> None:
    path = tmp_path / "li.db"
    with open_store(path, KEY) as db:
        db.table("tickets").insert({"n": 0})
    code = (
        "from tinydb.operations import increment\n"
        "for _ in range(200):\n"
        "    table.update(increment('n'), doc_ids=[1])\n"
    )
    writers = [start(code, path) for _ in range(3)]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0]
    for writer in writers:
        writer.communicate()
    with open_store(path, KEY) as db:
        assert db.table("tickets").get(doc_id=1) == {"n": 600}


def test_a_full_disk_is_told_and_what_was_saved_stays(tmp_path: Path) -> None:
    path = tmp_path / "li.db"
    code = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, resource.RLIM_INFINITY))\n"
        "try:\n"
        "    while True: print(table.insert({'text': 'x' * 5000}))\n"
        "except DiskFull as error: print(error)\n"
        "print(len(table), len(table.all()))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "print(table.insert({}))\n"
    )
    writer = start(code, path)
    lines = writer.communicate(timeout=120)[0].splitlines()
    assert writer.returncode == 0
    *confirmed, error, counts, more = lines
    assert "no space left" in error
    assert str(path) in error
    assert len(confirmed) > 50
    assert counts == f"{confirmed[-1]} {confirmed[-1]}"
    assert int(more) > int(confirmed[-1])
    with open_store(path, KEY) as db:
        assert len(db.table("tickets")) == int(confirmed[-1]) + 1
    assert check(path, KEY).sound


def test_a_full_disk_in_a_transaction_undoes_it_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "li.db"
    code = (
        "import resource\n"
        "table.insert({})\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))\n"
        "try:\n"
        "    with db.transaction():\n"
        "        for _ in range(1000):\n"
        "            table.insert({'text': 'x' * 90_000})\n"
        "except DiskFull: print('full')\n"
        "print(len(table), db.connection.in_transaction)\n"
    )
    assert start(code, path).communicate(timeout=120)[0] == "full\n1 False\n"


@pytest.mark.parametrize("device", [Path("/dev/full")])
def test_no_space_in_a_file_of_ours_is_a_full_disk_too(device: Path) -> None:
    from agent_tui.store.cipher import translated

    def write() -> None:
        with translated(device, system=True), device.open("w") as file:
            file.write("x")

    with pytest.raises(DiskFull):
        write()


def test_waiting_for_another_writer_ends_with_who_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "li.db"
    with open_store(path, KEY) as db, open_store(path, KEY) as other, db.transaction():
        other.connection.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(StoreBusy, match="another program"):
            other.table("tickets").insert({})


def test_many_processes_may_create_the_same_store_at_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "li.db"
    writers = [start("print(table.insert({}))", path) for _ in range(6)]
    told = sorted(int(writer.communicate(timeout=120)[0]) for writer in writers)
    assert told == [1, 2, 3, 4, 5, 6]


def test_the_killed_process_leaves_files_only_the_user_can_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "li.db"
    writer = start("table.insert({})\nprint(flush=True)\nsys.stdin.read()\nos.kill(os.getpid(), 9)", path)
    writer.communicate(timeout=60)
    assert (path.parent / "li.db-wal").exists()
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
