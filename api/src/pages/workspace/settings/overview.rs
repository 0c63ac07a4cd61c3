//! The page with the settings.

use super::{
    super::{
        Fields, Frame, Section, SignedIn,
        errors::{Form, Mistakes},
        templates::Choice,
    },
    templates::{SettingsPage, TypedSettings},
};
use crate::pages::{
    PageError,
    brand::{LogoView, preview_style},
    templates::{self, Frames},
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use app::{Services, Viewer};
use domain::{branding::GalleryBackground, person_search::WHAT_IS_STORED};
use schema::{faces, workspaces::Workspace};

/// The colour of pages without one of their own, as `pages.css` has it.
pub(super) const USUAL_ACCENT: &str = "#1f5f5b";

const FIELDS: &[&str] =
    &["name", "timeZone", "accentColor", "galleryBackground", "imprint", "contact", "file", "understood"];

/// The page.
pub(in crate::pages::workspace) async fn page(
    SignedIn(viewer): SignedIn,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    viewer.require_admin()?;
    let notice = match Fields::of_query(request.query_string()).text("done") {
        "saved" => Some("The settings are saved."),
        "logo" => Some("The logo is saved."),
        "no-logo" => Some("The logo is removed."),
        "person-search" => Some("Visitors can search by person in links that have the option."),
        "no-person-search" => Some("The search by person is off, and nothing is stored of faces any more."),
        _ => None,
    };
    let typed = TypedSettings::of(&viewer.workspace);
    show(StatusCode::OK, &services, &viewer, notice, typed, Mistakes::default()).await
}

/// The page with what was typed, and what is wrong with it.
pub(super) async fn show(
    status: StatusCode,
    services: &Services,
    viewer: &Viewer,
    notice: Option<&'static str>,
    typed: TypedSettings,
    mistakes: Mistakes,
) -> Result<HttpResponse, PageError> {
    let branding = &viewer.workspace.branding;
    let progress = if viewer.workspace.person_search {
        let mut conn = services.pool.get().await?;
        Some(faces::progress(&mut conn, viewer.workspace.id, services.face_models.version()).await?)
    } else {
        None
    };
    let zones = chrono_tz::TZ_VARIANTS.iter().map(|zone| (zone.name(), zone.name() == typed.time_zone));
    let page = SettingsPage {
        frame: Frame::new(viewer, Section::Settings),
        notice,
        has_accent: branding.accent_color.is_some(),
        zones: zones.collect(),
        backgrounds: GalleryBackground::ALL.iter().map(|one| choice(*one, &typed.gallery_background)).collect(),
        logo: LogoView::of(branding),
        style: branding.accent().map(preview_style).unwrap_or_default(),
        progress,
        what_is_stored: WHAT_IS_STORED,
        form: Form::new(FIELDS).with(mistakes),
        typed,
    };
    Ok(templates::scripted_page_in(Frames::None, HttpResponse::build(status), &page, Some(&page.style)))
}

fn choice(background: GalleryBackground, chosen: &str) -> Choice {
    let label = match background {
        GalleryBackground::Auto => "As the visitor's system is",
        GalleryBackground::Light => "Always light",
        GalleryBackground::Dark => "Always dark",
    };
    Choice { value: background.as_str(), label, is_chosen: background.as_str() == chosen }
}

impl TypedSettings {
    /// The settings of a workspace.
    pub(super) fn of(workspace: &Workspace) -> Self {
        let branding = &workspace.branding;
        // People write mail addresses without `mailto:`.
        let address = |url: &Option<String>| {
            url.as_deref().map(|url| url.strip_prefix("mailto:").unwrap_or(url).to_owned()).unwrap_or_default()
        };
        Self {
            name: workspace.name.clone(),
            time_zone: workspace.time_zone.clone(),
            accent_color: branding.accent_color.clone().unwrap_or_else(|| USUAL_ACCENT.to_owned()),
            default_accent: false,
            gallery_background: branding.gallery_background.as_str().to_owned(),
            imprint: address(&branding.imprint),
            contact: address(&branding.contact),
        }
    }

    /// What was sent.
    pub(super) fn sent(fields: &Fields) -> Self {
        Self {
            name: fields.text("name").to_owned(),
            time_zone: fields.text("timeZone").to_owned(),
            accent_color: fields.text("accentColor").to_owned(),
            default_accent: fields.has("defaultAccent"),
            gallery_background: fields.text("galleryBackground").to_owned(),
            imprint: fields.text("imprint").to_owned(),
            contact: fields.text("contact").to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::USUAL_ACCENT;

    #[test]
    fn the_usual_colour_is_that_of_the_style_sheet() {
        assert!(include_str!("../../../../assets/pages.css").contains(&format!("--accent: {USUAL_ACCENT};")));
    }
}
