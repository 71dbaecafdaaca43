"""Python's collector of unreachable things, which costs a start 30 ms and finds nothing: what a start makes, stays."""

import gc


def pause() -> None:
    """Collect nothing until `resume`."""
    gc.disable()


def resume() -> None:
    """Collect again, without ever looking through what is there by now; does nothing when nobody paused it."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
