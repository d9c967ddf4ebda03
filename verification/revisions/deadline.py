"""No project code runs for ever: at the deadline its sessions end, and then its thread is woken."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

GRACE = 2.0  # seconds between the two


class Expired(BaseException):
    """The deadline has passed; no `except Exception` of the project's may swallow it."""


@contextlib.contextmanager
def deadline(seconds: float, end_sessions: Callable[[], object]) -> Iterator[threading.Event]:
    """Raise Expired in the code inside once the time is over, even if it sleeps.

    A thread that waits for the server is woken by the end of its session. One that waits for
    anything else needs a signal, which only the main thread of a Unix process can be given. The
    event is set once the time is over.
    """
    wakeable = threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGALRM")
    over, expired = threading.Event(), threading.Event()
    main = threading.get_ident()

    def watch() -> None:
        if over.wait(seconds):
            return
        expired.set()
        with contextlib.suppress(Exception):
            end_sessions()
        while wakeable and not over.wait(GRACE):
            signal.pthread_kill(main, signal.SIGALRM)

    def wake(_number: int, _frame: FrameType | None) -> None:
        if expired.is_set() and not over.is_set():
            raise Expired

    before = signal.signal(signal.SIGALRM, wake) if wakeable else None
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield expired
    except Exception as error:
        if expired.is_set():
            raise Expired from error
        raise
    finally:
        over.set()
        watcher.join()
        if wakeable:
            signal.signal(signal.SIGALRM, before)
