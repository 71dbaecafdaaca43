"""In CI a test that is skipped fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"

SKIPPED = "import pytest\n\n@pytest.mark.skip(reason='lazy')\ndef test_it(): pass\n"
SKIPPED_INSIDE = "import pytest\n\ndef test_it(): pytest.skip('lazy')\n"
SKIPPED_WHOLE = "import pytest\n\npytest.skip('lazy', allow_module_level=True)\n"
EXPECTED_TO_FAIL = "import pytest\n\n@pytest.mark.xfail\ndef test_it(): assert False\n"


@pytest.mark.parametrize(
    ("code", "environ", "exit_code"),
    [
        (SKIPPED, {"CI": "true"}, 1),
        (SKIPPED_INSIDE, {"CI": "true"}, 1),
        (SKIPPED_WHOLE, {"CI": "true"}, 2),
        (EXPECTED_TO_FAIL, {"CI": "true"}, 0),
        (SKIPPED, {"CI": ""}, 0),
    ],
)
def test_a_skip_fails_in_ci(tmp_path: Path, code: str, environ: dict[str, str], exit_code: int) -> None:
    shutil.copy(CONFTEST, tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_one.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == exit_code, done.stdout
    if exit_code:
        assert "in CI every test runs" in done.stdout
