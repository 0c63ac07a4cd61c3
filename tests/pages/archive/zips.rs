//! Reads archives: with the programs that people unpack them with, and in a hurry only the names.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The files of an archive, unpacked by `unzip`, which also checks them; and checked by Python, where it is installed.
pub(crate) fn unzipped(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder");
    let zip = folder.path().join("archive.zip");
    fs::write(&zip, bytes).expect("a file");
    run("unzip", &[Path::new("-tqq"), &zip]);
    let to = folder.path().join("unpacked");
    run("unzip", &[Path::new("-qq"), &zip, Path::new("-d"), &to]);
    checked_by_python(&zip);
    let mut files = BTreeMap::new();
    for path in below(to.clone()) {
        let name = path.strip_prefix(&to).expect("below").to_str().expect("UTF-8").to_owned();
        files.insert(name, fs::read(&path).expect("a file"));
    }
    files
}

/// What Python says of each file: name, size, mode, date, extra fields. None without Python.
pub(super) fn told_by_python(bytes: &[u8]) -> Option<serde_json::Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let zip = folder.path().join("archive.zip");
    fs::write(&zip, bytes).expect("a file");
    checked_by_python(&zip)
}

fn checked_by_python(zip: &Path) -> Option<serde_json::Value> {
    let program = "import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps([[i.filename, i.file_size, i.external_attr >> 16, list(i.date_time), i.flag_bits, i.create_system,
        i.extra.hex()] for i in z.infolist()]))";
    let output = Command::new("python3").args(["-c", program]).arg(zip).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}

fn run(program: &str, arguments: &[&Path]) -> Output {
    let output = Command::new(program).env("LC_ALL", "C.UTF-8").args(arguments).output();
    let output = output.expect("the program is installed; ./dev test sees to that");
    assert!(output.status.success(), "{program}: {output:?}");
    output
}

fn below(folder: PathBuf) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { below(path) } else { vec![path] }).collect()
}

/// The names in the central directory of an archive without ZIP64.
pub(super) fn names(bytes: &[u8]) -> Vec<String> {
    let number = |at: usize, len: usize| bytes[at..at + len].iter().rev().fold(0, |n, b| n << 8 | usize::from(*b));
    let end = bytes.len() - 22;
    assert_eq!(bytes[end..end + 4], *b"PK\x05\x06");
    let (count, mut at) = (number(end + 10, 2), number(end + 16, 4));
    let mut names = Vec::new();
    for _ in 0..count {
        let [name, extra] = [28, 30].map(|field| number(at + field, 2));
        names.push(String::from_utf8(bytes[at + 46..at + 46 + name].to_vec()).expect("UTF-8"));
        at += 46 + name + extra;
    }
    names
}
