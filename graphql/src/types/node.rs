//! `Node`: anything that has an id.

use crate::types::{access_token::AccessToken, asset::Asset, attachment::Attachment, link::Link, user::User};
use async_graphql::{ID, Interface};

/// Anything that has an id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID"))]
pub(crate) enum Node {
    User(User),
    Asset(Asset),
    Attachment(Attachment),
    Link(Link),
    AccessToken(AccessToken),
}
