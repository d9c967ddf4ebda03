"""Let the project's own code run without its output or its logging becoming ours."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Swallow stdout and stderr, and put the logging set-up back as it was.

    An env.py calls fileConfig, which disables every logger there is; an application replaces the
    root's handlers. Both would outlive the question that was asked.
    """
    root = logging.getLogger()
    loggers = [
        logger
        for logger in logging.Logger.manager.loggerDict.values()
        if isinstance(logger, logging.Logger)
    ]
    before = [
        (logger, logger.disabled, logger.level, logger.propagate, list(logger.handlers))
        for logger in (root, *loggers)
    ]
    root.handlers[:] = [logging.NullHandler()]
    silent = io.StringIO()
    try:
        with contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent):
            yield
    finally:
        for logger, disabled, level, propagate, handlers in before:
            logger.disabled, logger.propagate = disabled, propagate
            logger.handlers[:] = handlers
            logger.setLevel(level)
