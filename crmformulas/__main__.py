"""``python -m crmformulas`` and the ``crmf`` command."""

# All that is loaded before an interruption is heard of; site has loaded os and sys.
import _signal  # type: ignore[import-not-found]
import os
import sys

INTERRUPTED = b"crmf: interrupted; nothing is left half done\n"


def main() -> None:
    """Run the command, or say in one line what is not installed; never returns."""
    # Until the command is loaded there is nothing to tidy up, and libraries do not expect a
    # KeyboardInterrupt while they are imported.
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _end)
    _open_streams()
    _read_utf8()
    import gc
    from contextlib import suppress

    # A run keeps nearly all it makes; looking it over again and again is 7 % of a short one.
    gc.set_threshold(100_000)
    status: object = 0
    try:
        from crmformulas.cli.main import run

        run()
    except ModuleNotFoundError as missing:
        if not missing.name or missing.name.startswith("crmformulas"):
            raise
        needs = f"pip install 'crmformulas[{_extra(sys.argv[1:])}]'"
        status = _fail(f"{missing.name} is not installed; run: {needs}")
    except (ImportError, MemoryError) as error:
        # Such as too little memory for a library.
        status = _fail(f"a part can't be loaded: {' '.join(str(error).split()) or 'out of memory'}")
    except SystemExit as end:
        status = end.code
    # All is written and closed by now; taking the interpreter apart is a tenth of a short run.
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # the command has said so
            stream.flush()
    os._exit(status if isinstance(status, int) else 0)


EXTRAS = {
    "cli": "calc formulas completion sheets calc-addin --help --version -h",
    "cli,excel": "excel template",
    "report": "report",
    "web": "--web",
    "tui": "browse",
}
"""What commands need; others count orders."""


def _extra(arguments: list[str]) -> str:
    """The extra that a command needs, all of which is said at once."""
    for extra, words in EXTRAS.items():
        if not set(words.split()).isdisjoint(arguments):
            return extra
    return "orders,cli"


def _end(number: int, frame: object) -> None:
    try:
        os.write(2, INTERRUPTED)
    finally:
        os._exit(130)


def _fail(message: str) -> int:
    from contextlib import suppress

    with suppress(OSError):
        print(f"crmf: {message}", file=sys.stderr)
    return 2


def _open_streams() -> None:
    """Give streams that the caller closed to nobody, before a file gets the number of one."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def _read_utf8() -> None:
    """Begin again with UTF-8 where the locale leaves Python no more than ASCII."""
    if sys.getfilesystemencoding() == "ascii" and sys.flags.utf8_mode == 0:
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


if __name__ == "__main__":
    main()
