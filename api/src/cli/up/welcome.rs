//! The text that greets whoever has started an installation.

use super::administrator::{KnownPassword, SignIn};
use anyhow::Context;
use app::Services;
use domain::AssetKind;
use schema::{
    Page, VisibleAssets,
    assets::{self, AssetFilter},
    workspaces,
};

/// The text with the addresses, how to sign in, and a first call to paste.
pub(super) async fn welcome(services: &Services, sign_in: &SignIn) -> anyhow::Result<String> {
    let mut conn = services.pool.get().await?;
    let workspace = workspaces::oldest(&mut conn).await?.context("there is no workspace")?;
    let count = assets::count(&mut conn, VisibleAssets::all(workspace.id), &AssetFilter::default()).await?;
    let count = if count.is_estimate { format!("about {}", count.rows) } else { count.rows.to_string() };
    let pictures = AssetFilter { kind: Some(AssetKind::Image), ..AssetFilter::default() };
    let newest = assets::list(&mut conn, VisibleAssets::all(workspace.id), &pictures, Page::first(1)).await?.rows;
    let url = &services.public_url;
    let prefix = &workspace.number_prefix;
    let example =
        newest.first().map_or_else(String::new, |asset| format!("\n  An asset     {url}/a/{prefix}-{}", asset.number));
    let email = &sign_in.email;
    let (told, pasted) = match &sign_in.password {
        KnownPassword::Generated(password) => (password.as_str(), password.as_str()),
        KnownPassword::Configured => ("(the password you have set)", "…"),
        KnownPassword::Unknown => {
            ("(exists already and keeps the password; if it is forgotten, run `vitrine password-link`)", "…")
        }
    };
    Ok(format!(
        "
Vitrine is up, with {count} assets.

  Library      {url}/library{example}
  Playground   {url}/graphiql
  Sign-in      {email}  {told}

A first call to paste:

  curl {url}/graphql -H 'Content-Type: application/json' \\
    -d '{{\"query\": \"mutation {{ signIn(input: {{email: \\\"{email}\\\", password: \\\"{pasted}\\\"}}) {{ token userErrors {{ message }} }} }}\"}}'

Ctrl-C stops everything; what you keep here stays.
"
    ))
}
