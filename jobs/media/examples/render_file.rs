//! Renders the pictures of one file as the background job does, and prints what came of it as a line of JSON:
//! `{"type": …, "width": …, "height": …, "warning": …, "pictures": […]}`, or the type with `refused` and the sentence
//! for people, `failed` and the error, or `none` for a file of which no pictures are made.
//!
//! `tests/pictures/compare.py` runs this in a process for each file, so that a crash or a loop costs that file only.

use anyhow::Context;
use domain::{Preset, Presets};
use media::{MediaError, ProxySpec, Rendered, identify, pictures};
use serde_json::{Value, json};
use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let (Some(file), Some(folder)) = (arguments.next(), arguments.next()) else {
        anyhow::bail!("usage: render_file FILE FOLDER");
    };
    let line = report(&file, &folder).await?;
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

async fn report(file: &Path, folder: &Path) -> anyhow::Result<Value> {
    let media_type = match identify(file).await {
        Ok(found) => found.media.media_type,
        Err(error) => return Ok(refusal(None, &error)),
    };
    let wanted = wanted(media_type);
    if wanted.is_empty() {
        return Ok(json!({ "type": media_type, "none": true }));
    }
    match pictures(file, media_type, wanted, None).await {
        Ok(made) => written(media_type, &made, folder),
        Err(error) => Ok(refusal(Some(media_type), &error)),
    }
}

/// The pictures that the presets want of such a file.
fn wanted(media_type: &str) -> Vec<ProxySpec> {
    let presets = Presets::default();
    let spec = |preset: Preset| {
        let size = presets.size(preset)?;
        Some(ProxySpec { rendition: preset.plain(), size })
    };
    presets.made_for(media_type).into_iter().filter(|preset| preset.is_picture()).filter_map(spec).collect()
}

fn refusal(media_type: Option<&str>, error: &MediaError) -> Value {
    match error {
        MediaError::Unusable(reason) => json!({ "type": media_type, "refused": reason }),
        MediaError::Failed(error) => json!({ "type": media_type, "failed": format!("{error:#}") }),
    }
}

/// Writes the pictures into the folder, each named by its preset.
fn written(media_type: &str, made: &Rendered, folder: &Path) -> anyhow::Result<Value> {
    let mut listed = Vec::new();
    for proxy in &made.proxies {
        let name = format!("{}.{}", proxy.rendition.preset.as_str(), domain::media::extension(proxy.media_type));
        fs::write(folder.join(&name), &proxy.bytes).context("a picture cannot be written")?;
        listed.push(json!({ "file": name, "width": proxy.width, "height": proxy.height }));
    }
    let Rendered { width, height, warning, .. } = made;
    Ok(json!({ "type": media_type, "width": width, "height": height, "warning": warning, "pictures": listed }))
}
