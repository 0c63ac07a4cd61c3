//! Posters show something, where there is something to see.

use super::*;

/// A video of six seconds that is black except between these times.
fn orange_between(from: f64, until: f64) -> tempfile::TempPath {
    let filter = format!(
        "drawbox=enable=between(t\\,{from}\\,{until}):x=80:y=60:width=160:height=120:color=orange:thickness=fill"
    );
    let source = "-v error -f lavfi -i color=black:size=320x240:rate=25:duration=6 -vf";
    made_by("ffmpeg", &format!("{source} {filter} -y %"), ".mp4")
}

#[tokio::test]
async fn a_video_that_begins_or_ends_black_has_a_poster_that_is_not() {
    for (from, until) in [(0.0, 6.0), (4.0, 6.0), (0.0, 0.5), (2.8, 3.6)] {
        let found = poster(&orange_between(from, until)).await.get_pixel(160, 120).0;
        // The colour "orange" of CSS.
        assert!(near(found, [255, 165, 0], 8), "{from} to {until}: {found:?}");
    }
}

#[tokio::test]
async fn a_video_that_is_black_all_over_has_a_black_poster() {
    let found = poster(&orange_between(7.0, 8.0)).await.get_pixel(160, 120).0;
    assert!(near(found, [0, 0, 0], 3), "{found:?}");
}
