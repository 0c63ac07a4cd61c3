//! `Workspace`.

use crate::{
    context,
    types::{branding::Branding, enums::WatermarkPlacement, storage_use::StorageUse},
};
use app::{Error, MissingPermission, media::watermark_url};
use async_graphql::{Context, Object, SimpleObject};
use schema::{faces, storage_use};

/// A tenant: its users, assets and links, and the settings they share.
pub(crate) struct Workspace(pub(crate) schema::workspaces::Workspace);

#[Object]
impl Workspace {
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The prefix of asset numbers, as in `VTR-485`.
    async fn number_prefix(&self) -> &str {
        &self.0.number_prefix
    }

    /// IANA name, such as `Europe/Berlin`. Default names and statistics use this time zone, and so do the dates of videos
    /// that are dated after it was set; those that have one keep it.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// Whether automatic collections are deleted, with their links, when the last of the links has expired.
    async fn delete_automatic_collections(&self) -> bool {
        self.0.delete_automatic_collections
    }

    /// The sites that may show links in frames; null: every site.
    async fn embed_origins(&self) -> Option<Vec<&str>> {
        Some(self.0.embed_origins.as_ref()?.iter().flatten().map(String::as_str).collect())
    }

    /// The storage that originals and attachments of the workspace use. For a `GUEST`, the error is `FORBIDDEN`.
    async fn storage(&self, ctx: &Context<'_>) -> Result<StorageUse, Error> {
        if context::viewer(ctx)?.user.role == domain::Role::Guest {
            return Err(Error::Forbidden(MissingPermission::Right(domain::Right::Read)));
        }
        let used = storage_use::of_workspace(&mut *context::connection(ctx).await?, self.0.id).await?;
        Ok(StorageUse::new(used, context::services(ctx).limits.workspace_quota))
    }

    /// The watermark that links with the setting `watermark` put on pictures and videos; null if none is set.
    async fn watermark(&self, ctx: &Context<'_>) -> Option<Result<Watermark, Error>> {
        self.0.watermark_file_id?;
        let url = context::viewer(ctx).map(|viewer| watermark_url(context::services(ctx), viewer));
        Some(url.map(|url| Watermark {
            url,
            opacity: self.0.watermark_opacity,
            placement: self.0.watermark_placement.into(),
        }))
    }

    /// How the workspace looks to visitors of its links.
    async fn branding(&self, ctx: &Context<'_>) -> Branding {
        Branding::of(&self.0.branding, context::services(ctx))
    }

    /// How long events and statistics are kept.
    async fn retention(&self) -> Retention {
        Retention {
            audit_days: self.0.audit_days,
            security_event_days: self.0.security_event_days,
            statistics_days: self.0.statistics_days,
        }
    }

    /// Whether visitors of links to collections may search by person from a photo, if their link has it on, too.
    async fn person_search(&self) -> bool {
        self.0.person_search
    }

    /// How many pictures and videos can be searched by person; null while `personSearch` is off. For administrators.
    async fn person_search_progress(&self, ctx: &Context<'_>) -> Option<Result<PersonSearchProgress, Error>> {
        if !self.0.person_search {
            return None;
        }
        let load = async {
            context::viewer(ctx)?.require_admin()?;
            let version = context::services(ctx).face_models.version();
            let mut conn = context::connection(ctx).await?;
            Ok(faces::progress(&mut conn, self.0.id, version).await?.into())
        };
        Some(load.await)
    }
}

/// How far background jobs have come with looking for faces. Each picture and video of the library is counted once;
/// documents, and what is in the bin, are not searched.
#[derive(SimpleObject)]
pub(crate) struct PersonSearchProgress {
    /// Those that can be searched.
    indexed: i32,
    /// Those that are still to be looked at.
    waiting: i32,
    /// Those that cannot be read; `failureReason` of most of them says why.
    failed: i32,
}

impl From<faces::Progress> for PersonSearchProgress {
    fn from(progress: faces::Progress) -> Self {
        let faces::Progress { indexed, waiting, failed } = progress;
        let count = |number| i32::try_from(number).unwrap_or(i32::MAX);
        Self { indexed: count(indexed), waiting: count(waiting), failed: count(failed) }
    }
}

/// The watermark of a workspace.
#[derive(SimpleObject)]
pub(crate) struct Watermark {
    /// The URL of its image, for you only: signed, and valid for 30 to 60 minutes.
    url: String,
    /// The opacity, from 0 to 1.
    opacity: f64,
    placement: WatermarkPlacement,
}

/// After how many days the events and statistics of a workspace are deleted; null: they are kept for ever.
#[derive(SimpleObject)]
#[expect(clippy::struct_field_names, reason = "they are the names of the API")]
pub(crate) struct Retention {
    /// The events of links: `linkEvents`.
    audit_days: Option<i32>,
    /// The events of accounts and rights, and of deleted assets: `securityEvents`.
    security_event_days: Option<i32>,
    /// The statistics of each day. Sums over all time stay.
    statistics_days: Option<i32>,
}
