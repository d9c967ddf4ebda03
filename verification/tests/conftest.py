"""What holds for every test: signals mean what they mean in a terminal."""

import signal

# Whoever starts the tests in the background of a script or under nohup has these ignored, and
# every process that a test starts would inherit that.
for each in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(each) is signal.SIG_IGN:
        signal.signal(each, signal.default_int_handler if each is signal.SIGINT else signal.SIG_DFL)
