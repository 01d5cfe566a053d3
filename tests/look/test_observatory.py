"""MDN's HTTP observatory, asked about a site as it runs behind https: its own scan, its own grade."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.look.front import Front
from tests.look.show import WEB
from tests.running_site import SECONDS, Site

pytestmark = [pytest.mark.web, pytest.mark.xdist_group("site")]

SCAN = WEB / "@mdn" / "mdn-http-observatory" / "src" / "scan.js"


@pytest.fixture(scope="module")
def front(first_start: tuple[Any, float], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """A site whose address begins with https, behind what makes that true."""
    folder = tmp_path_factory.mktemp("observed")
    shutil.copytree(first_start[0], folder, dirs_exist_ok=True)
    front, site = Front(folder), Site(folder)
    front.site_port = site.port
    site.environment["SITE_URL"] = f"https://localhost:{front.server_port}"
    site.start()
    yield front
    site.stop(signal.SIGTERM)
    front.shutdown()
    front.server_close()


def observed(front: Front, path: str) -> Any:
    """Return what the observatory says about a page of the site, with all that counted."""
    said = subprocess.run(
        [shutil.which("node") or "node", SCAN, f"localhost:{front.server_port}{path}"],
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(front.certificate)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    return json.loads(said.stdout)


# The last sets cookies.
@pytest.mark.parametrize("path", ["/", "/accounts/login/"])
def test_the_observatory_gives_the_best_grade(front, path):
    said = observed(front, path)
    results = {name: test["result"] for name, test in said["tests"].items()}
    assert said["scan"]["statusCode"] == 200
    assert said["scan"]["grade"] == "A+", results
    assert said["scan"]["testsFailed"] == 0, results
    # What it would not see if nobody spoke https here, or if the certificate was not trusted.
    assert results["redirection"] == "redirection-to-https"
    assert results["strict-transport-security"] == "hsts-implemented-max-age-at-least-six-months"
