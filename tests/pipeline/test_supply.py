"""`make audit` that cannot ask proves nothing and says so; `make sbom` lists every pin, in the same bytes each time."""

from __future__ import annotations

import json
import os
import re
import subprocess

from .conftest import PROJECT

NOWHERE = "http://127.0.0.1:9"


def make(goal: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if "MAKE" not in name and name.lower() != "no_proxy"}
    return subprocess.run(
        ["make", goal], cwd=PROJECT, env=kept | env, capture_output=True, text=True, timeout=300, check=False
    )


def test_an_audit_that_cannot_ask_is_no_audit() -> None:
    said = make("audit", HTTPS_PROXY=NOWHERE, https_proxy=NOWHERE)
    assert said.returncode != 0
    assert "could not be asked about every package" in said.stderr
    assert "Traceback" not in said.stdout + said.stderr


def test_the_bill_of_materials_lists_every_pin() -> None:
    found = []
    for _ in range(2):
        said = make("sbom")
        assert said.returncode == 0, said.stderr
        found.append((PROJECT / "build" / "sbom.json").read_bytes())
    assert found[0] == found[1]
    bill = json.loads(found[0])
    assert bill["bomFormat"] == "CycloneDX"
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    pins = set(re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", lock, re.MULTILINE))
    assert {(each["name"], each["version"]) for each in bill["components"]} == pins
    assert all(each["externalReferences"][0]["hashes"] for each in bill["components"])
