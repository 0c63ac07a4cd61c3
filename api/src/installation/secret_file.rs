//! Secrets that `vitrine up` makes and keeps in files. Only their owner can read them, and none is ever half written.

use anyhow::Context;
use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

/// The secret in a file; none if the file does not exist.
pub(crate) fn read(file: &Path) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

/// Writes a secret, and returns it. The file is written under another name and then renamed, so that a full disk or a
/// kill leaves no empty file. An existing file stays, unless it is empty.
pub(crate) fn write(file: &Path, secret: String) -> anyhow::Result<String> {
    let keep = || -> io::Result<()> {
        let folder = file.parent().unwrap_or(Path::new("."));
        // Only the owner can read a temporary file.
        let mut beside = tempfile::NamedTempFile::new_in(folder)?;
        writeln!(beside, "{secret}")?;
        beside.as_file().sync_all()?;
        if fs::read(file).is_ok_and(|found| found.trim_ascii().is_empty()) {
            fs::remove_file(file)?;
        }
        beside.persist_noclobber(file)?;
        File::open(folder)?.sync_all()
    };
    keep().with_context(|| format!("cannot write {}", file.display()))?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_secret_is_kept_for_its_owner_and_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        assert_eq!(read(&file).unwrap(), None);
        fs::write(&file, "").unwrap();
        assert_eq!(write(&file, "open sesame".into()).unwrap(), "open sesame");
        assert_eq!(read(&file).unwrap().as_deref(), Some("open sesame"));
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(write(&file, "another".into()).unwrap_err().to_string().contains("secret"));
        assert_eq!(read(&file).unwrap().as_deref(), Some("open sesame"));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
        assert!(read(folder.path()).is_err(), "what cannot be read is not missing");
    }
}
