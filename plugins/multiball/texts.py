"""Input files: whether one exists, whether it can be read, and its text. InputError names a file that cannot be read."""

from __future__ import annotations

import stat
from pathlib import Path

from multiball.shapes import InputError


def is_there(file: Path) -> bool:
    """Whether the path exists. A dangling link or a path without permission counts: reading it reports what is wrong."""
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass
    return True


def require_file(file: Path) -> None:
    """InputError unless it is a regular file that can be opened. A pipe is refused, because reading it would block."""
    where = str(file)
    try:
        mode = file.stat().st_mode
        if stat.S_ISDIR(mode):
            raise InputError("is a folder, and a file is needed", where=where, remedy="Give a file.")
        if not stat.S_ISREG(mode):
            raise InputError("is not a regular file", where=where, remedy="Give a file on a disk; a pipe or a device cannot be read.")
        file.open("rb").close()
    except FileNotFoundError as error:
        what = "is a link to a file that does not exist" if file.is_symlink() else "there is no such file"
        raise InputError(what, where=where, remedy="Check the path.") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(f"cannot be read ({reason})", where=where, remedy="Give a file that you are allowed to read.") from error


def utf8_text(file: Path) -> str:
    """The text of the file. InputError if it is not a file, cannot be read, or is not valid UTF-8."""
    require_file(file)
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"is not valid UTF-8 (byte {error.start + 1})", where=str(file), remedy="Save it as UTF-8.") from error
