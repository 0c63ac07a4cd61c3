//! Who asks: a signed-in user, or anybody who sends a request.

use crate::{Error, MissingPermission};
use domain::{Right, Rights, bearer::BearerToken};
use schema::{VisibleLinks, collections::VisibleCollections, rights::Subject, users::User, workspaces::Workspace};
use std::net::IpAddr;

/// A signed-in user and the workspace that all he sees belongs to.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// Who.
    pub user: User,
    /// Where.
    pub workspace: Workspace,
    /// What role and rules let the viewer do with everything in the workspace. Rules may add to it for single assets.
    pub rights: Rights,
}

impl Viewer {
    /// The viewer, who must run the workspace.
    pub fn require_admin(&self) -> Result<&Self, Error> {
        if self.is_admin() { Ok(self) } else { Err(Error::Forbidden(MissingPermission::Administrator)) }
    }

    /// Whom rights on single assets are asked for.
    pub fn subject(&self) -> Subject {
        Subject { user: self.user.id, everywhere: self.rights }
    }

    /// Whether the viewer runs the workspace.
    pub fn is_admin(&self) -> bool {
        self.user.role == domain::Role::Admin
    }

    /// Which collections the viewer may see.
    pub fn visible_collections(&self) -> VisibleCollections {
        VisibleCollections { workspace: self.workspace.id, user: (!self.is_admin()).then_some(self.user.id) }
    }

    /// Which links the viewer may see and manage: his own, and an administrator everybody's.
    pub fn visible_links(&self) -> VisibleLinks {
        VisibleLinks { workspace: self.workspace.id, created_by: (!self.is_admin()).then_some(self.user.id) }
    }

    /// Refuses a viewer without this right on everything.
    pub fn require(&self, right: Right) -> Result<(), Error> {
        if self.rights.has(right) { Ok(()) } else { Err(Error::Forbidden(MissingPermission::Right(right))) }
    }
}

/// Who sent a request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The signed-in user, if the request carries a token that lives.
    pub viewer: Option<Viewer>,
    /// The token it carries.
    pub bearer: Option<BearerToken>,
    /// Where it comes from.
    pub address: IpAddr,
    /// The header `Idempotency-Key`.
    pub idempotency_key: Option<String>,
}

impl Caller {
    /// The signed-in user; anybody else is told why there is none.
    pub fn signed_in(&self) -> Result<&Viewer, Error> {
        let nobody = || if self.bearer.is_some() { Error::TokenEnded } else { Error::Unauthenticated };
        self.viewer.as_ref().ok_or_else(nobody)
    }
}
