//! `Node`: an object with an id.

use crate::types::{
    access_rule::AccessRule, access_token::AccessToken, asset::Asset, attachment::Attachment, collection::Collection,
    link::Link, user::User, user_group::UserGroup,
};
use async_graphql::{ID, Interface};

/// An object with an id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID"))]
pub(crate) enum Node {
    User(User),
    Asset(Asset),
    Attachment(Attachment),
    Link(Link),
    AccessToken(AccessToken),
    Collection(Collection),
    AccessRule(AccessRule),
    UserGroup(UserGroup),
}
