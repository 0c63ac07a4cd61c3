//! What lists show of somebody's sessions and personal access tokens.

use super::program;
use crate::pages::{PageError, instant};
use app::{Services, Viewer};
use chrono::{DateTime, Utc};
use domain::{TokenScope, UserId, bearer::BearerKind, short_id};
use schema::bearer_tokens::{self, IssuedToken};

/// A session.
pub(super) struct SessionRow {
    pub(super) id: String,
    /// `Firefox on Windows`.
    pub(super) program: String,
    /// Whether the page is asked for in it.
    pub(super) is_current: bool,
    /// When it began, when it was last used, and from where.
    pub(super) facts: Vec<String>,
}

/// A personal access token.
pub(super) struct TokenRow {
    pub(super) id: String,
    pub(super) name: String,
    /// What it may be used for.
    pub(super) scopes: Vec<&'static str>,
    /// When it was made, when it ends, when it was last used, and by what.
    pub(super) facts: Vec<String>,
}

/// A person's sessions and tokens that live, newest first.
pub(super) struct Issued {
    pub(super) sessions: Vec<SessionRow>,
    pub(super) tokens: Vec<TokenRow>,
}

impl Issued {
    /// Those of a user of the viewer's workspace.
    pub(super) async fn to(services: &Services, viewer: &Viewer, user: UserId) -> Result<Self, PageError> {
        let sessions = load(services, viewer, user, BearerKind::Session).await?;
        let tokens = load(services, viewer, user, BearerKind::Personal).await?;
        Ok(Self {
            sessions: sessions.iter().map(|token| session(viewer, token)).collect(),
            tokens: tokens.iter().map(|token| personal(viewer, token)).collect(),
        })
    }

    /// How many sessions there are besides the one in which the page is asked for.
    pub(super) fn other_sessions(&self) -> usize {
        self.sessions.iter().filter(|session| !session.is_current).count()
    }
}

/// The sessions or the tokens of a user of the viewer's workspace.
pub(super) async fn load(
    services: &Services,
    viewer: &Viewer,
    user: UserId,
    kind: BearerKind,
) -> Result<Vec<IssuedToken>, PageError> {
    let mut conn = services.pool.get().await?;
    Ok(bearer_tokens::of_user(&mut conn, (viewer.workspace.id, user), kind, services.now()).await?)
}

fn session(viewer: &Viewer, token: &IssuedToken) -> SessionRow {
    let used = token.last_used_at.map(|at| format!("last used {}", shown(viewer, at)));
    let from = token.address.as_ref().map(|address| format!("from {address}"));
    SessionRow {
        id: short_id::encode(token.id),
        program: program::in_words(token.program.as_deref()),
        is_current: token.id == viewer.token,
        facts: [format!("Signed in {}", shown(viewer, token.created_at))].into_iter().chain(used).chain(from).collect(),
    }
}

fn personal(viewer: &Viewer, token: &IssuedToken) -> TokenRow {
    let end = token.expires_at.map(|end| format!("ends {}", shown(viewer, end)));
    let used = token.last_used_at.map_or_else(
        || "never used".to_owned(),
        |at| {
            let from = token.address.as_ref().map(|address| format!(" from {address}")).unwrap_or_default();
            format!("last used {} by {}{from}", shown(viewer, at), program::in_words(token.program.as_deref()))
        },
    );
    let made = format!("Made {}", shown(viewer, token.created_at));
    TokenRow {
        id: short_id::encode(token.id),
        name: token.name.clone().unwrap_or_default(),
        scopes: scopes(token),
        facts: [made].into_iter().chain(end).chain([used]).collect(),
    }
}

/// The names of a token's scopes, without those that others of it include.
fn scopes(token: &IssuedToken) -> Vec<&'static str> {
    let scopes = token.scopes();
    let is_included = |scope: TokenScope| match scope {
        TokenScope::LinksRead => scopes.has(TokenScope::LinksWrite),
        TokenScope::AssetsRead => scopes.has(TokenScope::AssetsWrite),
        TokenScope::LinksWrite | TokenScope::AssetsWrite | TokenScope::Admin => false,
    };
    scopes.list().into_iter().filter(|scope| !is_included(*scope)).map(scope_name).collect()
}

/// What a scope is for.
pub(super) const fn scope_name(scope: TokenScope) -> &'static str {
    match scope {
        TokenScope::LinksRead => "Read links",
        TokenScope::LinksWrite => "Make, change and delete links",
        TokenScope::AssetsRead => "Read the library and open its files",
        TokenScope::AssetsWrite => "Upload and change assets and collections",
        TokenScope::Admin => "Do what is for administrators",
    }
}

fn shown(viewer: &Viewer, at: DateTime<Utc>) -> String {
    instant::shown(at, viewer.workspace.zone())
}
