"""A loss of power, simulated: every write of SQLite that was not synced is taken back.

``powercut.c`` is preloaded into the processes; what it kept at each sync is put in the place of the
files once they are killed.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("powercut.c")


class NoCompiler(Exception):
    """There is nothing to build the preloaded library with; the message says so."""


def environment(folder: Path, built: Path) -> dict[str, str]:
    """What the processes whose power is to be cut are started with. ``folder``: below it stand the
    databases; ``built``: a folder for the library. Raises NoCompiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise NoCompiler("no C compiler: apt install gcc")
    library = built / "powercut.so"
    if not library.exists():
        command = [compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"]
        subprocess.run([str(part) for part in command], check=True, capture_output=True)
    return {"LD_PRELOAD": str(library), "POWERCUT_FOLDER": str(folder.resolve())}


def whole(folder: Path) -> None:
    """What stands below ``folder`` now is on disk, whoever wrote it."""
    for file in folder.glob("*.db*"):
        if not file.name.endswith("-shm"):
            shutil.copyfile(file, file.with_name(f"{file.name}.synced"))


def cut(folder: Path) -> list[str]:
    """Puts every database file below ``folder`` back to its last sync; names those that changed.
    To be called when no process holds them."""
    changed = []
    for file in sorted(folder.glob("*.db*")):
        if ".synced" in file.name:
            continue
        if file.name.endswith("-shm"):  # shared memory: nothing of it is on disk
            file.unlink()
            continue
        kept = file.with_name(f"{file.name}.synced")
        if kept.exists():
            before = file.read_bytes()
            shutil.copyfile(kept, file)
            if before != file.read_bytes():
                changed.append(file.name)
        else:
            file.unlink()
            changed.append(file.name)
    return changed
