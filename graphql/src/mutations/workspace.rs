//! `updateWorkspace`, `setWatermark` and `clearWatermark`, `setLogo` and `clearLogo`.

use super::payloads::WorkspacePayload;
use crate::{
    context,
    types::{
        enums::{GalleryBackground, WatermarkPlacement},
        link_settings::change,
        workspace::Workspace,
    },
    upload::{self, Upload},
};
use app::{
    Error, MutationError,
    quota::SizeLimit,
    workspace::{self, WorkspaceInput},
};
use async_graphql::{Context, InputObject, MaybeUndefined, Object};

#[derive(Default)]
pub(super) struct WorkspaceMutations;

/// What is left out stays as it is.
#[derive(InputObject)]
struct UpdateWorkspaceInput {
    name: Option<String>,
    /// IANA name, as in `Europe/Berlin`. Videos that have a date keep it.
    time_zone: Option<String>,
    /// Whether automatic collections are deleted, with their links, when the last of the links has expired. The assets
    /// stay.
    delete_automatic_collections: Option<bool>,
    /// The sites that may show links in frames, each as in `https://example.com` or `https://*.example.com`. Null or an
    /// empty list is for every site.
    embed_origins: MaybeUndefined<Vec<String>>,
    /// Whether visitors of links to collections may search by person from a photo. For this, every face in the pictures and
    /// videos of the workspace is turned into numbers, which are stored. By these numbers anybody who has them can tell one
    /// person from another: they are biometric data, which the law of many countries protects as it protects health records.
    /// Turn it on only if you are allowed to, which mostly means with the consent of the people shown. When it is turned off,
    /// all of these numbers are deleted at once.
    ///
    /// A link has the search only with its own setting `personSearch`, which stays while it is off here, and has no effect.
    person_search: Option<bool>,
    /// How long events and statistics are kept.
    retention: Option<RetentionInput>,
    /// How the workspace looks to visitors of its links.
    branding: Option<BrandingInput>,
}

/// What is left out stays as it is; null restores the default.
#[derive(InputObject, Default)]
struct BrandingInput {
    /// The colour of buttons and links, as in `#1f5f5b`. Any colour is taken: our pages use shades of it where it could not
    /// be read.
    accent_color: MaybeUndefined<String>,
    /// By default `AUTO`.
    gallery_background: MaybeUndefined<GalleryBackground>,
    /// Where the law asks for an imprint: the `https` address of a page, or an e-mail address. It stands at the end of the
    /// pages that visitors see.
    imprint: MaybeUndefined<String>,
    /// An `https` address or an e-mail address by which visitors get in touch. It stands at the end of the pages that
    /// visitors see.
    contact: MaybeUndefined<String>,
}

/// What is sent to be the logo.
#[derive(InputObject)]
struct SetLogoInput {
    /// A PNG or JPEG of at most 2 MB and 40 megapixels, 8,000 on an edge. What is kept is a PNG of at most 640 × 160 pixels.
    file: Upload,
}

/// What is left out stays as it is; null keeps it for ever.
#[derive(InputObject, Default)]
#[expect(clippy::struct_field_names, reason = "they are the names of the API")]
struct RetentionInput {
    /// After how many days the events of links are deleted: from 1 to 3650.
    audit_days: MaybeUndefined<i32>,
    /// After how many days the events of accounts and rights, and of deleted assets, are deleted: from 1 to 3650.
    security_event_days: MaybeUndefined<i32>,
    /// After how many days the statistics of a day are only a part of the sums over all time: from 1 to 3650.
    statistics_days: MaybeUndefined<i32>,
}

/// What is left out stays as it is; the first time there must be a file.
#[derive(InputObject)]
struct SetWatermarkInput {
    /// A PNG or JPEG of at most 2 MB and 40 megapixels, 8,000 on an edge. Transparent parts stay transparent.
    file: Option<Upload>,
    /// The opacity: more than 0 (invisible) and at most 1 (opaque). 0.5 by default.
    opacity: Option<f64>,
    /// In the middle by default.
    placement: Option<WatermarkPlacement>,
}

#[Object]
impl WorkspaceMutations {
    /// Changes the workspace's settings. For administrators.
    async fn update_workspace(
        &self,
        ctx: &Context<'_>,
        input: UpdateWorkspaceInput,
    ) -> Result<WorkspacePayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let UpdateWorkspaceInput {
            name,
            time_zone,
            delete_automatic_collections,
            embed_origins,
            person_search,
            retention,
            branding,
        } = input;
        let BrandingInput { accent_color, gallery_background, imprint, contact } = branding.unwrap_or_default();
        let RetentionInput { audit_days, security_event_days, statistics_days } = retention.unwrap_or_default();
        let changes = WorkspaceInput {
            name: name.as_deref(),
            time_zone,
            delete_automatic_collections,
            embed_origins: change(embed_origins),
            person_search,
            audit_days: change(audit_days),
            security_event_days: change(security_event_days),
            statistics_days: change(statistics_days),
            branding: workspace::BrandingInput {
                accent_color: change(accent_color),
                gallery_background: match gallery_background {
                    MaybeUndefined::Undefined => None,
                    MaybeUndefined::Null => Some(domain::branding::GalleryBackground::Auto),
                    MaybeUndefined::Value(background) => Some(background.into()),
                },
                imprint: change(imprint),
                contact: change(contact),
            },
        };
        WorkspacePayload::of(workspace::update_workspace(services, viewer, changes).await.map(Workspace))
    }

    /// Sets or changes the watermark of links with the setting `watermark`. Such links show the old watermark until the
    /// new pictures are made. For administrators.
    async fn set_watermark(&self, ctx: &Context<'_>, input: SetWatermarkInput) -> Result<WorkspacePayload, Error> {
        WorkspacePayload::of(set_watermark(ctx, input).await)
    }

    /// Removes the watermark. Refused with `IN_USE` while links have it on that have not expired, also disabled ones. For
    /// administrators.
    async fn clear_watermark(&self, ctx: &Context<'_>) -> Result<WorkspacePayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        WorkspacePayload::of(workspace::clear_watermark(services, viewer).await.map(Workspace))
    }

    /// Sets the logo, which visitors of links see in the place of the workspace's name. For administrators.
    async fn set_logo(&self, ctx: &Context<'_>, input: SetLogoInput) -> Result<WorkspacePayload, Error> {
        WorkspacePayload::of(set_logo(ctx, input).await)
    }

    /// Removes the logo, so that visitors of links see the workspace's name. For administrators.
    async fn clear_logo(&self, ctx: &Context<'_>) -> Result<WorkspacePayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        WorkspacePayload::of(workspace::clear_logo(services, viewer).await.map(Workspace))
    }
}

async fn set_logo(ctx: &Context<'_>, input: SetLogoInput) -> Result<Workspace, MutationError> {
    let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
    workspace::check_logo(viewer)?;
    let file = upload::receive(ctx, input.file, SizeLimit::of_logo()).await?.file;
    Ok(Workspace(workspace::set_logo(services, viewer, file).await?))
}

async fn set_watermark(ctx: &Context<'_>, input: SetWatermarkInput) -> Result<Workspace, MutationError> {
    let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
    let SetWatermarkInput { file, opacity, placement } = input;
    let checked = workspace::check_watermark(viewer, file.is_some(), opacity, placement.map(Into::into))?;
    let file = match file {
        Some(upload) => Some(upload::receive(ctx, upload, SizeLimit::of_watermark()).await?.file),
        None => None,
    };
    Ok(Workspace(workspace::set_watermark(services, viewer, checked, file).await?))
}
