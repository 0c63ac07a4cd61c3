//! What the token of a program must be for: the scopes that an operation needs, found before anything of it runs.
//!
//! A scope limits both what an operation begins with and what is reached from there. A root field has a line of its own
//! below. Below the root, the type decides: to select a field of a `Link`, wherever the link comes from, takes
//! `LINKS_READ`. The `id` of a thing is for everybody who reaches it, so that a program with links only can say what a
//! link leads to, and one with assets only can say who made a collection. A missing line needs every scope, and fails a
//! test.
//!
//! Sessions have all scopes. Signed URLs of files ask for the scope anew (`schema::media`).

use super::{
    document::CheckedDocument,
    refusal::{Problem, Refusal, RequestErrorCode},
};
use apollo_compiler::{
    ExecutableDocument, ast,
    executable::{Field, Selection, SelectionSet},
};
use app::{Error, MissingPermission};
use async_graphql::{Value, Variables};
use domain::{
    Scopes,
    TokenScope::{self, Admin, AssetsRead, AssetsWrite, LinksRead, LinksWrite},
    node_id::{self, NodeKind},
};
use std::collections::{BTreeMap, HashSet};

const NONE: &[TokenScope] = &[];
const LINKS: &[TokenScope] = &[LinksRead];
const CHANGE_LINKS: &[TokenScope] = &[LinksWrite];
const ASSETS: &[TokenScope] = &[AssetsRead];
const CHANGE_ASSETS: &[TokenScope] = &[AssetsWrite];
const ADMIN: &[TokenScope] = &[Admin];
/// Whoever makes an account can sign in with it, and then do all that its role may.
const EVERYTHING: &[TokenScope] = &[LinksWrite, AssetsWrite, Admin];

/// The root types.
const ROOTS: [&str; 3] = ["Query", "Mutation", "Subscription"];

/// What each root field needs. Their names are different over all root types. Where a line says nothing although the field
/// changes an account, its operation asks for a session.
const ROOT_FIELDS: &[(&str, &[TokenScope])] = &[
    ("accessRules", ADMIN),
    ("accessToken", NONE),
    // One's own; for those of others, it asks whether the viewer is an administrator, whose token is for that.
    ("accessTokens", NONE),
    ("asset", ASSETS),
    ("assets", ASSETS),
    ("collection", ASSETS),
    ("collections", ASSETS),
    ("jobQueue", ADMIN),
    ("link", LINKS),
    ("linkEvents", ADMIN),
    ("links", LINKS),
    // And what the kind of the id needs.
    ("node", NONE),
    // For visitors, and with what the link hands out.
    ("searchSharedLinkByPerson", NONE),
    ("securityEvents", ADMIN),
    ("sessions", NONE),
    ("shareOptions", LINKS),
    ("sharedLink", NONE),
    ("userGroups", ADMIN),
    ("users", ADMIN),
    ("viewer", NONE),
    ("workspace", NONE),
    ("addToCollection", CHANGE_ASSETS),
    ("addToUserGroup", ADMIN),
    ("attachFile", CHANGE_ASSETS),
    ("changeEmail", NONE),
    ("changeLinks", CHANGE_LINKS),
    ("changePassword", NONE),
    ("choosePassword", NONE),
    ("clearLogo", ADMIN),
    ("clearWatermark", ADMIN),
    ("createAccessToken", NONE),
    ("createCollection", CHANGE_ASSETS),
    ("createCollectionLink", CHANGE_LINKS),
    ("createDownloadLink", CHANGE_LINKS),
    // Its operation asks for a session besides.
    ("createPasswordLink", ADMIN),
    ("createPublicLink", CHANGE_LINKS),
    ("createUser", EVERYTHING),
    ("createUserGroup", ADMIN),
    // The links to them are dead, or live again.
    ("deleteAssets", &[LinksWrite, AssetsWrite]),
    ("deleteAttachment", CHANGE_ASSETS),
    // The links to it are deleted as well.
    ("deleteCollection", &[LinksWrite, AssetsWrite]),
    ("deleteLinks", CHANGE_LINKS),
    // Links go to another person, or are deleted.
    ("deleteUser", &[LinksWrite, Admin]),
    ("deleteUserGroup", ADMIN),
    ("disableLink", CHANGE_LINKS),
    ("disableUser", &[LinksWrite, Admin]),
    ("discardJobs", ADMIN),
    ("enableLink", CHANGE_LINKS),
    ("enableUser", ADMIN),
    ("generatePassword", NONE),
    ("grantAccess", ADMIN),
    ("inviteUser", EVERYTHING),
    ("removeFromCollection", CHANGE_ASSETS),
    ("removeFromUserGroup", ADMIN),
    ("requestPasswordLink", NONE),
    ("restoreAssets", &[LinksWrite, AssetsWrite]),
    ("retryJobs", ADMIN),
    ("retryProxies", CHANGE_ASSETS),
    ("revokeAccess", ADMIN),
    ("revokeAccessToken", NONE),
    ("revokeSession", NONE),
    ("rotateLink", CHANGE_LINKS),
    ("setLogo", ADMIN),
    ("setOriginalState", CHANGE_ASSETS),
    ("setWatermark", ADMIN),
    // The collection that it makes is a part of the link.
    ("shareAssets", CHANGE_LINKS),
    ("signIn", NONE),
    ("signOut", NONE),
    ("unlockSharedLink", NONE),
    ("updateAsset", CHANGE_ASSETS),
    ("updateCollection", CHANGE_ASSETS),
    ("updateLink", CHANGE_LINKS),
    ("updateUser", ADMIN),
    ("updateWorkspace", ADMIN),
    ("uploadAsset", CHANGE_ASSETS),
    ("linkActivity", LINKS),
    ("linkPreparation", LINKS),
];

/// What the fields of each type need beside `id`. A connection and its edges need what their nodes need; payloads need
/// nothing, because their mutation is asked. Types that are only a part of others need what those need.
const TYPES: &[(&str, &[TokenScope])] = &[
    ("AccessRule", ADMIN),
    ("AccessToken", NONE),
    ("Asset", ASSETS),
    ("Attachment", ASSETS),
    ("Branding", NONE),
    ("Collection", ASSETS),
    ("DeadJob", ADMIN),
    ("DownloadOption", LINKS),
    ("FoundFace", NONE),
    ("JobLane", ADMIN),
    ("JobQueue", ADMIN),
    ("Link", LINKS),
    ("LinkActivity", NONE),
    ("LinkChange", ADMIN),
    ("LinkEvent", ADMIN),
    ("LinkPreparation", NONE),
    ("LinkSettings", LINKS),
    ("Logo", NONE),
    ("Node", NONE),
    ("NotShareable", LINKS),
    ("PageInfo", NONE),
    ("PasswordLink", NONE),
    ("PersonMatch", NONE),
    ("PersonSearchProgress", ADMIN),
    ("Proxy", ASSETS),
    ("ProxyOption", LINKS),
    ("ProxyOptionGroup", LINKS),
    ("QrCode", LINKS),
    ("Retention", NONE),
    ("RunningJob", ADMIN),
    ("SecurityChange", ADMIN),
    ("SecurityEvent", ADMIN),
    ("Session", NONE),
    ("ShareOptions", LINKS),
    ("Shareability", ASSETS),
    ("SharedArchive", NONE),
    ("SharedAsset", NONE),
    ("SharedDownload", NONE),
    ("SharedLink", NONE),
    ("SharedPicture", NONE),
    ("SharedTrack", NONE),
    ("Statistics", NONE),
    ("StatisticsCounts", NONE),
    ("StatisticsDay", NONE),
    ("StorageUse", NONE),
    ("User", NONE),
    ("UserError", NONE),
    ("UserGroup", ADMIN),
    ("Watermark", NONE),
    ("Workspace", NONE),
];

/// Fields that need more than their type.
const FIELDS: &[(&str, &str, &[TokenScope])] = &[("Watermark", "url", ASSETS)];

/// What the object of an id needs.
fn of_kind(kind: NodeKind) -> &'static [TokenScope] {
    match kind {
        NodeKind::User => NONE,
        NodeKind::Asset | NodeKind::Attachment | NodeKind::Collection => ASSETS,
        NodeKind::Link => LINKS,
        NodeKind::AccessToken | NodeKind::AccessRule | NodeKind::UserGroup => ADMIN,
    }
}

/// Refuses an operation that needs more than these scopes.
pub(super) fn check(checked: &CheckedDocument, variables: &Variables, scopes: Scopes) -> Result<(), Refusal> {
    if scopes == Scopes::ALL {
        return Ok(());
    }
    let document = &checked.document;
    let mut walk = Walk { document, variables, scopes, seen: HashSet::new(), missing: BTreeMap::new() };
    walk.set(&checked.operation.selection_set);
    if walk.missing.is_empty() {
        return Ok(());
    }
    let problem = |(scope, field): (TokenScope, String)| {
        let message = Error::Forbidden(MissingPermission::Scope(scope)).message();
        Problem::new(RequestErrorCode::Forbidden, format!("{message} The field `{field}` needs it."))
    };
    Err(Refusal::of(walk.missing.into_iter().map(problem).collect(), None))
}

/// Walks over the fields that will run.
struct Walk<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    scopes: Scopes,
    /// The fragments that were walked over.
    seen: HashSet<&'a str>,
    /// The missing scopes, each with the first field that needs it.
    missing: BTreeMap<TokenScope, String>,
}

impl<'a> Walk<'a> {
    fn set(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            if self.is_left_out(selection.directives()) {
                continue;
            }
            match selection {
                Selection::Field(field) => {
                    self.field(set.ty.as_str(), field);
                    self.set(&field.selection_set);
                }
                Selection::InlineFragment(fragment) => self.set(&fragment.selection_set),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name)
                        && self.seen.insert(&fragment.name)
                    {
                        self.set(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn field(&mut self, parent: &str, field: &'a Field) {
        self.need(needed(parent, &field.name), parent, field);
        if parent == "Query" && field.name == "node" {
            let kind = self.text(field, "id").and_then(node_id::parse).map(|(kind, _)| of_kind(kind));
            self.need(kind.unwrap_or(NONE), parent, field);
        }
    }

    fn need(&mut self, needed: &[TokenScope], parent: &str, field: &Field) {
        for scope in needed.iter().filter(|scope| !self.scopes.has(**scope)) {
            self.missing.entry(*scope).or_insert_with(|| format!("{parent}.{}", field.name));
        }
    }

    /// Whether `@skip` or `@include` leaves a selection out.
    fn is_left_out(&self, directives: &'a ast::DirectiveList) -> bool {
        directives.iter().any(|directive| {
            let condition = directive.specified_argument_by_name("if").and_then(|value| self.truth(value));
            match directive.name.as_str() {
                "skip" => condition == Some(true),
                "include" => condition == Some(false),
                _ => false,
            }
        })
    }

    fn truth(&self, value: &'a ast::Value) -> Option<bool> {
        match value {
            ast::Value::Boolean(truth) => Some(*truth),
            ast::Value::Variable(name) => match self.variables.get(name.as_str()) {
                Some(Value::Boolean(truth)) => Some(*truth),
                _ => None,
            },
            _ => None,
        }
    }

    fn text(&self, field: &'a Field, argument: &str) -> Option<&'a str> {
        match &**field.specified_argument_by_name(argument)? {
            ast::Value::String(text) => Some(text),
            ast::Value::Variable(name) => match self.variables.get(name.as_str()) {
                Some(Value::String(text)) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The scopes that a field needs.
fn needed(parent: &str, field: &str) -> &'static [TokenScope] {
    if field.starts_with("__") || parent.starts_with("__") {
        return NONE;
    }
    if ROOTS.contains(&parent) {
        return ROOT_FIELDS.iter().find(|(name, _)| *name == field).map_or(TokenScope::ALL, |(_, needed)| needed);
    }
    if field == "id" || parent.ends_with("Payload") {
        return NONE;
    }
    let of_field = FIELDS.iter().find(|(ty, name, _)| *ty == parent && *name == field).map(|(.., needed)| *needed);
    of_field.unwrap_or_else(|| {
        let node = node_type(parent);
        TYPES.iter().find(|(name, _)| *name == node).map_or(TokenScope::ALL, |(_, needed)| needed)
    })
}

/// The type of the nodes of a connection; any other type itself.
fn node_type(name: &str) -> &str {
    name.strip_suffix("Connection").or_else(|| name.strip_suffix("Edge")).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::SCHEMA;
    use apollo_compiler::schema::ExtendedType;
    use std::collections::BTreeSet;

    /// The types that have fields, without those of introspection.
    fn types() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
        SCHEMA.types.iter().filter(|(name, _)| !name.starts_with("__")).filter_map(|(name, ty)| {
            let fields = match ty {
                ExtendedType::Object(object) => &object.fields,
                ExtendedType::Interface(interface) => &interface.fields,
                _ => return None,
            };
            Some((name.as_str(), fields.keys().map(apollo_compiler::Name::as_str).collect()))
        })
    }

    #[test]
    fn every_root_field_has_one_line() {
        let mut fields: Vec<&str> =
            types().filter(|(name, _)| ROOTS.contains(name)).flat_map(|(_, fields)| fields).collect();
        let mut lines: Vec<&str> = ROOT_FIELDS.iter().map(|(name, _)| *name).collect();
        fields.sort_unstable();
        lines.sort_unstable();
        assert_eq!(fields, lines);
    }

    #[test]
    fn every_type_has_one_line() {
        let is_listed = |name: &str| !ROOTS.contains(&name) && !name.ends_with("Payload");
        let names: BTreeSet<&str> =
            types().map(|(name, _)| name).filter(|name| is_listed(name)).map(node_type).collect();
        let mut lines: Vec<&str> = TYPES.iter().map(|(name, _)| *name).collect();
        lines.sort_unstable();
        assert_eq!(names.into_iter().collect::<Vec<_>>(), lines);
    }

    #[test]
    fn fields_that_need_more_exist() {
        for (parent, field, _) in FIELDS {
            assert!(types().any(|(name, fields)| name == *parent && fields.contains(field)), "{parent}.{field}");
        }
    }
}
