"""Font files for what we set ourselves. They come from wheels: a fresh machine without any font sets the same page."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path


@dataclass(frozen=True)
class Face:
    """One font file, and the CSS family, weight and style under which a page asks for it."""

    family: str
    weight: int
    style: str
    package: str
    file: str

    @property
    def path(self) -> Path:
        return Path(str(files(self.package) / "files" / self.file))
