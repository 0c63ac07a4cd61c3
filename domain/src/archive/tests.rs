//! Compares layouts with a slow, obvious reader of the format, and ranges with the whole.

use super::*;
use crate::FileId;
use chrono::{DateTime, TimeZone, Utc};
use std::ops::Range;
use uuid::Uuid;

const FULL: u64 = 0xffff_ffff;

fn moment() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 28, 13, 7, 9).unwrap()
}

fn layout(members: &[(&str, u64)]) -> Layout {
    let mut builder = LayoutBuilder::default();
    for (index, (name, size)) in members.iter().enumerate() {
        let file = FileId::from_uuid(Uuid::from_u128(index as u128));
        builder.push(&Member { name, file, size: *size, crc32: 0x1234_5678, modified: moment() });
    }
    builder.finish()
}

/// A range of an archive without the bytes of its files, each of which is `.`; only for small files.
fn bytes(layout: &Layout, range: Range<u64>) -> Vec<u8> {
    let (mut cursor, mut bytes) = (layout.cursor(range), Vec::new());
    while let Some(piece) = cursor.next(layout) {
        match piece {
            Piece::Member { index: _, header, data } => {
                bytes.extend(header);
                bytes.extend((data.start..data.end).map(|_| b'.'));
            }
            Piece::Directory(part) => bytes.extend(part),
        }
    }
    bytes
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// A field of a record, by its place and its length.
fn field(record: &[u8], at: usize, len: usize) -> u64 {
    number(&record[at..at + len])
}

/// The extra fields of a record: their ids and values.
fn extras(mut bytes: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let len = usize::try_from(field(bytes, 2, 2)).unwrap();
        all.push((field(bytes, 0, 2), bytes[4..4 + len].to_vec()));
        bytes = &bytes[4 + len..];
    }
    all
}

/// The local header of a member.
fn local(layout: &Layout, index: usize) -> Vec<u8> {
    let mut cursor = layout.cursor(0..layout.byte_size());
    for _ in 0..index {
        cursor.next(layout);
    }
    let Some(Piece::Member { index: found, header, .. }) = cursor.next(layout) else { panic!("a member") };
    assert_eq!(found, index);
    header
}

/// The central directory and the end, and where they begin.
fn directory(layout: &Layout) -> (u64, Vec<u8>) {
    let at = layout.directory().offset;
    let bytes = bytes(layout, at..layout.byte_size());
    assert_eq!(bytes.len() as u64, layout.byte_size() - at);
    (at, bytes)
}

#[test]
fn a_small_archive_is_what_the_format_says() {
    let layout = layout(&[("Originals/Ä.jpg", 3), ("b", 0)]);
    let header = local(&layout, 0);
    assert_eq!(header[..4], *b"PK\x03\x04");
    assert_eq!(field(&header, 4, 2), 20);
    assert_eq!(field(&header, 6, 2), 0x0800, "UTF-8, and no data descriptor");
    assert_eq!(field(&header, 8, 2), 0, "stored");
    // 13:07:08 on 28 November 2026.
    assert_eq!((field(&header, 10, 2), field(&header, 12, 2)), (13 << 11 | 7 << 5 | 4, 46 << 9 | 11 << 5 | 0x1c));
    assert_eq!((field(&header, 14, 4), field(&header, 18, 4), field(&header, 22, 4)), (0x1234_5678, 3, 3));
    let name = "Originals/Ä.jpg";
    assert_eq!(&header[30..30 + name.len()], name.as_bytes());
    let stamp = [&[1][..], &u32::try_from(moment().timestamp()).unwrap().to_le_bytes()].concat();
    assert_eq!(extras(&header[30 + name.len()..]), [(0x5455, stamp.clone())]);

    let (at, end) = directory(&layout);
    assert_eq!(at, header.len() as u64 + 3 + local(&layout, 1).len() as u64);
    assert_eq!(end[..4], *b"PK\x01\x02");
    assert_eq!((field(&end, 4, 2), field(&end, 6, 2)), (0x314, 20), "made by Unix");
    assert_eq!(field(&end, 38, 4), 0o100_644 << 16);
    assert_eq!(field(&end, 42, 4), 0);
    let extra_at = 46 + name.len();
    assert_eq!(extras(&end[extra_at..extra_at + 9]), [(0x5455, stamp)]);
    let second = extra_at + 9;
    assert_eq!(field(&end, second + 42, 4), header.len() as u64 + 3);
    let last = end.len() - 22;
    assert_eq!(end[last..last + 4], *b"PK\x05\x06");
    assert_eq!((field(&end, last + 8, 2), field(&end, last + 10, 2)), (2, 2));
    assert_eq!((field(&end, last + 12, 4), field(&end, last + 16, 4)), (last as u64, at));
}

#[test]
fn every_range_is_a_part_of_the_whole() {
    for members in [&[][..], &[("a", 0)], &[("a", 1), ("ü/b.txt", 7), ("c", 0), ("dd", 90)]] {
        let layout = layout(members);
        let whole = bytes(&layout, 0..layout.byte_size());
        assert_eq!(whole.len() as u64, layout.byte_size());
        for start in 0..whole.len() {
            for end in start..=whole.len() {
                assert!(bytes(&layout, start as u64..end as u64) == whole[start..end], "{members:?} {start}..{end}");
            }
        }
        assert_eq!(bytes(&layout, 0..u64::MAX), whole);
    }
}

#[test]
fn sizes_are_in_zip64_only_where_their_fields_are_full() {
    for (size, large) in [(FULL - 1, false), (FULL, true), (FULL + 1, true)] {
        let layout = layout(&[("a", size)]);
        let header = local(&layout, 0);
        assert_eq!(field(&header, 4, 2), if large { 45 } else { 20 }, "{size}");
        assert_eq!((field(&header, 18, 4), field(&header, 22, 4)), (size.min(FULL), size.min(FULL)), "{size}");
        let both = [size.to_le_bytes(), size.to_le_bytes()].concat();
        let zip64 = |extra: &[u8]| extras(extra).into_iter().find(|(id, _)| *id == 1).map(|(_, value)| value);
        assert_eq!(zip64(&header[31..]), large.then_some(both.clone()), "{size}");
        let (at, end) = directory(&layout);
        assert_eq!(at, header.len() as u64 + size);
        let extra_len = usize::try_from(field(&end, 30, 2)).unwrap();
        assert_eq!(zip64(&end[47..47 + extra_len]), large.then_some(both), "{size}");
        // The directory lies behind the file, so that its offset is full, too.
        assert_eq!(end[end.len() - 98..end.len() - 94], *b"PK\x06\x06", "{size}");
    }
}

#[test]
fn offsets_are_in_zip64_only_where_their_fields_are_full() {
    // The header of the first member has 30 + 1 + 9 bytes.
    for (offset, full) in [(FULL - 1, false), (FULL, true), (FULL + 1, true)] {
        let layout = layout(&[("a", offset - 40), ("b", 5)]);
        let (_, end) = directory(&layout);
        let second = &end[46 + 1 + 9..];
        assert_eq!(field(second, 42, 4), offset.min(FULL));
        assert_eq!((field(second, 20, 4), field(second, 24, 4)), (5, 5));
        let extra_len = usize::try_from(field(second, 30, 2)).unwrap();
        let values = extras(&second[47..47 + extra_len]);
        let expected = full.then(|| (1, offset.to_le_bytes().to_vec()));
        assert_eq!(values.into_iter().find(|(id, _)| *id == 1), expected, "only the offset");
        assert_eq!(field(second, 6, 2), if full { 45 } else { 20 });
    }
}

#[test]
fn the_end_is_in_zip64_only_where_a_field_is_full() {
    let cases = [(FULL - 1, false), (FULL, true), (FULL + 1, true)];
    for (at, full) in cases {
        let layout = layout(&[("a", at - 40)]);
        let (found, end) = directory(&layout);
        assert_eq!(found, at);
        let len = 46 + 1 + 9;
        assert_eq!(end.len(), len + if full { 98 } else { 22 }, "{at}");
        let last = &end[end.len() - 22..];
        assert_eq!((field(last, 12, 4), field(last, 16, 4)), (len as u64, at.min(FULL)));
        if full {
            let record = &end[len..];
            assert_eq!((field(record, 4, 8), field(record, 40, 8), field(record, 48, 8)), (44, len as u64, at));
            let locator = &record[56..];
            assert_eq!(locator[..4], *b"PK\x06\x07");
            assert_eq!((field(locator, 8, 8), field(locator, 16, 4)), (at + len as u64, 1));
        }
    }
}

#[test]
fn many_members_need_zip64_from_65535_on() {
    for (count, full) in [(65_534, false), (65_535, true), (65_536, true)] {
        let names: Vec<String> = (0..count).map(|index| format!("{index}.jpg")).collect();
        let members: Vec<(&str, u64)> = names.iter().map(|name| (name.as_str(), 2)).collect();
        let layout = layout(&members);
        assert_eq!(layout.count(), count);
        let (_, end) = directory(&layout);
        let last = &end[end.len() - 22..];
        assert_eq!(field(last, 10, 2), (count as u64).min(0xffff));
        let zip64 = end[end.len() - 98..end.len() - 94] == *b"PK\x06\x06";
        assert_eq!(zip64, full, "{count}");
        if full {
            assert_eq!(field(&end[end.len() - 98..], 32, 8), count as u64);
        }
        // Only a part of the directory is made at a time.
        let mut cursor = layout.cursor(layout.directory().offset..layout.byte_size());
        while let Some(Piece::Directory(part)) = cursor.next(&layout) {
            assert!(part.len() < 70_000, "{}", part.len());
        }
        // The bytes before a place are not needed for it.
        let middle = layout.byte_size() / 2;
        let (all, part) = (bytes(&layout, 0..layout.byte_size()), bytes(&layout, middle..layout.byte_size()));
        assert!(all[all.len() - part.len()..] == part);
    }
}

#[test]
fn the_tag_follows_from_the_members() {
    let one = layout(&[("a", 1), ("b", 2)]);
    assert_eq!(one, layout(&[("a", 1), ("b", 2)]));
    for other in [&[("a", 1)][..], &[("b", 2), ("a", 1)], &[("ab", 1), ("", 2)], &[("a", 1), ("b", 3)]] {
        assert_ne!(layout(other).tag(), one.tag(), "{other:?}");
    }
    let member = |modified, file, crc32| {
        let mut builder = LayoutBuilder::default();
        builder.push(&Member { name: "a", file, size: 1, crc32, modified });
        builder.finish()
    };
    let file = FileId::from_uuid(Uuid::from_u128(7));
    let tags = [
        member(moment(), file, 1).tag(),
        member(moment() + chrono::TimeDelta::seconds(1), file, 1).tag(),
        member(moment(), FileId::new(), 1).tag(),
        member(moment(), file, 2).tag(),
    ];
    assert!((1..4).all(|other| tags[other] != tags[0]));
    assert_eq!(member(moment(), file, 1).newest(), moment());
    // Times that the format cannot write do not break it.
    for time in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, DateTime::UNIX_EPOCH] {
        let layout = member(time, file, 1);
        assert_eq!(bytes(&layout, 0..layout.byte_size()).len() as u64, layout.byte_size());
    }
}

#[test]
fn names_can_be_unpacked_everywhere() {
    let long = format!("{}.jpeg", "ä".repeat(300));
    for (name, expected) in [
        ("photo.jpg", "photo.jpg"),
        ("Wu\u{308}rzburg 東京.jpg", "Würzburg 東京.jpg"),
        ("a<b>c:d*e|f\"g?h\\i/j.jpg", "a_b_c_d_e_f_g_h_i_j.jpg"),
        ("/etc/passwd", "_etc_passwd"),
        ("..", "file"),
        ("", "file"),
        (" . ", "file"),
        ("a\nb\0.txt", "a_b_.txt"),
        ("end. ", "end"),
        (".hidden", ".hidden"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("Com¹", "_Com¹"),
        ("com10", "com10"),
        ("console.txt", "console.txt"),
        ("\u{202e}gpj.exe", "gpj.exe"),
    ] {
        assert_eq!(clean(name), expected, "{name:?}");
    }
    let short = clean(&long);
    assert!(short.len() <= 200 && short.ends_with("ä.jpeg"), "{short}");
    assert!(clean(&"x".repeat(999)).len() <= 200);
    assert!(clean(&format!("a.{}", "x".repeat(999))).len() <= 200);
}

#[test]
fn no_two_files_have_the_same_path() {
    let mut names = Names::default();
    for (folder, name, expected) in [
        ("", "a.jpg", "a.jpg"),
        ("", "A.JPG", "A (2).JPG"),
        ("", "a.jpg", "a (3).jpg"),
        ("", "a (2).jpg", "a (2) (2).jpg"),
        ("Preview/", "a.jpg", "Preview/a.jpg"),
        ("Preview/", "noextension", "Preview/noextension"),
        ("Preview/", "NoExtension", "Preview/NoExtension (2)"),
        ("", "b (2).jpg", "b (2).jpg"),
        ("", "b.jpg", "b.jpg"),
        ("", "b.jpg", "b (3).jpg"),
        ("", "a\u{308}.txt", "ä.txt"),
        ("", "Ä.txt", "Ä (2).txt"),
        ("", ".x", ".x"),
        ("", ".X", ".X (2)"),
    ] {
        assert_eq!(names.unique(folder, name), expected);
    }
    // Very many of the same name are no trouble.
    let mut names = Names::default();
    let all: std::collections::HashSet<String> = (0..65_536).map(|_| names.unique("", "DSC.jpg")).collect();
    assert_eq!(all.len(), 65_536);
    assert!(all.contains("DSC (65536).jpg"));
}

#[test]
fn requests_are_read_as_they_are_written() {
    for (parameters, text) in [
        (&[][..], ""),
        (&[("version", "")][..], ""),
        (&[("version", "original"), ("other", "x")], "version=original"),
        (&[("version", "preview"), ("select", "3")], "version=preview&select=3"),
        (&[("select", ""), ("select", "7"), ("select", "3")], "select=3,7"),
        (&[("select", "3,7,9-12,10-14,15")], "select=3,7,9-15"),
        (&[("select", "3"), ("select", "all")], ""),
        (&[("select", "")], "select="),
    ] {
        let request = ArchiveRequest::parse(parameters.iter().copied()).unwrap();
        assert_eq!(request.to_string(), text);
        let again = text.split('&').filter_map(|part| part.split_once('='));
        assert_eq!(ArchiveRequest::parse(again), Some(request));
    }
    assert!(ArchiveRequest::parse([("select", "")]).unwrap().selection.is_empty());
    for bad in ["x", "0", "-1", "3-", "-", "5-3", "+3", "1e3", "99999999999999999999", "3;4", "All"] {
        assert_eq!(ArchiveRequest::parse([("select", bad)]), None, "{bad}");
    }
    assert_eq!(ArchiveRequest::parse([("version", "attachment")]), None);
    assert_eq!(Selection::parse(["9223372036854775807,5-6"]).unwrap().ranges(), (vec![5, i64::MAX], vec![6, i64::MAX]));
    assert_eq!(Selection::All.ranges(), (vec![1], vec![i64::MAX]));
}
