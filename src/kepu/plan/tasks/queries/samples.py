"""The sample plans that lie beside the third door."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

SUFFIXES = frozenset({".docx", ".txt", ".html", ".pdf"})


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample plan: its file, and what its first line says."""

    name: str
    path: Path

    @property
    def title(self) -> str:
        """The file's name without its ending."""
        return self.path.stem

    @property
    def suffix(self) -> str:
        """The file's ending, for the reader."""
        return self.path.suffix

    @property
    def kilobytes(self) -> int:
        """Its size."""
        return max(1, self.path.stat().st_size // 1024)


def sample_plans() -> tuple[Sample, ...]:
    """Every sample plan of `examples/plans`, by name; none where the folder is not there."""
    folder = settings.KEPU_ROOT / "examples" / "plans"
    if not folder.is_dir():
        return ()
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.suffix in SUFFIXES)
    return tuple(Sample(file.name, file) for file in files)


def sample_named(name: str) -> Sample | None:
    """The sample with a name; nothing outside the folder answers to one."""
    return next((sample for sample in sample_plans() if sample.name == name), None)
