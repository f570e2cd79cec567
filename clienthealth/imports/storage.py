"""The bytes of uploads, kept in the database in chunks: web and worker may be different machines."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from clienthealth.imports.models import Upload, UploadChunk

CHUNK = 1 << 20
Part = UploadChunk.Part


def keep(upload: Upload, pieces: Iterable[bytes], part: str = Part.FILE) -> tuple[int, str]:
    """Store bytes in place of what the part held, each chunk in a transaction of its own; size and SHA-256."""
    UploadChunk.objects.filter(upload=upload, part=part).delete()
    digest, size = hashlib.sha256(), 0
    for number, data in enumerate(_chunks(pieces)):
        digest.update(data)
        size += len(data)
        UploadChunk.objects.create(upload=upload, part=part, number=number, data=data)
    return size, digest.hexdigest()


def pieces_of(upload: Upload, part: str = Part.FILE) -> Iterator[bytes]:
    """The bytes of a part, a chunk at a time; none where they are not kept any more."""
    chunks = UploadChunk.objects.filter(upload=upload, part=part)
    for number in range(chunks.count()):
        yield bytes(chunks.values_list("data", flat=True).get(number=number))


def is_kept(upload: Upload, part: str = Part.FILE) -> bool:
    return UploadChunk.objects.filter(upload=upload, part=part, number=0).exists()


@contextmanager
def spooled(upload: Upload) -> Iterator[Path]:
    """The uploaded file on disk under its own name, for as long as the block runs."""
    folder = Path(tempfile.mkdtemp(prefix="clienthealth-upload-"))
    try:
        path = folder / safe_name(upload.name)
        with path.open("wb") as file:
            for data in pieces_of(upload):
                file.write(data)
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def safe_name(name: str) -> str:
    """A name that cannot lead out of a folder, nor be too long for a file system; its ending stays."""
    flat = name.replace("/", "_").replace("\\", "_").lstrip(".") or "file.csv"
    while len(flat.encode()) > 200:
        flat = flat[1:]
    return flat


def drop(upload_ids: list[int]) -> int:
    """Let go of the files of these uploads, one at a time; what was rejected of them stays."""
    gone = 0
    for upload_id in upload_ids:
        rows = UploadChunk.objects.filter(upload=upload_id, part=Part.FILE)
        gone += rows._raw_delete(rows.db)
    return gone


def _chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of one size."""
    rest = b""
    for piece in pieces:
        rest += piece
        while len(rest) >= CHUNK:
            yield rest[:CHUNK]
            rest = rest[CHUNK:]
    if rest:
        yield rest
