"""The pace of questions: never more than the limit in any minute, and all of it when there is a backlog."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agencies.limits import MINUTE, Breaker, after_one, breaker, free_from, may_go, room

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
GAPS = st.lists(st.integers(0, 20_000).map(lambda ms: timedelta(milliseconds=ms)), min_size=1, max_size=400)


def gone(rate: int, moments: list[datetime]) -> list[datetime]:
    """The moments at which the pace lets a question go."""
    memory, went = None, []
    for at in moments:
        if may_go(memory, rate, at):
            memory = after_one(memory, rate, at)
            went.append(at)
    return went


@given(st.integers(1, 120), GAPS)
def test_no_minute_holds_more_than_the_limit(rate, gaps):
    moments = [AT]
    for gap in gaps:
        moments.append(moments[-1] + gap)
    went = gone(rate, moments)
    for number, begin in enumerate(went):
        assert sum(begin <= at < begin + MINUTE for at in went[number:]) <= rate


@given(st.integers(1, 600))
def test_a_backlog_uses_nearly_all_of_the_limit(rate):
    """Asked again whenever it may be: no minute holds more than the limit, ten hold nine tenths of ten limits."""
    memory, at, went = None, AT, []
    while at < AT + 10 * MINUTE:
        memory = after_one(memory, rate, at)
        went.append(at)
        at = max(at, free_from(memory, rate))
    assert len(went) >= 9 * rate
    assert all(later - first >= MINUTE for first, later in zip(went, went[rate:], strict=False))


def test_without_a_limit_anything_goes():
    assert may_go(None, None, AT) and after_one(AT, None, AT) is None and free_from(AT, None) is None


def test_the_breaker_by_its_moments():
    later, before = AT + timedelta(seconds=1), AT - timedelta(seconds=1)
    assert breaker(retry_at=None, probing=False, at=AT) is Breaker.CLOSED
    assert breaker(retry_at=later, probing=False, at=AT) is Breaker.OPEN
    assert breaker(retry_at=later, probing=True, at=AT) is Breaker.PROBING
    assert breaker(retry_at=before, probing=False, at=AT) is Breaker.HALF_OPEN
    assert breaker(retry_at=before, probing=True, at=AT) is Breaker.HALF_OPEN  # who probed is not coming back


def test_how_many_could_be_asked_now():
    def left(state=Breaker.CLOSED, *, under_way=0, rate=None, free_at=None):
        return room(concurrency=4, under_way=under_way, rate=rate, free_at=free_at, state=state, at=AT)

    assert left() == 4 and left(under_way=3) == 1 and left(under_way=9) == 0
    assert left(Breaker.OPEN) == left(Breaker.PROBING) == 0
    assert left(Breaker.HALF_OPEN) == 1 and left(Breaker.HALF_OPEN, under_way=4) == 0
    assert left(rate=20) == 2  # a burst is a tenth of the limit
    assert left(rate=20, free_at=AT + MINUTE) == 0
