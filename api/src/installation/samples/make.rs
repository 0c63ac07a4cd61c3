//! Makes the sample library.

use super::{
    Report, SamplesError, generated,
    licences::{PHOTOGRAPHS, Source, VIDEO},
    special::{self, pdf},
};
use image::{DynamicImage, RgbImage};
use std::{fmt::Write, fs, io, path::Path};

/// Makes the sample library in `dest` from the packages unpacked in `packages`. On failure `dest` does not exist.
pub fn make(packages: Option<&Path>, dest: &Path) -> Result<Report, SamplesError> {
    let folder = dest.with_extension("new");
    remove(&folder)?;
    fs::create_dir_all(&folder).map_err(file(&folder))?;
    let report = fill(packages, &folder)?;
    let mark = folder.join(".complete");
    fs::write(&mark, "").map_err(file(&mark))?;
    remove(dest)?;
    fs::rename(&folder, dest).map_err(file(dest))?;
    Ok(Report { folder: dest.to_owned(), ..report })
}

fn fill(packages: Option<&Path>, folder: &Path) -> Result<Report, SamplesError> {
    let mut list = String::from(
        "# The sample library\n\n| file | title | author | licence | from |\n| --- | --- | --- | --- | --- |\n",
    );
    let mut row = |name: &str, source: &Source| {
        let Source { title, author, licence, package, .. } = source;
        // Writing to a string does not fail.
        let _ = writeln!(list, "| {name} | {title} | {author} | {licence} | {package} |");
    };
    let found = |source: &Source| {
        packages.map(|packages| packages.join(source.package).join(source.path)).filter(|path| path.is_file())
    };

    let mut photographs = Vec::new();
    for source in PHOTOGRAPHS {
        let Some(path) = found(source) else { continue };
        let name = format!("{}.jpg", source.title);
        let copy = folder.join(&name);
        fs::copy(&path, &copy).map_err(file(&copy))?;
        row(&name, source);
        photographs.push((source, path));
    }
    let mut generated = 0;
    if photographs.is_empty() {
        for (name, picture) in generated::pictures() {
            let path = folder.join(&name);
            DynamicImage::ImageRgb8(picture).save(&path).map_err(|error| SamplesError::Picture(path, error))?;
            row(&name, &Source::ours("Generated picture"));
            generated += 1;
        }
    }
    let own = |name: &str| photographs.iter().find(|(source, _)| source.title == name);
    let base = |name: &str| -> Result<(RgbImage, Source), SamplesError> {
        match own(name) {
            Some((source, path)) => Ok((open(path)?, (*source).clone())),
            None => Ok((generated::picture(1800, 2700, 7), Source::ours("Generated picture"))),
        }
    };

    let (portrait, source) = base("Wine")?;
    special::turned_by_exif(&folder.join("Portrait, turned by EXIF.jpg"), portrait)?;
    row("Portrait, turned by EXIF.jpg", &source);
    let (photo, source) = base("Dragonfly")?;
    special::round_cut_out(&folder.join("Round cut-out with transparency.png"), &photo)?;
    row("Round cut-out with transparency.png", &source);
    let document = folder.join("About this library.pdf");
    fs::write(&document, pdf()).map_err(file(&document))?;
    row("About this library.pdf", &Source::ours("About this library"));
    if let Some(path) = found(&VIDEO) {
        let copy = folder.join("Cockatoo.mp4");
        fs::copy(&path, &copy).map_err(file(&copy))?;
        row("Cockatoo.mp4", &VIDEO);
    }
    let licences = folder.join("Licences.md");
    fs::write(&licences, list).map_err(file(&licences))?;
    Ok(Report { folder: folder.to_owned(), photographs: photographs.len(), generated })
}

fn open(path: &Path) -> Result<RgbImage, SamplesError> {
    Ok(image::open(path).map_err(|error| SamplesError::Picture(path.to_owned(), error))?.into_rgb8())
}

fn remove(folder: &Path) -> Result<(), SamplesError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(SamplesError::File(folder.to_owned(), error)),
        _ => Ok(()),
    }
}

fn file(path: &Path) -> impl FnOnce(io::Error) -> SamplesError {
    let path = path.to_owned();
    |error| SamplesError::File(path, error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageDecoder, ImageReader, metadata::Orientation};

    #[test]
    fn without_packages_pictures_are_generated() {
        let folder = tempfile::tempdir().unwrap();
        let dest = folder.path().join("samples");
        for _ in 0..2 {
            let report = make(None, &dest).unwrap();
            assert_eq!((report.photographs, report.generated), (0, 12));
        }
        assert!(dest.join(".complete").is_file());
        let mut decoder = ImageReader::open(dest.join("Portrait, turned by EXIF.jpg")).unwrap().into_decoder().unwrap();
        assert_eq!((decoder.orientation().unwrap(), decoder.dimensions()), (Orientation::Rotate90, (2700, 1800)));
        let cut_out = image::open(dest.join("Round cut-out with transparency.png")).unwrap().into_rgba8();
        assert_eq!((cut_out.get_pixel(0, 0).0[3], cut_out.get_pixel(600, 600).0[3]), (0, 255));
        let list = fs::read_to_string(dest.join("Licences.md")).unwrap();
        for entry in fs::read_dir(&dest).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(name.starts_with('.') || name == "Licences.md" || list.contains(&format!("| {name} |")), "{name}");
        }
    }
}
