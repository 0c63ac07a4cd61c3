//! What is found in photographs, and what not.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use faces::{Band, Face, InPhoto, LoadError, Models, Pass, Rgb, band, find, find_in_photo, version};
use image::{RgbImage, imageops};
use std::{fs, sync::LazyLock, thread};

static MODELS: LazyLock<Models> = LazyLock::new(|| Models::load(None).unwrap());

fn astronaut() -> RgbImage {
    image::load_from_memory(include_bytes!("astronaut.jpg")).unwrap().to_rgb8()
}

fn photographer() -> RgbImage {
    image::load_from_memory(include_bytes!("photographer.jpg")).unwrap().to_rgb8()
}

fn rgb(picture: &RgbImage) -> Rgb<'_> {
    Rgb::new(picture.width(), picture.height(), picture).unwrap()
}

fn found(picture: &RgbImage, pass: Pass) -> Vec<Face> {
    find(&MODELS, rgb(picture), pass).unwrap()
}

fn only(picture: &RgbImage) -> Face {
    let mut faces = found(picture, Pass::First);
    assert_eq!(faces.len(), 1, "{faces:?}");
    faces.remove(0)
}

fn in_photo(picture: &RgbImage) -> InPhoto {
    find_in_photo(&MODELS, rgb(picture)).unwrap()
}

#[test]
fn a_face_is_found_where_it_is() {
    let face = only(&astronaut());
    let (x, y) = (face.place.x + face.place.width / 2.0, face.place.y + face.place.height / 2.0);
    assert!((x - 0.44).abs() < 0.04 && (y - 0.49).abs() < 0.05, "{face:?}");
    assert!((0.3..0.5).contains(&face.place.width) && (0.4..0.65).contains(&face.place.height), "{face:?}");
    assert!(face.quality > 0.5, "{face:?}");
    let InPhoto::Faces { faces: chosen, has_more: false } = in_photo(&astronaut()) else { panic!("there is a face") };
    assert_eq!(chosen.len(), 1);
    assert_eq!(band(chosen[0].likeness.distance(&face.likeness)), Some(Band::Sure));
}

#[test]
fn altered_copies_are_surely_the_same_person_and_others_are_not() {
    let (picture, original) = (astronaut(), only(&astronaut()));
    let (width, height) = picture.dimensions();
    let dark = RgbImage::from_fn(width, height, |x, y| image::Rgb(picture.get_pixel(x, y).0.map(|byte| byte / 3)));
    let half = imageops::resize(&picture, width / 2, height / 2, imageops::FilterType::Triangle);
    for (name, copy) in [("mirrored", imageops::flip_horizontal(&picture)), ("dark", dark), ("half the size", half)] {
        let distance = only(&copy).likeness.distance(&original.likeness);
        assert_eq!(band(distance), Some(Band::Sure), "{name}: {distance}");
    }
    let distance = only(&photographer()).likeness.distance(&original.likeness);
    assert_eq!(band(distance), None, "another person: {distance}");
}

#[test]
fn small_faces_in_a_large_picture_are_found_in_tiles() {
    // The face is 40 pixels wide of 2,400: ten of those that the first pass sees.
    let small = imageops::resize(&astronaut(), 110, 110, imageops::FilterType::Triangle);
    let mut wall = RgbImage::from_pixel(2400, 1200, image::Rgb([120, 130, 110]));
    for (x, y) in [(90, 60), (1180, 560), (2200, 1050)] {
        imageops::replace(&mut wall, &small, x, y);
    }
    let faces = found(&wall, Pass::Thorough);
    assert_eq!(faces.len(), 3, "{faces:?}");
    for face in &faces {
        assert_eq!(band(face.likeness.distance(&faces[0].likeness)), Some(Band::Sure));
    }
}

#[test]
fn a_cat_is_not_a_face() {
    let cat = image::load_from_memory(include_bytes!("cat.jpg")).unwrap().to_rgb8();
    assert_eq!(found(&cat, Pass::Thorough), []);
    assert_eq!(in_photo(&cat), InPhoto::None);
}

#[test]
fn a_photo_without_a_usable_face_says_why() {
    let picture = astronaut();
    let tiny = imageops::resize(&picture, 60, 60, imageops::FilterType::Triangle);
    assert_eq!(in_photo(&tiny), InPhoto::TooSmall);
    // From sharp to unrecognisable, it is too blurred in between.
    let verdicts = [3.0, 4.0, 5.0, 6.0].map(|sigma| in_photo(&imageops::fast_blur(&picture, sigma)));
    assert!(verdicts.contains(&InPhoto::TooBlurred), "{verdicts:?}");
    assert_eq!(in_photo(&RgbImage::from_pixel(300, 200, image::Rgb([90, 90, 90]))), InPhoto::None);
}

#[test]
fn no_picture_is_too_odd() {
    let sizes = [(1, 1), (2, 1), (31, 33), (20_000, 3), (3, 20_000), (641, 640), (1300, 40)];
    for (width, height) in sizes {
        let mut seed = 1_u32;
        let noise = RgbImage::from_fn(width, height, |_, _| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            image::Rgb(seed.to_be_bytes()[..3].try_into().unwrap())
        });
        for picture in [RgbImage::new(width, height), noise] {
            assert_eq!(found(&picture, Pass::Thorough), [], "{width} × {height}");
            assert_eq!(in_photo(&picture), InPhoto::None, "{width} × {height}");
        }
    }
}

#[test]
fn several_threads_share_the_models() {
    let expected = only(&astronaut());
    thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(|| only(&astronaut()))).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), expected);
        }
    });
}

#[test]
fn other_models_come_from_a_folder_with_their_version() {
    let folder = tempfile::tempdir().unwrap();
    let unreadable = |name: &str| match Models::load(Some(folder.path())) {
        Err(LoadError::Unreadable { file, .. }) => assert_eq!(file, folder.path().join(name)),
        other => panic!("{other:?}"),
    };
    let unusable = |name: &str| match Models::load(Some(folder.path())) {
        Err(LoadError::Unusable { file, .. }) => assert_eq!(file, folder.path().join(name)),
        other => panic!("{other:?}"),
    };
    for name in ["detection.onnx", "landmarks.onnx", "recognition.onnx"] {
        unreadable(name);
        fs::copy(format!("{}/weights/{name}", env!("CARGO_MANIFEST_DIR")), folder.path().join(name)).unwrap();
    }
    unreadable("version");
    for wrong in ["", "x", "-1", "40000"] {
        fs::write(folder.path().join("version"), wrong).unwrap();
        unusable("version");
    }
    fs::write(folder.path().join("version"), "7\n").unwrap();
    assert_eq!(Models::load(Some(folder.path())).unwrap().version(), 7);
    assert_eq!(version(Some(folder.path())).unwrap(), 7);
    assert_eq!(version(None).unwrap(), MODELS.version());
    // Another model under the name of this one, and no model at all.
    let landmarks = folder.path().join("landmarks.onnx");
    fs::copy(folder.path().join("recognition.onnx"), &landmarks).unwrap();
    unusable("landmarks.onnx");
    fs::write(&landmarks, "no model").unwrap();
    unusable("landmarks.onnx");
}
