//! `searchSharedLinkByPerson`.

use crate::{
    context,
    paging::PageArgs,
    types::{
        person_match::{PersonMatchConnection, matches},
        shared_link::refused,
        user_error::UserError,
    },
    upload::{self, Upload},
};
use app::{
    Error, MutationError, UserErrorCode,
    photos::PhotoError,
    visitor::{RequestedFile, Visit, VisitError, Wanted},
};
use async_graphql::{Context, Object, SimpleObject};
use domain::access::Refusal;
use faces::{InPhoto, Place};

#[derive(Default)]
pub(super) struct SearchByPerson;

/// A face in the photo.
#[derive(SimpleObject)]
struct FoundFace {
    /// Pass it to `personMatches`. It holds the face, encrypted, for this link and for half an hour: the server keeps nothing.
    person: String,
    /// The left edge, in parts of the width of the upright photo.
    x: f64,
    /// The upper edge, in parts of its height.
    y: f64,
    /// In parts of its width.
    width: f64,
    /// In parts of its height.
    height: f64,
}

/// The faces in a photo, or why there is none.
#[derive(SimpleObject, Default)]
struct PersonSearchPayload {
    /// Those that can be searched for; the ones that are seen best come first.
    faces: Vec<FoundFace>,
    /// The assets in which the face was found, at most 100. Null unless there is one face, or `face` says which is meant.
    matches: Option<PersonMatchConnection>,
    user_errors: Vec<UserError>,
}

#[Object]
impl SearchByPerson {
    /// Looks for faces in a photo, to search for them among the assets of a link that has `personSearch`. Nobody has to sign
    /// in. Ask the visitor for their consent first: the photo is not stored, and is forgotten when its faces are found.
    ///
    /// The photo has any format of pictures, and at most 20 MB. Searches are limited for each address.
    async fn search_shared_link_by_person(
        &self,
        ctx: &Context<'_>,
        token: String,
        #[graphql(desc = "The grant of `unlockSharedLink`, or that of `sharedLink`.")] grant: Option<String>,
        #[graphql(desc = "The photo. Of a request with several files, the first.")] photo: Upload,
        #[graphql(desc = "Which of several faces is meant, from 0.")] face: Option<i32>,
    ) -> Result<PersonSearchPayload, Error> {
        match search(ctx, (&token, grant), photo, face).await {
            Ok(payload) => Ok(payload),
            Err(MutationError::User(errors)) => {
                let user_errors = errors.into_iter().map(Into::into).collect();
                Ok(PersonSearchPayload { user_errors, ..PersonSearchPayload::default() })
            }
            Err(MutationError::Field(error)) => Err(error),
        }
    }
}

async fn search(
    ctx: &Context<'_>,
    (token, grant): (&str, Option<String>),
    photo: Upload,
    face: Option<i32>,
) -> Result<PersonSearchPayload, MutationError> {
    let services = context::services(ctx);
    let visitor = context::visitor(ctx, grant);
    let visit = match Visit::of_any_kind(services, visitor, token, RequestedFile::default()).await {
        Err(VisitError::NotFound) => None,
        visit => Some(visit.map_err(refused)?),
    };
    let Some(visit) = visit.filter(|visit| visit.enter() != Err(Refusal::NotFound)) else {
        services.throttle.unknown_link(context::caller(ctx).address).await.map_err(Error::RateLimited)?;
        return Err(MutationError::user(UserErrorCode::NotFound, &["token"], "No active link has this token."));
    };
    let slot = match visit.begin_search().await {
        Ok(slot) => slot,
        Err(VisitError::Locked) => {
            let message = "The password is missing: pass the grant of unlockSharedLink.";
            return Err(MutationError::user(UserErrorCode::WrongPassword, &["grant"], message));
        }
        Err(VisitError::NoPersonSearch) => {
            let message = "This link has no search by person.";
            return Err(MutationError::user(UserErrorCode::OptionNotAvailable, &["token"], message));
        }
        Err(error) => return Err(refused(error).into()),
    };
    let photo = upload::receive_in_memory(ctx, photo, "photo").await?;
    let (visit, seen) = visit.look_at(slot, photo).await.map_err(|error| match error {
        PhotoError::Refused(error) => refused(error).into(),
        PhotoError::Unreadable(reason) => MutationError::user(UserErrorCode::InvalidFile, &["photo"], reason),
        PhotoError::Busy => Error::Unavailable("too many photos are being looked at".to_owned()).into(),
        PhotoError::Failed(error) => error.into(),
    })?;
    let no_face = |message: &str| Err(MutationError::user(UserErrorCode::InvalidFile, &["photo"], message));
    let found = match seen.found {
        InPhoto::Faces { faces, has_more: _ } => faces,
        InPhoto::TooSmall => return no_face("The face is too small. Send a photo in which it is larger."),
        InPhoto::TooBlurred => return no_face("The face is too blurred. Send a sharper photo."),
        InPhoto::None => {
            return no_face("No face was found. Send a photo in which it is seen from the front, in good light.");
        }
    };
    let faces: Vec<FoundFace> = found
        .iter()
        .map(|face| {
            let Place { x, y, width, height } = face.place;
            let [x, y, width, height] = [x, y, width, height].map(f64::from);
            FoundFace { person: visit.seal(face), x, y, width, height }
        })
        .collect();
    let meant = match face.map(usize::try_from) {
        None if faces.len() > 1 => None,
        None => faces.first(),
        Some(index) => {
            let face = index.ok().and_then(|index| faces.get(index));
            let message = format!("The photo has {} faces: `face` counts them from 0.", faces.len());
            Some(face.ok_or_else(|| MutationError::user(UserErrorCode::InvalidInput, &["face"], message))?)
        }
    };
    let matches = match meant {
        None => None,
        Some(face) => {
            let wanted = Wanted { faces: vec![face.person.clone()], together: false };
            let _permit = context::permit(ctx).await?;
            Some(matches(&visit, &wanted, PageArgs::forward(Some(100), None)).await?)
        }
    };
    Ok(PersonSearchPayload { faces, matches, user_errors: Vec::new() })
}
