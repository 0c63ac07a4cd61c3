//! What people write about an asset: its title, its description, and the text that stands for its picture.

use super::editable::{editable, no_asset};
use crate::{MutationError, Services, UserError, UserErrorCode, Viewer};
use domain::{
    AssetId,
    asset_text::{InvalidAssetText, parse_alt_text, parse_description},
    name,
    settings::Change,
};
use schema::assets::{self, Asset, AssetChanges};

/// What a client asks for.
pub struct AssetInput {
    /// The asset; none where the client sent no id of an asset.
    pub id: Option<AssetId>,
    /// The title, which cannot be cleared.
    pub title: Change<String>,
    /// The description. A blank text clears it.
    pub description: Change<String>,
    /// The text that stands for the picture. A blank text clears it.
    pub alt_text: Change<String>,
}

/// Changes what is written about an asset, or tells all that is wrong with it.
pub async fn update_asset(services: &Services, viewer: &Viewer, input: AssetInput) -> Result<Asset, MutationError> {
    let AssetInput { id, title, description, alt_text } = input;
    let asset = editable(services, viewer, id, || no_asset("assetId")).await?;
    let (title, description, alt_text) = match (
        parse_title(title),
        text("description", description, parse_description),
        text("altText", alt_text, parse_alt_text),
    ) {
        (Ok(title), Ok(description), Ok(alt_text)) => (title, description, alt_text),
        (title, description, alt_text) => {
            let errors = [title.err(), description.err(), alt_text.err()];
            return Err(MutationError::User(errors.into_iter().flatten().collect()));
        }
    };
    let changes = AssetChanges { title, description, alt_text };
    Ok(assets::update(&mut *services.pool.get().await?, asset, &changes).await?)
}

fn parse_title(title: Change<String>) -> Result<Option<String>, UserError> {
    match title {
        Change::Keep => Ok(None),
        Change::Clear => {
            let message = "An asset always has a title. Type another one, or leave it out.";
            Err(UserError::new(UserErrorCode::InvalidName, &["title"], message))
        }
        Change::Set(title) => name::parse(&title).map(Some).map_err(|error| UserError::invalid_name("title", error)),
    }
}

/// A text as it is stored; none: there is none.
type StoredText = Option<String>;

/// The text as it is stored; without a change, none.
fn text(
    field: &str,
    change: Change<String>,
    parse: fn(&str) -> Result<StoredText, InvalidAssetText>,
) -> Result<Option<StoredText>, UserError> {
    match change {
        Change::Keep => Ok(None),
        Change::Clear => Ok(Some(None)),
        Change::Set(text) => parse(&text)
            .map(Some)
            .map_err(|error| UserError::new(UserErrorCode::InvalidInput, &[field], error.to_string())),
    }
}
