"""TinyDB's own tests, of the installed version, pass on a store.

They are not in TinyDB's wheel, so its source archive is fetched; without it these tests fail.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = (
    "test_tables.py",
    "test_tinydb.py",
    "test_queries.py",
    "test_operations.py",
    "test_utils.py",
    "test_storages.py",
    "test_middlewares.py",
)
JSON_FILE = "tests the JSON file that JSONStorage writes"
MEMORY = "tests MemoryStorage itself"
OWN = "brings a storage of its own, so no store takes part"
MIDDLEWARE = "tests a middleware around TinyDB's storages"
LEFT_OUT = {
    "test_tables.py::test_table_repr": "its pattern names JSONStorage and MemoryStorage",
    "test_tinydb.py::test_storage_access": "asserts that the storage is a MemoryStorage",
    "test_tinydb.py::test_access_storage": "asserts MemoryStorage and CachingMiddleware as storages",
    "test_tinydb.py::test_storage_closed_once": OWN,
    "test_tinydb.py::test_empty_write": MIDDLEWARE,
    "test_storages.py::test_json": JSON_FILE,
    "test_storages.py::test_json_kwargs": JSON_FILE,
    "test_storages.py::test_json_read": JSON_FILE,
    "test_storages.py::test_create_dirs": JSON_FILE,
    "test_storages.py::test_json_invalid_directory": JSON_FILE,
    "test_storages.py::test_encoding": JSON_FILE,
    "test_storages.py::test_json_invalid_mode_warning": JSON_FILE,
    "test_storages.py::test_in_memory": MEMORY,
    "test_storages.py::test_custom": OWN,
    "test_storages.py::test_read_once": OWN,
    "test_storages.py::test_custom_with_exception": OWN,
    "test_storages.py::test_yaml": OWN,
    "test_middlewares.py::test_caching": MIDDLEWARE,
    "test_middlewares.py::test_caching_read": MIDDLEWARE,
    "test_middlewares.py::test_caching_write_many": MIDDLEWARE,
    "test_middlewares.py::test_caching_flush": MIDDLEWARE,
    "test_middlewares.py::test_caching_flush_manually": MIDDLEWARE,
    "test_middlewares.py::test_caching_write": MIDDLEWARE,
    "test_middlewares.py::test_nested": MIDDLEWARE,
    "test_middlewares.py::test_caching_json_write": MIDDLEWARE,
}
FLOOR = 127  # with TinyDB 4.9.0


def fetch_tests(folder: Path) -> Path:
    """Unpack the source archive of the installed TinyDB and return its folder of tests."""
    wanted = version("tinydb")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-binary", ":all:", "--dest", str(folder), f"tinydb=={wanted}"]
    subprocess.run(command, check=True, timeout=300)
    archive = folder / f"tinydb-{wanted}.tar.gz"
    with tarfile.open(archive) as packed:
        # Debian 12's Python does not know filters yet.
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        packed.extractall(folder, **safely)  # noqa: S202  # TinyDB's own archive
    return folder / f"tinydb-{wanted}" / "tests"


@pytest.fixture(scope="module")
def tests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tinydb")
    found = fetch_tests(folder)
    # Away from the archive's own `tinydb` folder: the installed one is what is tested.
    ours = folder / "suite"
    shutil.copytree(found, ours)
    shutil.copy(HERE / "suite_conftest.py", ours / "conftest.py")
    (ours / "left_out.txt").write_text("\n".join(LEFT_OUT))
    return ours


def run(tests: Path, *options: str) -> subprocess.CompletedProcess[str]:
    root = str(HERE.parent.parent)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        str(tests),
    ]
    command += [*options, *(str(tests / module) for module in MODULES)]
    return subprocess.run(
        command,
        cwd=tests,
        env={**os.environ, "PYTHONPATH": root},
        text=True,
        capture_output=True,
        timeout=600,
    )


def count(pattern: str, output: str) -> int:
    found = re.search(pattern, output)
    return int(found[1]) if found else 0


def test_tinydbs_own_tests_pass_on_a_store(tests: Path) -> None:
    done = run(tests, "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    closing = done.stdout.strip().splitlines()[-1]
    collected = run(tests, "-q", "--collect-only")
    selected, total = re.search(r"(\d+)/(\d+) tests collected", collected.stdout).groups()  # type: ignore[union-attr]
    passed = count(r"(\d+) passed", closing)
    assert passed == int(selected) >= FLOOR
    assert count(r"(\d+) deselected", closing) == len(LEFT_OUT) == int(total) - int(selected)
    assert not re.search(r"skipped|failed|error|xfailed", closing)


def test_the_suite_runs_on_a_store_and_not_on_tinydbs_files(tests: Path) -> None:
    probe = tests / "test_probe.py"
    probe.write_text(
        "from agent_tui.store import Database\n"
        "from tinydb import TinyDB\n"
        "from tinydb.storages import MemoryStorage\n"
        "def test_probe(db, tmp_path):\n"
        "    assert isinstance(db, Database)\n"
        "    assert isinstance(TinyDB(str(tmp_path / 'a.db')), Database)\n"
        "    assert isinstance(TinyDB(storage=MemoryStorage), Database)\n"
    )
    try:
        done = run(tests, "-q", str(probe), "-k", "test_probe")
    finally:
        probe.unlink()
    assert "1 passed" in done.stdout, done.stdout + done.stderr
