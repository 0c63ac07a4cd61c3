//! The caller of a request, and the signed-in user.

use crate::{Client, Error, MissingPermission};
use domain::{
    AssetNumber, BearerTokenId, Right, Rights, Role, Scopes, TokenScope, UserId,
    bearer::{BearerKind, BearerToken},
};
use schema::{
    VisibleAssets, VisibleLinks, assets::Asset, collections::VisibleCollections, replica::UserVersion, rights::Subject,
    users::User, workspaces::Workspace,
};
use std::net::IpAddr;

/// A signed-in user and the user's workspace. Viewers see nothing of other workspaces.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// The user.
    pub user: User,
    /// The version of the user's row, by which a replica tells whether it has what the user has changed.
    pub version: UserVersion,
    /// The workspace of the user.
    pub workspace: Workspace,
    /// The bearer token by which the user is signed in. What is signed for the user ends with it.
    pub token: BearerTokenId,
    /// How that token was issued.
    pub token_kind: BearerKind,
    /// What that token may be used for. The API asks before anything runs (`graphql/src/request/scopes.rs`).
    pub scopes: Scopes,
    /// The rights of the role and of rules on the whole workspace. Rules on single assets may add to them.
    pub rights: Rights,
}

impl Viewer {
    /// The viewer, if an administrator whose token may be used for that.
    pub fn require_admin(&self) -> Result<&Self, Error> {
        if !self.is_admin() {
            return Err(Error::Forbidden(MissingPermission::Administrator));
        }
        if self.scopes.has(TokenScope::Admin) {
            Ok(self)
        } else {
            Err(Error::Forbidden(MissingPermission::Scope(TokenScope::Admin)))
        }
    }

    /// Fails for a program with a personal access token. What a person decides about their account needs that they have
    /// signed in: a token that leaks must not make others, or lock its owner out.
    pub fn require_session(&self) -> Result<(), Error> {
        match self.token_kind {
            BearerKind::Session => Ok(()),
            BearerKind::Personal => Err(Error::Forbidden(MissingPermission::Session)),
        }
    }

    /// Fails for a program that makes an administrator: whoever can invite one can become one.
    pub fn require_session_for(&self, role: Option<Role>) -> Result<(), Error> {
        if role == Some(Role::Admin) { self.require_session() } else { Ok(()) }
    }

    /// The subject for queries of rights on single assets.
    pub fn subject(&self) -> Subject {
        Subject { user: self.user.id, everywhere: self.rights }
    }

    /// Whether the viewer is an administrator.
    pub fn is_admin(&self) -> bool {
        self.user.role == Role::Admin
    }

    /// Whether the viewer sees only what access rules name: a guest, to whom no rule shows the whole workspace.
    pub fn is_guest(&self) -> bool {
        !self.rights.has(Right::Read)
    }

    /// The number of an asset of the viewer's workspace, with its prefix.
    pub fn number_of(&self, asset: &Asset) -> AssetNumber {
        AssetNumber { prefix: self.workspace.number_prefix.clone(), count: asset.number }
    }

    /// The count of an asset's number; none, if the text is no number of the viewer's workspace.
    pub fn count_of(&self, number: &str) -> Option<i64> {
        let number: AssetNumber = number.parse().ok()?;
        (number.prefix == self.workspace.number_prefix).then_some(number.count)
    }

    /// Which assets the viewer may see.
    pub fn visible_assets(&self) -> VisibleAssets {
        VisibleAssets { workspace: self.workspace.id, reader: self.is_guest().then_some(self.user.id) }
    }

    /// Which collections the viewer may see.
    pub fn visible_collections(&self) -> VisibleCollections {
        VisibleCollections {
            workspace: self.workspace.id,
            user: (!self.is_admin()).then_some(self.user.id),
            is_guest: self.is_guest(),
        }
    }

    /// Whether the viewer may look up another user. Guests see only the names of people, with what these have made.
    pub fn may_see_user(&self, id: UserId) -> bool {
        self.user.id == id || self.user.role != Role::Guest
    }

    /// Whether the viewer sees more of another user than the name: their address and their role.
    pub fn may_see_details_of(&self, id: UserId) -> bool {
        self.user.id == id || !matches!(self.user.role, Role::Guest | Role::Viewer)
    }

    /// Which links the viewer may see and manage: their own; for administrators, everybody's.
    pub fn visible_links(&self) -> VisibleLinks {
        VisibleLinks { workspace: self.workspace.id, created_by: (!self.is_admin()).then_some(self.user.id) }
    }

    /// Fails if the viewer does not have this right on the whole workspace.
    pub fn require(&self, right: Right) -> Result<(), Error> {
        if self.rights.has(right) { Ok(()) } else { Err(Error::Forbidden(MissingPermission::Right(right))) }
    }
}

/// The caller of a request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The signed-in user, if the request has a valid token.
    pub viewer: Option<Viewer>,
    /// The token of the request.
    pub bearer: Option<BearerToken>,
    /// The address of the client.
    pub address: IpAddr,
    /// What the client calls itself.
    pub program: Option<String>,
    /// The header `Idempotency-Key`.
    pub idempotency_key: Option<String>,
    /// Whether the client asks not to be tracked.
    pub do_not_track: bool,
}

impl Caller {
    /// The client.
    pub fn client(&self) -> Client {
        Client { address: self.address, program: self.program.clone() }
    }

    /// The signed-in user. The error tells whether the token is missing or invalid.
    pub fn signed_in(&self) -> Result<&Viewer, Error> {
        let nobody = || if self.bearer.is_some() { Error::TokenEnded } else { Error::Unauthenticated };
        self.viewer.as_ref().ok_or_else(nobody)
    }
}
