"""Measures how much smaller thumbnails are as lossy WebP than as JPEG at equal quality, and how long both take.

Each photograph of packages.toml is made as small as the preset `thumbnail` and encoded as the product does: as a
baseline JPEG of quality 82 with colours at half of the size, by libjpeg-turbo. For each method of libwebp the quality
is searched at which the WebP is as good as that JPEG, by SSIMULACRA 2 (with colours) and by SSIM (of the luma).
`./dev thumbnails` runs it.
"""

import argparse
import io
import multiprocessing
import statistics
import time
from pathlib import Path

import fetch
import numpy
import reference
from PIL import Image
from skimage.metrics import structural_similarity
from ssimulacra2 import compute_ssimulacra2

EDGE = 320
METHODS = [2, 4]
SAME_PIXELS = {"JPEG, optimised": {"optimize": True}, "JPEG, progressive": {"progressive": True}}
# Between two neighbours, bytes and quality are nearly proportional.
QUALITIES = [50, 60, 70, 75, 80, 85, 90, 95, 100]
# Encoding takes milliseconds; the least of these is the time of the processor without other work.
REPEATS = 5


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=1, help="how many photographs at a time; more blur the times")
    parser.add_argument("--photographs", type=int, default=300, help="how many at most")
    options = parser.parse_args()
    photographs = list(distinct(fetch.fetch(fetch.LISTS["photographs"])))[: options.photographs]
    with multiprocessing.Pool(options.jobs) as pool:
        measured = list(pool.imap_unordered(measure, photographs))
    print(f"{len(measured)} photographs, {EDGE} pixels")
    for line in table(measured):
        print(line)


def distinct(folders):
    """Each photograph once: packages carry the same one at several sizes and under several names."""
    seen = set()
    for folder in folders:
        for path in sorted(folder.rglob("*"), key=lambda path: (-path.stat().st_size, path)):
            if path.suffix.lower() not in (".jpg", ".jpeg"):
                continue
            with Image.open(path) as opened:
                if min(opened.size) < EDGE or opened.mode != "RGB":
                    continue
                opened.draft("RGB", (64, 64))
                look = numpy.asarray(opened.convert("L").resize((8, 8), Image.Resampling.BOX), dtype=numpy.int16)
            # What is like another one, but for its size and coding, has these means in common.
            key = tuple((look // 16).flatten())
            if key not in seen:
                seen.add(key)
                yield path


def measure(path):
    """Bytes and seconds of the JPEG, and of the WebP of each method that is as good."""
    picture = reference.by_pillow(path)
    picture.thumbnail((EDGE, EDGE), Image.Resampling.BICUBIC, reducing_gap=3)
    original = io.BytesIO()
    picture.save(original, "PNG")
    jpeg, jpeg_seconds = encoded(picture, "JPEG", quality=82, subsampling="4:2:0")
    measured = {"jpeg": (len(jpeg), jpeg_seconds)}
    # The same pixels in fewer bytes: with Huffman tables of their own, and in several passes.
    for name, options in SAME_PIXELS.items():
        smaller, seconds = encoded(picture, "JPEG", quality=82, subsampling="4:2:0", **options)
        measured[name] = (len(smaller), seconds)
    for name, metric in (("SSIMULACRA 2", ssimulacra2), ("SSIM", ssim)):
        wanted = metric(original, jpeg)
        for method in METHODS:
            measured[name, method] = as_good(picture, method, lambda file: metric(original, file) - wanted)
    return measured


def encoded(picture, kind, **options):
    seconds = []
    for _ in range(REPEATS):
        file = io.BytesIO()
        begun = time.thread_time()
        picture.save(file, kind, **options)
        seconds.append(time.thread_time() - begun)
    return file.getvalue(), min(seconds)


def as_good(picture, method, better_by):
    """The bytes at equal quality, between two neighbouring qualities, and the seconds at the nearer one."""
    tried = {}

    def at(place):
        if place not in tried:
            file = io.BytesIO()
            picture.save(file, "WEBP", quality=QUALITIES[place], method=method)
            tried[place] = (len(file.getvalue()), better_by(file.getvalue()))
        return tried[place]

    place = QUALITIES.index(85)
    while at(place)[1] < 0 and place < len(QUALITIES) - 1:
        place += 1
    while place > 0 and at(place - 1)[1] >= 0:
        place -= 1
    (large, better), (small, worse) = at(place), at(max(0, place - 1))
    # Not even the best is as good where colours matter most, because WebP always halves their size.
    share = better / (better - worse) if better > 0 > worse else 0
    return large - share * (large - small), encoded(picture, "WEBP", quality=QUALITIES[place], method=method)[1], better < 0


def ssimulacra2(original, file):
    original.seek(0)
    return compute_ssimulacra2(original, io.BytesIO(file))


def ssim(original, file):
    original.seek(0)
    one, other = (numpy.asarray(Image.open(of).convert("L")) for of in (original, io.BytesIO(file)))
    return structural_similarity(one, other, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)


def table(measured):
    jpeg = sum(one["jpeg"][0] for one in measured)
    jpeg_time = statistics.median(one["jpeg"][1] for one in measured)
    count = len(measured)
    yield "| equal in | encoder | a thumbnail | smaller by | never as good | time (median) | of JPEG's |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    yield f"| – | JPEG, libjpeg-turbo | {jpeg / count / 1000:.1f} kB | – | – | {jpeg_time * 1000:.2f} ms | – |"
    for name in SAME_PIXELS:
        bytes_, seconds = zip(*(one[name] for one in measured))
        took = statistics.median(seconds)
        yield (
            f"| all | {name} | {sum(bytes_) / count / 1000:.1f} kB | {1 - sum(bytes_) / jpeg:.1%} "
            f"| – | {took * 1000:.2f} ms | {took / jpeg_time:.1f} × |"
        )
    for name in ("SSIMULACRA 2", "SSIM"):
        for method in METHODS:
            bytes_, seconds, never = zip(*(one[name, method] for one in measured))
            took = statistics.median(seconds)
            yield (
                f"| {name} | WebP, method {method} | {sum(bytes_) / count / 1000:.1f} kB | {1 - sum(bytes_) / jpeg:.1%} "
                f"| {sum(never)} | {took * 1000:.1f} ms | {took / jpeg_time:.0f} × |"
            )


if __name__ == "__main__":
    main()
