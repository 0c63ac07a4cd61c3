"""Renders every test image that registry packages carry, and compares each with other decoders.

It prints what was made, what was refused and why, and names each file that crashed or hung, each that failed by no
fault of its own, and each whose thumbnail is not what Pillow or ImageMagick shows. `./dev pictures` runs it.

The exit code is 1 if a file crashed, hung or failed, or differs although known.toml does not say why.
"""

import argparse
import fnmatch
import hashlib
import json
import multiprocessing
import os
import resource
import signal
import subprocess
import tempfile
import time
import tomllib
from collections import defaultdict
from pathlib import Path

import fetch
import reference

HERE = Path(__file__).resolve().parent
# As much as the programs that we start may have.
MEMORY = 4 * 1024**3
# The crate stops by itself after a minute of processor time, and programs after four.
SECONDS = 300
# Larger differences than these are named, in steps of 255.
BOUND = 12
KNOWN = tomllib.loads((HERE / "known.toml").read_text())["different"]


def main():
    options = arguments()
    folders = [Path(folder) for folder in options.folders] or fetch.fetch(fetch.LISTS)
    files = list(distinct(folders))
    print(f"{len(files)} different files; this takes a while", flush=True)
    with multiprocessing.Pool(options.jobs, init, [options.renderer]) as pool:
        found = []
        for one in pool.imap_unordered(examined, files, chunksize=4):
            found.append(one)
            if options.verbose:
                print(json.dumps(one), flush=True)
    if options.results:
        Path(options.results).write_text(json.dumps(found, indent=1))
    raise SystemExit(told(found))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", help="folders of pictures, instead of those of packages.toml")
    parser.add_argument("--renderer", required=True, type=Path, help="the example render_file")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many files at a time")
    parser.add_argument("--results", help="where to write all results as JSON")
    parser.add_argument("--verbose", action="store_true", help="print each result")
    return parser.parse_args()


def distinct(folders):
    """Each file once, whatever its name: packages carry the same ones."""
    seen = set()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or not fetch.is_picture(path.name):
                continue
            digest = hashlib.sha256(path.read_bytes()).digest()
            if digest not in seen:
                seen.add(digest)
                yield path, f"{folder.name}/{path.relative_to(folder)}"


def init(renderer):
    global RENDERER
    RENDERER = renderer.resolve()


def examined(file):
    path, name = file
    with tempfile.TemporaryDirectory() as folder:
        result = rendered(path, Path(folder))
        result["name"] = name
        thumbnail = next((made for made in result.get("pictures", []) if made["file"].startswith("thumbnail.")), None)
        if thumbnail:
            result.update(apart(lambda: compared(path, Path(folder) / thumbnail["file"], result)))
        elif "refused" in result:
            result.update(apart(lambda: {"shown_by_pillow": is_shown_by_pillow(path)}))
    return result


def rendered(path, folder):
    """What our code makes of the file, in a process with limits."""
    begun = time.monotonic()
    with open(folder / "stderr", "w+b") as stderr:
        process = subprocess.Popen(
            [RENDERER, path, folder],
            stdout=subprocess.PIPE,
            stderr=stderr,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
            env={**os.environ, "TMPDIR": str(folder), "RUST_BACKTRACE": "0"},
        )
        try:
            stdout, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return {"hung": f"it was not done after {SECONDS} s"}
        stderr.seek(0)
        said = stderr.read().decode(errors="replace").strip()
    seconds = round(time.monotonic() - begun, 1)
    # A panic that was caught is the fault of a decoder, too.
    if process.returncode != 0 or "panicked at" in said:
        return {"crashed": f"exit code {process.returncode}: {said[:500]}", "seconds": seconds}
    return {**json.loads(stdout), "seconds": seconds}


def apart(work):
    """Runs work in a process of its own, because other decoders crash, too."""
    out_of, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out_of)
        resource.setrlimit(resource.RLIMIT_AS, (2 * MEMORY, 2 * MEMORY))
        signal.alarm(2 * reference.SECONDS)
        # What the libraries below print is of no interest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        with open(into, "w") as answer:
            answer.write(json.dumps(work()))
        os._exit(0)
    os.close(into)
    with open(out_of) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return json.loads(said) if said else {"unknown": "the reference crashed or hung"}


def compared(path, thumbnail, result):
    """How far the thumbnail is from what others show. The second one is asked where the first one disagrees."""
    ours = reference.by_pillow(thumbnail)
    differences, reasons = {}, []
    for name, open_by in [("Pillow", reference.by_pillow), ("ImageMagick", reference.by_magick)]:
        try:
            theirs = open_by(path)
        except reference.Unusable as error:
            reasons.append(str(error))
            continue
        differences[name] = measured(ours, theirs, result, thumbnail.suffix == ".jpg")
        if differences[name] <= BOUND:
            break
    return {"differences": differences} if differences else {"unknown": "; ".join(reasons)}


def is_shown_by_pillow(path):
    try:
        reference.by_pillow(path)
        return True
    except reference.Unusable:
        return False


def measured(ours, theirs, result, is_jpeg):
    """Another shape is another picture: it differs as far as can be."""
    shapes = [width / height for width, height in [(result["width"], result["height"]), theirs.size]]
    return reference.difference(ours, theirs, is_jpeg) if 0.97 < shapes[0] / shapes[1] < 1.03 else 255


def known(name):
    return next((reason for pattern, reason in KNOWN.items() if fnmatch.fnmatch(name, pattern)), None)


def told(found):
    """Prints what was found, worst last, and returns the exit code."""
    by = defaultdict(list)
    for one in found:
        by[outcome(one)].append(one)
    print(f"\nmade: {len(by['alike']) + len(by['different']) + len(by['known']) + len(by['unknown'])}")
    print(f"  as Pillow or ImageMagick shows it, by at most {BOUND}: {len(by['alike'])}")
    print(f"  nothing to compare with: {len(by['unknown'])}")
    grouped("no pictures are made of this kind", by["none"], lambda one: one["type"])
    refused(by["refused"])
    grouped("different, and known why", by["known"], lambda one: known(one["name"]))
    slowest = sorted(found, key=lambda one: -one.get("seconds", 0))[:5]
    print("\nslowest: " + ", ".join(f"{one['name']} ({one.get('seconds')} s)" for one in slowest))
    listed("different", sorted(by["different"], key=lambda one: -nearest(one)), shown_difference)
    listed("failed by no fault of the file", by["failed"], lambda one: one["failed"])
    listed("crashed", by["crashed"], lambda one: one["crashed"])
    listed("hung", by["hung"], lambda one: one["hung"])
    return 1 if any(by[name] for name in ("different", "failed", "crashed", "hung")) else 0


def outcome(one):
    for name in ("hung", "crashed", "failed", "refused", "none", "unknown"):
        if name in one:
            return name
    if nearest(one) <= BOUND:
        return "alike"
    return "known" if known(one["name"]) else "different"


def nearest(one):
    return min(one["differences"].values())


def shown_difference(one):
    return ", ".join(f"{difference} from {name}" for name, difference in one["differences"].items())


def grouped(title, found, reason_of):
    print(f"\n{title}: {len(found)}")
    groups = defaultdict(list)
    for one in found:
        groups[reason_of(one)].append(one["name"])
    for reason, names in sorted(groups.items(), key=lambda group: -len(group[1])):
        print(f"  {len(names):4} {reason} (as {names[0]})")


def refused(found):
    """Why, and first the files that Pillow shows all the same, because those are more likely to be wanted."""
    shown = [one for one in found if one.get("shown_by_pillow")]
    others = [one for one in found if not one.get("shown_by_pillow")]
    reason = lambda one: f"{one['type']}: {one['refused']}"
    grouped("refused, and Pillow shows something", shown, reason)
    grouped("refused, and Pillow shows nothing", others, reason)


def listed(title, found, reason_of):
    print(f"\n{title}: {len(found)}")
    for one in found:
        print(f"  {one['name']}: {reason_of(one)}")


if __name__ == "__main__":
    main()
