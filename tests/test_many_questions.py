"""Several questions in one run: each its share of the time, progress that counts, an end at any moment."""

from __future__ import annotations

import math

from solver.run import Cancel, Progress, Run, SearchLimits


def test_each_question_has_its_share_and_progress_counts() -> None:
    heard: list[Progress] = []
    run = Run(SearchLimits(seconds=1000.0), heard.append)
    shares = []
    for question, part in run.each("abcd"):
        shares.append(part.remaining)
        part.tell(phase="search")
        run.tell(incumbent=1.0)
        assert question == "abcd"[len(shares) - 1]
    run.tell(phase="done")
    assert [round(share / 10) for share in shares] == [25, 33, 50, 100]  # nobody used any
    asked = [progress.question for progress in heard]
    assert asked == [*((n, 4) for n in (1, 1, 2, 2, 3, 3, 4, 4)), None]


def test_without_a_limit_every_question_has_all_the_time() -> None:
    assert [part.remaining for _, part in Run().each("ab")] == [math.inf, math.inf]


def test_questions_within_a_question_count_for_themselves() -> None:
    heard: list[Progress] = []
    run = Run(None, heard.append)
    for _, part in run.each("ab"):
        for _, inner in part.each("xyz"):
            inner.tell()
        part.tell()
    asked = [progress.question for progress in heard]
    assert asked == [(1, 3), (2, 3), (3, 3), (1, 2), (1, 3), (2, 3), (3, 3), (2, 2)]


def test_no_question_is_asked_once_the_run_is_over() -> None:
    cancel = Cancel()
    asked = []
    for question, _ in Run(None, None, cancel).each("abc"):
        asked.append(question)
        if question == "b":
            cancel.cancel()
    assert asked == ["a", "b"]
