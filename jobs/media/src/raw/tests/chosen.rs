//! Which part of a file is shown, where several could be.

use super::*;

/// A DNG with a small preview and another picture, whose entries are given, as a larger JPEG.
fn dng_with(entries: &[(u16, u32)]) -> Vec<u8> {
    let mut file = Builder::new(*b"II*\0");
    let (preview, other) = (file.jpeg(640, 480, GREEN), file.jpeg(800, 600, RED));
    let preview = file.directory(&[(254, 1), (513, preview[0]), (514, preview[1])], 0);
    let size = [(256, 800), (257, 600), (259, 7), (273, other[0]), (279, other[1])];
    let other = file.directory(&[entries, &size].concat(), 0);
    let both = [file.number(preview, 4), file.number(other, 4)].concat();
    let both = file.put(&both);
    let numbers = sensor(640, 480).map(|(tag, value)| (tag, 4, 1, value));
    let first = file.directory_of(&[&numbers[..], &[(330, 4, 2, both), (50706, 4, 1, 0x0401)]].concat(), 0);
    file.finish(first)
}

#[tokio::test]
async fn a_mask_a_depth_map_and_the_data_of_a_sensor_are_no_previews() {
    for entries in [
        vec![(254, 4), (262, 4)],
        vec![(254, 5), (262, 4)],
        vec![(254, 8), (262, 51177)],
        vec![(254, 9), (262, 1)],
        vec![(254, 0x10004), (262, 52527)],
        vec![(254, 1), (262, 52527)],
        vec![(254, 16), (262, 34892)],
    ] {
        let made = shown(&dng_with(&entries)).await.unwrap();
        let (size, colour) = largest(&made);
        assert!(size == (640, 480) && is_near(colour, GREEN), "{entries:?}: {size:?} {colour:?}");
    }
    // A second preview is one.
    let made = shown(&dng_with(&[(254, 0x10001), (262, 6)])).await.unwrap();
    assert!(is_near(largest(&made).1, RED));
}

#[tokio::test]
async fn a_file_of_a_format_for_sensors_is_never_taken_for_an_ordinary_picture() {
    let mut file = Builder::new(*b"II*\0");
    file.bytes[8..11].copy_from_slice(b"CR\x02");
    let data = file.put(&[7; 64]);
    let first = file.directory(&[(256, 640), (257, 480), (259, 6), (262, 6), (273, data), (279, 64)], 0);
    assert_eq!(shown(&file.finish(first)).await.unwrap_err().to_string(), NO_PREVIEW);
}

/// A raw file with previews of these sizes, of which the larger one has damaged pixels.
fn with_damage(small: (u32, u32), large: (u32, u32)) -> Vec<u8> {
    let mut file = Builder::new(*b"II*\0");
    let [at, length] = file.jpeg(large.0, large.1, RED);
    // In the middle of its pixels: the decoder goes on, and warns.
    let middle = (at + length * 3 / 4) as usize;
    file.bytes[middle..middle + 40].fill(0xff);
    let small = file.jpeg(small.0, small.1, GREEN);
    let small = file.directory(&[(254, 1), (513, small[0]), (514, small[1])], 0);
    let numbers = sensor(3200, 2400);
    let first = file.directory(&[&numbers[..], &[(330, small), (513, at), (514, length)]].concat(), 0);
    file.finish(first)
}

#[tokio::test]
async fn a_whole_preview_is_shown_instead_of_a_damaged_one_unless_it_is_tiny() {
    let made = shown(&with_damage((1600, 1200), (3200, 2400))).await.unwrap();
    assert!(largest(&made).0 == (1600, 1200) && is_near(largest(&made).1, GREEN));
    assert!(made.warning.unwrap().contains("1600 × 1200"));
    let made = shown(&with_damage((320, 240), (3200, 2400))).await.unwrap();
    assert_eq!(largest(&made).0, (2560, 1920));
    assert!(made.warning.unwrap().contains("a part of its pictures"));
}

#[tokio::test]
async fn a_size_that_cannot_be_true_does_not_hide_that_the_preview_is_small() {
    let mut file = Builder::new(*b"II*\0");
    let preview = file.jpeg(160, 120, BLUE);
    let entries = [&sensor(u32::MAX, u32::MAX)[..], &[(513, preview[0]), (514, preview[1])]].concat();
    let first = file.directory(&entries, 0);
    let made = shown(&file.finish(first)).await.unwrap();
    assert_eq!((largest(&made).0, (made.width, made.height)), ((160, 120), (160, 120)));
    assert!(made.warning.unwrap().contains("160 × 120"));
}
