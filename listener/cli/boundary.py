"""The one place where what goes wrong becomes one sentence that says what to do, in the service's
language. What is no fault of a database, a file, an address or a model is a bug: it passes."""

from __future__ import annotations

import errno

from sqlalchemy import exc

from listener.cli.models import ModelError
from listener.cli.opening import DatabaseTrouble
from listener.running.queues import QueueAddressError
from listener.running.supervise import AlreadyRunningError
from listener.serving.listen import CannotListenError
from listener.settings.values import MissingSecretError
from listener.store.faults import driver_text, fault_of
from listener.store.migrate import SchemaMismatch
from listener.store.same_file import FileLost
from listener.store.session import NoDatabase
from listener.words import Words

_FILES = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EROFS: "readonly",
    errno.EACCES: "closed",
    errno.EPERM: "closed",
    errno.ENOENT: "missing",
    errno.EISDIR: "folder",
    errno.ENOTDIR: "no_folder",
    errno.EEXIST: "no_folder",
}


def sentence(error: BaseException, words: Words) -> str | None:
    """What to tell of ``error``; None where it is something else, a bug among others."""
    aside = words.aside
    match error:
        case BaseExceptionGroup():
            sentences = [sentence(inner, words) for inner in error.exceptions]
            return sentences[0] if all(sentences) else None
        case DatabaseTrouble():
            return error.say(words)
        case NoDatabase():
            key = "fault.none_running" if error.pid else "fault.none"
            return words.say(key, where=aside(str(error.path)), pid=str(error.pid))
        case SchemaMismatch():
            key = f"fault.schema.{error.kind}"
            return words.say(key, found=aside(error.found), needed=aside(error.needed))
        case MissingSecretError():
            return words.say("fault.secret", name=aside(str(error)))
        case QueueAddressError():
            return words.say("fault.queue")
        case CannotListenError():
            said = {"where": error.listen, "why": error.why, "key": error.key}
            return words.say("fault.listen", **{name: aside(text) for name, text in said.items()})
        case AlreadyRunningError():
            return words.say("fault.running", where=aside(str(error.folder)), pid=aside(error.pid))
        case ModelError():
            return words.say("fault.model", why=aside(str(error).rstrip(".")))
        case UnicodeDecodeError():
            return words.say("fault.text", at=str(error.start))
        case exc.SQLAlchemyError() | FileLost():
            fault = fault_of(error)
            if fault is None:
                return None
            what = words.say(f"fault.{fault}", why=aside(driver_text(error)))
            return words.say("fault.database", what=what)
        case BrokenPipeError():  # whoever read has gone: click ends in silence
            return None
        case OSError():
            return _of_system(error, words)
        case _:
            return None


def _of_system(error: OSError, words: Words) -> str:
    why = words.aside(driver_text(error))
    if error.filename is None:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        return words.say("fault.no_room") if full else words.say("fault.network", why=why)
    kind = _FILES.get(error.errno or 0, "other")
    return words.say(f"fault.file.{kind}", where=words.aside(str(error.filename)), why=why)
