"""Events of the Linux kernel, through watchdog's InotifyFD.

Not through its Observer: that one watches folders nobody means (`.git`, environments), passes over folders for which
the system has no watch left, holds renames back for half a second, and does not tell that the kernel dropped events.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from watchdog.observers.inotify_c import CallbackId, InotifyConstants, InotifyEvent, InotifyFD, Mask, WatchDescriptor

from instrumenter.watch.events import Event, NoEventsError, Sink
from instrumenter.watch.territory import Territory

_MASK = Mask(
    InotifyConstants.IN_CREATE
    | InotifyConstants.IN_MODIFY
    | InotifyConstants.IN_CLOSE_WRITE
    | InotifyConstants.IN_MOVED_FROM
    | InotifyConstants.IN_MOVED_TO
    | InotifyConstants.IN_DELETE
    | InotifyConstants.IN_ONLYDIR
    | InotifyConstants.IN_DONT_FOLLOW
)
_LIMITS = {
    errno.ENOSPC: "the system has no inotify watches left (raise them: sysctl fs.inotify.max_user_watches=524288)",
    errno.EMFILE: "the system has no inotify instances left (raise them: sysctl fs.inotify.max_user_instances=1024)",
}
_GONE = (errno.ENOENT, errno.ENOTDIR)


class Inotify:
    """A source that asks for the events of each folder of the territory; `on_...` runs in a thread of watchdog's."""

    def __init__(self, territory: Territory, sink: Sink) -> None:
        self._territory = territory
        self._sink = sink
        self._id = CallbackId(id(self))
        self._paths: dict[WatchDescriptor, Path] = {}
        self._watches: dict[Path, WatchDescriptor] = {}
        try:
            self._inotify = InotifyFD()
        except OSError as error:
            raise _no_events(error) from error

    def start(self) -> None:
        """Watch all folders; NoEventsError if the system has not enough watches."""
        for folder in self._territory.starts:
            self._watch_below(folder)
        self._inotify.start()

    def stop(self) -> None:
        """Give the watches back."""
        if self._inotify.is_alive():
            self._inotify.stop()
            self._inotify.join()
        else:
            self._inotify.close()

    def on_event(self, event: InotifyEvent) -> None:
        """Tell of one event."""
        folder = self._paths.get(event.wd)
        if folder is None or not event.name:
            return
        path = folder / os.fsdecode(event.name)
        if event.is_directory:
            self._on_folder(path, event)
        elif self._territory.has_file(path):
            self._sink(Event(path, is_complete=event.is_close_write or event.is_moved_to))

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        """A folder is gone, and with it the kernel's watch."""
        path = self._paths.pop(wd, None)
        if path is not None and self._watches.get(path) == wd:
            del self._watches[path]

    def on_queue_overflow(self) -> None:
        """The kernel dropped events: nobody knows which, folders' among them."""
        for folder in self._territory.starts:
            self._try_watch_below(folder)
        self._sink(Event(None))

    def _on_folder(self, path: Path, event: InotifyEvent) -> None:
        if not self._territory.has_folder(path):
            return
        if event.is_moved_from or event.is_delete:
            self._leave(path)
            self._sink(Event(path, is_complete=False, is_folder=True))
        elif event.is_create or event.is_moved_to:
            # What was put there before it was watched has no events.
            self._try_watch_below(path)
            for folder in self._territory.folders(path):
                for file in self._territory.files(folder):
                    self._sink(Event(file, is_complete=event.is_moved_to))

    def _try_watch_below(self, folder: Path) -> None:
        try:
            self._watch_below(folder)
        except NoEventsError as error:
            self._sink(Event(None, failure=error))

    def _watch_below(self, top: Path) -> None:
        for folder in self._territory.folders(top):
            self._watch(folder)

    def _watch(self, folder: Path) -> None:
        if folder in self._watches:
            return
        try:
            wd = self._inotify.add_callback(os.fsencode(folder), _MASK, self, self._id)
        except OSError as error:
            if error.errno in _GONE:
                return
            raise _no_events(error) from error
        self._paths[wd] = folder
        self._watches[folder] = wd

    def _leave(self, top: Path) -> None:
        below = {path: wd for path, wd in self._watches.items() if path.is_relative_to(top)}
        self._inotify.remove_callbacks([(wd, self._id) for wd in below.values()])
        for path, wd in below.items():
            del self._watches[path]
            self._paths.pop(wd, None)


def _no_events(error: OSError) -> NoEventsError:
    return NoEventsError(_LIMITS.get(error.errno or 0, f"inotify does not work here ({error.strerror or error})"))
