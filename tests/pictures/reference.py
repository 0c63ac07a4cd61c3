"""What a file shows, as Pillow or ImageMagick decodes it: upright, in sRGB, over white."""

import io
import subprocess
import tempfile
from pathlib import Path
from shutil import which

import numpy
import pillow_heif
from PIL import Image, ImageCms, ImageFile, ImageOps

pillow_heif.register_heif_opener()
# Browsers show what is there of a cut picture, and so do we.
ImageFile.LOAD_TRUNCATED_IMAGES = True
# Larger ones are refused by us, too.
Image.MAX_IMAGE_PIXELS = 250_000_000

SRGB = ImageCms.createProfile("sRGB")
MAGICK = which("magick") or which("convert-im6.q16")
SECONDS = 60


class Unusable(Exception):
    """The reference cannot show the file."""


def by_pillow(path):
    try:
        with Image.open(path) as picture:
            picture.load()
            return shown(picture)
    except Exception as error:
        raise Unusable(f"Pillow: {error}") from error


def by_magick(path):
    """The first page or frame. It writes a TIFF, which keeps CMYK, alpha and the profile."""
    if not MAGICK:
        raise Unusable("ImageMagick is not installed")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.tiff"
        limits = ["-limit", "memory", "1GiB", "-limit", "map", "1GiB", "-limit", "disk", "2GiB"]
        command = [MAGICK, *limits, f"{path}[0]", "-auto-orient", "-depth", "8", "-compress", "none", str(made)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS)
        except subprocess.TimeoutExpired as error:
            raise Unusable("ImageMagick takes too long") from error
        if not made.exists():
            raise Unusable(f"ImageMagick: {done.stderr.decode(errors='replace').strip()[-200:]}")
        return by_pillow(made)


def shown(picture):
    """An RGB picture: with the colours that its profile means, upright, over white."""
    profile = picture.info.get("icc_profile")
    picture = ImageOps.exif_transpose(picture)
    picture = eight_bits(picture)
    alpha = alpha_of(picture)
    picture = in_srgb(picture, profile)
    if alpha is None:
        return picture
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=alpha)
    return white


def eight_bits(picture):
    if picture.mode.startswith("I;16"):
        samples = numpy.asarray(picture).astype(numpy.float64) / 257
        return Image.fromarray(numpy.round(samples).astype(numpy.uint8))
    if picture.mode in ("I", "F"):
        raise Unusable(f"Pillow does not say what white is in samples of mode {picture.mode}")
    return picture


def alpha_of(picture):
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        return picture.convert("RGBA").getchannel("A")
    return None


def in_srgb(picture, profile):
    mode = {"LA": "L", "1": "L", "P": "RGB", "PA": "RGB", "RGBA": "RGB", "RGBa": "RGB"}.get(picture.mode, picture.mode)
    if picture.mode in ("P", "PA", "RGBA", "RGBa", "LA"):
        # Through RGBA, so that the colours of transparent pixels stay what they are.
        picture = picture.convert("RGBA").convert("RGB").convert(mode)
    elif picture.mode == "1":
        picture = picture.convert("L")
    if profile and mode in ("L", "RGB", "CMYK", "LAB"):
        try:
            opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            space = opened.profile.xcolor_space.strip()
            if {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK", "LAB": "Lab"}[mode] == space:
                return ImageCms.profileToProfile(picture, opened, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            # A broken profile is none.
            pass
    if picture.mode == "LAB":
        return ImageCms.profileToProfile(picture, ImageCms.createProfile("LAB", 5000), SRGB, outputMode="RGB")
    return picture.convert("RGB")


def difference(ours, theirs, is_jpeg):
    """How far two pictures are apart at the size of ours, in steps of 255.

    It is the largest difference of any colour in the mean of squares of eight pixels: the filter that made a picture
    smaller does not move these means, while a wrong colour, a shifted or a missing part does. Theirs becomes a JPEG if
    ours is one, because the coding of thin lines moves them, too.
    """
    theirs = theirs.resize(ours.size, Image.Resampling.BICUBIC, reducing_gap=3)
    if is_jpeg:
        coded = io.BytesIO()
        theirs.save(coded, "JPEG", quality=82, subsampling="4:2:0")
        theirs = Image.open(coded)
    grid = tuple(max(1, edge // 8) for edge in ours.size)
    one, other = (
        numpy.asarray(picture.resize(grid, Image.Resampling.BOX), dtype=numpy.int16) for picture in (ours, theirs)
    )
    return int(numpy.abs(one - other).max())
