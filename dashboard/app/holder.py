"""The models in memory: one per server, not one per visitor, and of the big ones one at a time."""

import gc
import sys
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

GLANCE = 0.1  # seconds between two looks at `cancelled` while another big model is in use


class ModelHolder:
    """Loads a model when it is first asked for, and keeps it.

    Args:
        load: a name to a model; whatever it raises goes to who asked, and nothing is kept.
        names: what may be asked for.
        big: those of which only one fits in memory: another one takes its place once nobody uses it, and is not
            loaded before the first one is gone. The others stay.
    """

    def __init__(self, load: Callable[[str], object], names: Collection[str], big: Collection[str] = ()):
        self.names = tuple(names)
        self._load, self._big = load, frozenset(big)
        self._models: dict[str, object] = {}
        self._loading: set[str] = set()
        self._users = Counter()
        self._changed = threading.Condition()

    @property
    def loaded(self) -> tuple[str, ...]:
        """The names of the models in memory."""
        return tuple(self._models)

    @contextmanager
    def use(self, name: str, cancelled: Callable[[], bool] = lambda: False) -> Iterator[object]:
        """The model, which stays in memory until the block is over; None if `cancelled` came before it was there.

        Raises:
            KeyError: a name that is not listed.
        """
        if name not in self.names:
            raise KeyError(name)
        model = self._take(name, cancelled)
        if model is None:
            yield None
            return
        try:
            yield model
        finally:
            with self._changed:
                model = None
                self._users[name] -= 1
                self._changed.notify_all()

    def _take(self, name: str, cancelled: Callable[[], bool]):
        with self._changed:
            while name not in self._models and not self._may_load(name):
                if cancelled():
                    return None
                self._changed.wait(GLANCE)
            self._users[name] += 1
            if name in self._models:
                return self._models[name]
            self._loading.add(name)
            for other in self._big & self._models.keys() if name in self._big else ():
                del self._models[other]
        model = None
        try:  # meanwhile the models that are there can be used
            _give_back()
            model = self._load(name)
            return model
        finally:
            with self._changed:
                self._loading.remove(name)
                if model is None:
                    self._users[name] -= 1
                else:
                    self._models[name] = model
                self._changed.notify_all()

    def _may_load(self, name: str) -> bool:
        """Whether nobody else is loading it and, if it is big, whether no other big one is in use."""
        others = self._big - {name} if name in self._big else ()
        return name not in self._loading and not any(self._users[other] for other in others)


def _give_back() -> None:
    """What a model left behind, before the next one comes."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
