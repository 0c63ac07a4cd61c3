//! `/a/{number}/edit`: what people write about an asset: its title, its description, and the text that stands for its
//! picture.
//!
//! What the form showed first comes back with it. What the user did not touch stays as it is, also if somebody else has
//! changed it in the meantime; what both have changed is replaced only by whoever knows it.

use super::{
    Fields, Frame, Posted, Section, SignedIn, asset_path,
    change_asset::{Editable, done},
    errors::{Mistakes, mistakes},
    templates::EditAssetPage,
};
use crate::pages::{PageError, templates};
use actix_web::{HttpResponse, http::StatusCode, web};
use app::{
    Services, UserError, UserErrorCode, Viewer,
    assets::{self, AssetInput},
};
use domain::settings::Change;
use schema::assets::Asset;

/// How much is shown of a text that somebody else has written meanwhile, in characters.
const SHOWN_OF_OTHERS: usize = 200;

/// What is typed, or what was shown first.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) alt_text: String,
}

impl Texts {
    fn of(asset: &Asset) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self { title: asset.title.clone(), description: text(&asset.description), alt_text: text(&asset.alt_text) }
    }

    /// The fields of these names.
    fn sent(fields: &Fields, [title, description, alt_text]: [&str; 3]) -> Self {
        // Browsers send each line break as two characters.
        let text = |name: &str| fields.text(name).replace("\r\n", "\n");
        Self { title: text(title), description: text(description), alt_text: text(alt_text) }
    }
}

/// The form.
pub(super) async fn page(
    SignedIn(viewer): SignedIn,
    services: web::Data<Services>,
    number: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let asset = match Editable::open(&services, &viewer, &number).await? {
        Editable::Asset(asset) => *asset,
        Editable::InBin(page) => return Ok(page),
    };
    let texts = Texts::of(&asset);
    Ok(show(StatusCode::OK, &viewer, &asset, (texts.clone(), texts), Mistakes::default()))
}

/// Changes the texts, and leads to the asset.
pub(super) async fn change(
    posted: Posted,
    services: web::Data<Services>,
    number: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let asset = match Editable::open(&services, &viewer, &number).await? {
        Editable::Asset(asset) => *asset,
        Editable::InBin(page) => return Ok(page),
    };
    let typed = Texts::sent(&fields, ["title", "description", "altText"]);
    let shown = Texts::sent(&fields, ["shownTitle", "shownDescription", "shownAltText"]);
    let known = Texts::of(&asset);
    let overwritten = overwritten(&typed, &shown, &known);
    if !overwritten.is_empty() {
        // Whoever sends it once more knows what is there now. What they did not touch stays that.
        let kept = |typed: String, shown: &str, known: &str| if typed == shown { known.to_owned() } else { typed };
        let typed = Texts {
            title: kept(typed.title, &shown.title, &known.title),
            description: kept(typed.description, &shown.description, &known.description),
            alt_text: kept(typed.alt_text, &shown.alt_text, &known.alt_text),
        };
        return Ok(show(StatusCode::UNPROCESSABLE_ENTITY, &viewer, &asset, (typed, known), overwritten));
    }
    let set = |name: &str, typed: &String, shown: &String| {
        if !fields.has(name) || typed == shown { Change::Keep } else { Change::Set(typed.clone()) }
    };
    let input = AssetInput {
        id: Some(asset.id),
        title: set("title", &typed.title, &shown.title),
        description: set("description", &typed.description, &shown.description),
        alt_text: set("altText", &typed.alt_text, &shown.alt_text),
    };
    match assets::update_asset(&services, &viewer, input).await {
        Ok(asset) => Ok(done(&viewer, &asset, "changed")),
        Err(error) => {
            let mistakes = mistakes(error)?;
            Ok(show(StatusCode::UNPROCESSABLE_ENTITY, &viewer, &asset, (typed, shown), mistakes))
        }
    }
}

/// What somebody else has changed since the form was shown, and the user would replace unseen.
fn overwritten(typed: &Texts, shown: &Texts, known: &Texts) -> Mistakes {
    let mut mistakes = Mistakes::default();
    for (name, typed, shown, known) in [
        ("title", &typed.title, &shown.title, &known.title),
        ("description", &typed.description, &shown.description, &known.description),
        ("altText", &typed.alt_text, &shown.alt_text, &known.alt_text),
    ] {
        if typed != shown && known != shown && known != typed {
            let now: String = known.chars().take(SHOWN_OF_OTHERS).collect();
            let message = format!("Somebody has changed this meanwhile, to “{now}”. Save once more to replace that.");
            mistakes.add(UserError::new(UserErrorCode::InvalidInput, &[name], message));
        }
    }
    mistakes
}

fn show(
    status: StatusCode,
    viewer: &Viewer,
    asset: &Asset,
    (typed, shown): (Texts, Texts),
    mistakes: Mistakes,
) -> HttpResponse {
    let page = EditAssetPage {
        frame: Frame::new(viewer, Section::Library),
        path: asset_path(viewer, asset),
        heading: asset.title.clone(),
        form: AssetForm { typed, shown, mistakes },
    };
    templates::scripted_page(HttpResponse::build(status), &page)
}

/// The form, with what is wrong with it.
pub(super) struct AssetForm {
    pub(super) typed: Texts,
    pub(super) shown: Texts,
    pub(super) mistakes: Mistakes,
}

impl AssetForm {
    /// Whether the form has a field of this name, to which its mistake can lead.
    #[expect(clippy::unused_self, reason = "the template of mistakes asks the form")]
    pub(super) fn has_field(&self, name: &str) -> bool {
        ["title", "description", "altText"].contains(&name)
    }
}
