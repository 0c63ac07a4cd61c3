//! `sharedLink`.

use crate::{
    context,
    types::shared_link::{SharedLink, refused},
};
use app::{
    Error,
    visitor::{RequestedFile, Visit, VisitError},
};
use async_graphql::{Context, Object};
use domain::access::Refusal;

#[derive(Default)]
pub(super) struct SharedLinkQuery;

#[Object]
impl SharedLinkQuery {
    /// A visitor's view of a link, without signing in: what our own pages show, for a page of your own. Null if no
    /// active link has this token, which is the last part of the link's URL.
    ///
    /// A call without a grant, or with the grant of `unlockSharedLink`, counts as a view. Pass the `grant` of the answer
    /// to the next calls of the same visit, which do not count. Each call decides anew, and so does each request for a
    /// file.
    async fn shared_link<'ctx>(
        &self,
        ctx: &Context<'ctx>,
        token: String,
        #[graphql(desc = "The grant of `unlockSharedLink`, or that of an earlier answer.")] grant: Option<String>,
    ) -> Option<Result<SharedLink<'ctx>, Error>> {
        open(ctx, &token, grant).await.transpose()
    }
}

async fn open<'ctx>(
    ctx: &Context<'ctx>,
    token: &str,
    grant: Option<String>,
) -> Result<Option<SharedLink<'ctx>>, Error> {
    let (services, caller) = (context::services(ctx), context::caller(ctx));
    let _permit = context::permit(ctx).await?;
    let visitor = context::visitor(ctx, grant);
    let visit = match Visit::of_any_kind(services, visitor, token, RequestedFile::default()).await {
        Err(VisitError::NotFound) => None,
        visit => Some(visit.map_err(refused)?),
    };
    let nothing = match visit {
        None => true,
        Some(visit) => match visit.enter() {
            Ok(permit) => {
                let grant = visit.count_visit();
                return Ok(Some(SharedLink { visit, permit: Some(permit), grant: Some(grant.text) }));
            }
            Err(Refusal::Locked) => return Ok(Some(SharedLink { visit, permit: None, grant: None })),
            Err(Refusal::NotFound | Refusal::UsedUp) => !visit.is_open(),
        },
    };
    if nothing {
        services.throttle.unknown_link(caller.address).await.map_err(Error::RateLimited)?;
    }
    Ok(None)
}
