"""Accounts of processes."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.accounts import Balance, balance, cpu_between, family_of, read_cpu, read_memory

# pid (name) state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime cutime cstime ...
STAT = "77 (a (strange) name) S 1 77 77 0 -1 4194560 9 9 0 0 150 30 15 5 20 0 1 0 100 1 1"


def test_time_in_user_and_system_counts_with_that_of_reaped_children() -> None:
    assert read_cpu(STAT, ticks=100) == 2.0


def test_memory_is_what_is_resident() -> None:
    assert read_memory("Name:\tx\nVmPeak:\t  9999 kB\nVmRSS:\t  2048 kB\n") == 2.0
    assert read_memory("") == 0


def test_a_part_that_was_not_there_before_began_at_nothing() -> None:
    before, after = {"worker": Balance(1.0, 0)}, {"worker": Balance(3.5, 0), "portal": Balance(0.5, 0)}
    assert cpu_between(before, after) == {"worker": 2.5, "portal": 0.5}


def test_what_a_process_started_is_its_family() -> None:
    said = "print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", said], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        # A process that has only just been forked holds nothing yet.
        assert child.stdout is not None
        assert child.stdout.readline() == b"\n"
        assert child.pid in family_of(os.getpid())
        assert balance({"child": child.pid})["child"].memory_mb > 1
        child.communicate(b"\n")


def test_a_process_that_ended_holds_nothing() -> None:
    child = subprocess.Popen(["true"])
    child.wait()
    assert balance({"child": child.pid}) == {"child": Balance(0, 0)}
