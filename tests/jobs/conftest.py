from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def diary(tmp_path: Path) -> str:
    """Return the path of the file that chores write into."""
    return str(tmp_path / "diary")


@pytest.fixture
def read_diary(diary: str) -> Callable[[], list[str]]:
    return lambda: Path(diary).read_text().split("\n")[:-1] if Path(diary).exists() else []
