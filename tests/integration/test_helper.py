"""Helper processes: what they tell, how they fail, and that none outlives its parent."""

from __future__ import annotations

import itertools
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from oh_pipeline.errors import Fault, UsageFault
from oh_pipeline.helper import Helper, PassingFault

ROOT = Path(__file__).parents[2]
MODULE = "tests.integration.some_helper"


@pytest.fixture
def helper() -> Iterator[Helper]:
    """One that waits for its order."""
    made = Helper(MODULE, "The work", env={"PYTHONPATH": str(ROOT)})
    yield made
    made.close()


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 20
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_alive(pid)


def test_messages_come_in_order(helper: Helper) -> None:
    helper.order({"do": "tell"})
    told = helper.messages()
    assert [next(told)["number"] for _ in range(3)] == [0, 1, 2]


def test_what_a_library_prints_is_no_message(helper: Helper) -> None:
    helper.order({"do": "print"})
    assert next(helper.messages()) == {"done": True}


def test_one_that_prepares_itself_waits_to_begin(helper: Helper) -> None:
    helper.order({"do": "wait"})
    told = helper.messages()
    assert next(told) == {"prepared": True}
    ready, _, _ = select.select([helper._process.stdout], [], [], 0.5)
    assert not ready
    helper.begin()
    assert next(told) == {"begun": True}


def test_order_and_beginning_may_come_at_once(helper: Helper) -> None:
    """Before it has imported what it needs, too."""
    helper.order({"do": "wait"})
    helper.begin()
    assert list(itertools.islice(helper.messages(), 2)) == [{"prepared": True}, {"begun": True}]


def test_one_that_waits_to_begin_ends_with_its_parent(helper: Helper) -> None:
    helper.order({"do": "wait"})
    next(helper.messages())
    assert helper._process.stdin is not None
    helper._process.stdin.close()
    assert helper._process.wait(20) == 3
    assert not helper.is_running


@pytest.mark.parametrize(
    ("do", "kind", "words"),
    [
        ("fault", Fault, r"^It failed\. Do otherwise$"),
        ("usage", UsageFault, r"^It was wrong\. Correct it$"),
        ("value", Fault, r"^The work failed: ValueError"),
        ("full", Fault, r"^The disk is full"),
        ("busy", PassingFault, "The work failed"),
        ("die", Fault, r"The work ended without a word \(SIGKILL\)"),
        ("nothing", Fault, r"The work ended without a word \(exit code 0\)"),
    ],
)
def test_an_error_is_raised_again_without_values(helper: Helper, do: str, kind: type[Exception], words: str) -> None:
    helper.order({"do": do})
    with pytest.raises(kind, match=words) as caught:
        list(helper.messages())
    assert type(caught.value) is kind
    assert "Amina" not in str(caught.value)


def test_one_without_an_order_ends_when_it_is_closed(helper: Helper) -> None:
    pid = helper._process.pid
    helper.close()
    assert gone(pid)


def test_closing_ends_the_work(helper: Helper) -> None:
    helper.order({"do": "sleep"})
    pid = next(helper.messages())["pid"]
    helper.close()
    assert gone(pid)


def test_a_helper_ends_with_its_parent() -> None:
    """Killed without a chance to clean up."""
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"from oh_pipeline.helper import Helper; h = Helper({MODULE!r}, 'The work'); h.order({{'do': 'sleep'}})\n"
            "for message in h.messages(): print(message['pid'], flush=True)",
        ],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert is_alive(pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert gone(pid)
