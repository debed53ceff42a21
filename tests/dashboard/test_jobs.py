"""The queue: fair turns, places that one can see, limits, and nothing left behind."""

import gc
import threading
import time
import weakref
from dataclasses import replace

import pytest

from core import ParameterError, Row, SamplingParams, Step, collect, load_model, text_of
from core.models.hub_list import Listed
from core.runs import GenerationRun
from dashboard.app.holder import ModelHolder
from dashboard.app.jobs import JobQueue
from dashboard.app.limits import LimitError, Limits, check_listed
from tests import small_model

PROMPT = "A avó não"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return small_model.make(tmp_path_factory.mktemp("small"))


class Gated:
    """The model, which waits before each token until it is let go, and says whose prompt it read."""

    def __init__(self, model):
        self._model, self.order, self.gate, self.each = model, [], threading.Event(), lambda: None
        self.reading = threading.Semaphore(0)

    def __getattr__(self, name):
        return getattr(self._model, name)

    def encode(self, prompt):
        self.order.append(prompt)
        return self._model.encode(PROMPT)

    def next_logits(self, ids, cache):
        self.reading.release()
        assert self.gate.wait(60)
        self.each()
        return self._model.next_logits(ids, cache)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def gated(folder):
    return Gated(load_model(folder))


@pytest.fixture
def queue(gated):
    queue = JobQueue(ModelHolder(lambda name: gated, ["small"]), Limits(tokens=20, per_visitor=3), clock=Clock())
    yield queue
    gated.gate.set()


def asks(prompt=PROMPT, seed=0, tokens=3, rows=1, **more):
    several = [Row(SamplingParams(temperature=1.5), seed + i) for i in range(rows)]
    return GenerationRun("small", prompt, several, max_new_tokens=tokens, alternatives=2, **more)


def test_twelve_visitors_at_once(folder):
    """Each in a thread of his own, three texts one after another: what comes is what comes to one alone."""
    loads = []

    def load(name):
        loads.append(name)
        return load_model(folder)

    queue, found, faults = JobQueue(ModelHolder(load, ["small"])), {}, []

    def visit(visitor):
        try:
            for turn in range(3):
                job = queue.submit(f"visitor {visitor}", asks(seed=100 * visitor + turn, tokens=8, rows=2))
                while not job.wait(0.02):
                    assert job.poll() in ("waiting", "loading", "running", "done")
                    assert job.position is None or 0 <= job.position <= 12  # nobody comes twice before him
                found[visitor, turn] = (job.state, job.result)
        except BaseException as error:
            faults.append(error)

    visitors = [threading.Thread(target=visit, args=(i,)) for i in range(12)]
    for one in visitors:
        one.start()
    for one in visitors:
        one.join()
    assert not faults and len(found) == 36 and loads == ["small"]
    alone = load_model(folder)
    for state, run in found.values():
        assert state == "done"
        texts = [text_of(steps) for steps in collect(run.generate(alone))]
        assert texts == [text_of(steps) for steps in run.steps]


def steps_alive():
    gc.collect()
    return sum(type(one) is Step for one in gc.get_objects())


def test_nothing_stays_when_the_visitors_have_left(folder):
    clock, before = Clock(), steps_alive()
    holder = ModelHolder(lambda name: load_model(folder), ["small"])
    queue = JobQueue(holder, clock=clock)
    jobs = [queue.submit(f"visitor {i}", asks(seed=i, tokens=40, rows=3)) for i in range(12)]
    for job in jobs[:6]:
        assert job.wait(60)
    clock.now += 1000  # the others look no more
    for job in jobs:
        assert job.wait(60)
    assert {job.state for job in jobs[:6]} == {"done"} and jobs[-1].state in ("done", "cancelled")
    assert steps_alive() > before
    left = [weakref.ref(job) for job in jobs]
    with holder.use("small") as model:
        model = weakref.ref(model)
    del jobs, job
    for _ in range(1000):  # the worker lets go of the last one as it ends
        if not any(job() for job in left):
            break
        time.sleep(0.01)
    assert steps_alive() == before and not any(job() for job in left)
    assert model() is not None and holder.loaded == ("small",)  # for those who come next
    del queue, holder
    gc.collect()
    assert model() is None


def test_visitors_take_turns_and_each_sees_his_place(queue, gated):
    jobs = {"A1": queue.submit("A", asks("A1"))}
    assert gated.reading.acquire(timeout=60)
    jobs |= {name: queue.submit(name[0], asks(name)) for name in ("A2", "A3", "A4", "B1", "C1", "C2")}
    expected = ["A1", "A2", "B1", "C1", "A3", "C2", "A4"]
    assert [jobs[name].position for name in expected] == list(range(7))
    assert jobs["A1"].state == "running" and jobs["A2"].state == "waiting"
    jobs["B1"].cancel()
    assert jobs["B1"].state == "cancelled" and jobs["B1"].position is None and jobs["C1"].position == 2
    jobs["D1"] = queue.submit("D", asks("D1"))
    assert jobs["D1"].position == 3 and jobs["A3"].position == 4
    gated.gate.set()
    for job in jobs.values():
        assert job.wait(60)
    assert gated.order == ["A1", "A2", "C1", "D1", "A3", "C2", "A4"]
    assert all(job.state == "done" and job.position is None for name, job in jobs.items() if name != "B1")


def test_who_looks_no_more_frees_his_place(queue, gated):
    runs, leaves, stays = (queue.submit(name, asks(name)) for name in ("runs", "leaves", "stays"))
    assert gated.reading.acquire(timeout=60)
    queue.clock.now += 20
    assert (runs.poll(), stays.poll(), stays.position) == ("running", "waiting", 2)
    queue.clock.now += 20  # 40 since the one in between has looked
    assert stays.position == 1 and leaves.state == "cancelled" and leaves.over
    queue.clock.now += 15  # 35 since the one who runs has
    stays.poll()
    gated.gate.set()
    assert stays.wait(60) and stays.state == "done"
    assert runs.state == "cancelled" and len(runs.steps[0]) < 3
    assert gated.order == ["runs", "stays"]


def test_a_job_is_cancelled_in_the_middle_and_keeps_what_came(queue, gated):
    job = queue.submit("A", asks(tokens=20))
    gated.each = lambda: len(job.steps[0]) == 4 and job.cancel()
    gated.gate.set()
    assert job.wait(60) and job.state == "cancelled" and job.error is None
    assert 4 <= len(job.steps[0]) < 20 and job.result.steps == job.steps


def test_a_job_may_not_take_longer_than_the_owner_says(queue, gated):
    def tick():
        queue.clock.now += 50
        job.poll()

    gated.each = tick
    job = queue.submit("A", asks(tokens=20))
    gated.gate.set()
    assert job.wait(60) and job.state == "failed"
    assert isinstance(job.error, LimitError) and job.error.limit == "seconds" and job.error.allowed == 120
    assert 1 <= len(job.steps[0]) < 20


def test_what_goes_wrong_ends_one_job_and_no_other(queue, gated):
    def break_once():
        gated.each = lambda: None
        raise MemoryError("no room")

    gated.each = break_once
    bad, good = queue.submit("A", asks("bad")), queue.submit("B", asks("good"))
    gated.gate.set()
    assert good.wait(60) and good.state == "done"
    assert bad.state == "failed" and isinstance(bad.error, MemoryError) and bad.error.__traceback__ is None


@pytest.mark.parametrize(
    "asked, limit, value, allowed",
    [
        (asks(tokens=21), "tokens", 21, 20),
        (asks(rows=9), "rows", 9, 8),
        (asks("a" * 20_001), "prompt", 20_001, 20_000),
        (replace(asks(), alternatives=21), "alternatives", 21, 20),
    ],
)
def test_a_job_that_asks_for_too_much_is_refused(queue, asked, limit, value, allowed):
    with pytest.raises(LimitError) as caught:
        queue.submit("A", asked)
    assert (caught.value.limit, caught.value.value, caught.value.allowed) == (limit, value, allowed)
    assert str(caught.value) == f"{limit}: at most {allowed}; got {value}"


def test_a_full_queue_and_a_visitor_with_too_many_jobs_are_refused(queue, gated):
    queue.submit("A", asks())
    assert gated.reading.acquire(timeout=60)
    mine = [queue.submit("A", asks()) for _ in range(3)]
    with pytest.raises(LimitError, match="per_visitor: at most 3; got 4"):
        queue.submit("A", asks())
    mine[0].cancel()
    queue.submit("A", asks())
    others = [queue.submit(f"B{i}", asks()) for i in range(57)]
    with pytest.raises(LimitError, match="waiting: at most 60; got 61"):
        queue.submit("C", asks())
    for job in others:
        job.cancel()
    assert queue.submit("C", asks()).position == 2
    with pytest.raises(KeyError):
        queue.submit("C", replace(asks(), model="other"))


def test_the_owner_sets_the_limits():
    assert Limits.from_environment({}) == Limits()
    assert Limits.from_environment({"AMOSTRA_LIMIT_TOKENS": "50", "AMOSTRA_LIMIT_IDLE": "2.5"}) == Limits(50, idle=2.5)
    for value in ("many", "0", "-1", "nan", "inf", "0.5", "1e300", "2.5", "9" * 400):
        with pytest.raises(ParameterError, match="AMOSTRA_LIMIT_ROWS must be a whole number from 1"):
            Limits.from_environment({"AMOSTRA_LIMIT_ROWS": value})
    with pytest.raises(ParameterError, match="AMOSTRA_LIMIT_SECONDS must be a number from 1"):
        Limits.from_environment({"AMOSTRA_LIMIT_SECONDS": "1e300"})
    with pytest.raises(ParameterError, match="AMOSTRA_LIMIT_ALTERNATIVES must be a whole number from 2"):  # of a vote
        Limits.from_environment({"AMOSTRA_LIMIT_ALTERNATIVES": "1"})


@pytest.mark.parametrize(
    "odd",
    [
        {"name": ""},
        {"parameters": True},
        {"parameters": 10**400},
        {"licence": 5},
        {"folder": 3},
        {"revision": 1.5},
        {"needs_gpu": "yes"},
    ],
)
def test_an_entry_of_the_owners_list_with_an_odd_value_is_refused_by_name(odd):
    good = Listed("a/b", 10, "MIT")
    with pytest.raises(ValueError, match=next(iter(odd))):
        replace(good, **odd)


@pytest.mark.parametrize("name", [" a", "embedded"])
def test_an_entry_by_a_name_that_the_page_cannot_offer_is_refused(name):
    check_listed([Listed("a/b", 10, "MIT"), Listed("c/d", 10, "MIT", folder="/x", revision="main", needs_gpu=True)])
    with pytest.raises(ParameterError, match="name"):
        check_listed([Listed(name, 10, "MIT")])


class Weight:
    """A model that can be watched."""


def holder(loads=None):
    alive = weakref.WeakValueDictionary()

    def load(name):
        assert name not in ("big", "huge") or not {"big", "huge"}.intersection(alive.keys())  # never two
        if loads is not None:
            loads.append(name)
        alive[name] = made = Weight()
        made.itself = made  # a cycle: only the collector frees it
        return made

    return ModelHolder(load, ["small", "tiny", "big", "huge"], big=["big", "huge"])


def test_one_big_model_at_a_time_and_the_small_ones_stay():
    loads = []
    models = holder(loads)
    for name in ("small", "big", "small", "tiny", "big", "huge", "small", "huge", "big"):
        with models.use(name) as model:
            assert isinstance(model, Weight) and name in models.loaded
            del model
    assert loads == ["small", "big", "tiny", "huge", "big"]
    assert sorted(models.loaded) == ["big", "small", "tiny"]
    with pytest.raises(KeyError), models.use("other"):
        pass


def test_a_big_model_waits_until_nobody_uses_the_other():
    models, begun, asked = holder(), threading.Event(), []

    def want_huge():
        begun.set()
        with models.use("huge", lambda: bool(asked.append(models.loaded))) as model:
            asked.append(model)

    with models.use("big"), models.use("big"), models.use("small"):
        other = threading.Thread(target=want_huge)
        other.start()
        assert begun.wait(60)
        with models.use("huge", lambda: True) as never:
            assert never is None
        with models.use("tiny"):
            assert "big" in models.loaded and "huge" not in models.loaded
    other.join()
    assert isinstance(asked[-1], Weight) and all("big" in before for before in asked[:-1])
    assert "huge" in models.loaded and "big" not in models.loaded


def test_a_model_that_cannot_be_loaded_is_asked_for_again():
    answers = iter([OSError("no such file"), Weight()])

    def load(name):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    queue = JobQueue(ModelHolder(load, ["small", "other"], big=["small", "other"]))
    job = queue.submit("A", asks())
    assert job.wait(60) and job.state == "failed" and isinstance(job.error, OSError) and job.error.__traceback__ is None
    with queue.models.use("small") as model:
        assert isinstance(model, Weight)
