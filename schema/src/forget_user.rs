//! Removes what is known of a person. The row of the user stays, with a pseudonym, because the audit trail, assets and
//! collections refer to it.

use crate::{
    password_links,
    schema::{access_rules, bearer_tokens, idempotency_keys, user_group_members, users},
    statement::statement,
    users::User,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{Role, UserId, password};

/// Removes the personal data of a locked user: name and address, also in the log of security events, sessions, tokens, groups
/// and rules. Returns the pseudonym that takes the place of the name.
pub async fn forget(conn: &mut AsyncPgConnection, user: &User, now: DateTime<Utc>) -> QueryResult<String> {
    let id = user.id;
    let mut short = id.to_string();
    let pseudonym = format!("Deleted user {}", short.split_off(short.len().saturating_sub(6)));
    diesel::delete(bearer_tokens::table.filter(bearer_tokens::user_id.eq(id))).execute(conn).await?;
    password_links::delete_of(conn, id).await?;
    diesel::delete(access_rules::table.filter(access_rules::user_id.eq(id))).execute(conn).await?;
    diesel::delete(user_group_members::table.filter(user_group_members::user_id.eq(id))).execute(conn).await?;
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::user_id.eq(id))).execute(conn).await?;
    statement(ABOUT).bind::<SqlUuid, _>(id).bind::<Text, _>(&pseudonym).execute(conn).await?;
    statement(TOKENS).bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(user.workspace_id).execute(conn).await?;
    statement(MEMBERS)
        .bind::<SqlUuid, _>(user.workspace_id)
        .bind::<Text, _>(&user.name)
        .bind::<Text, _>(&pseudonym)
        .execute(conn)
        .await?;
    // Without any role but the least, so that no rule about roles has to think of deleted users.
    diesel::update(users::table.find(id))
        .set((
            // The top-level domain is reserved for addresses that do not exist: RFC 2606. Nobody can take this one before.
            users::email.eq(format!("{}@deleted.invalid", UserId::new())),
            users::name.eq(&pseudonym),
            users::role.eq(Role::Guest.as_str()),
            users::password_hash.eq(password::hash_of_none()),
            users::disabled_at.eq(Some(user.disabled_at.unwrap_or(now))),
            users::deleted_at.eq(Some(now)),
            users::invited_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(conn)
        .await?;
    Ok(pseudonym)
}

/// Events about the user: without addresses, and without changes of name and e-mail address.
const ABOUT: &str = "UPDATE security_events SET subject_name = $2, address = NULL, changes = (
        SELECT coalesce(jsonb_agg(change), '[]') FROM jsonb_array_elements(changes) AS change
        WHERE change ->> 'field' NOT IN ('name', 'email'))
    WHERE subject_id = $1";

/// Events about the user's tokens, which have names that the user chose.
const TOKENS: &str = "UPDATE security_events SET subject_name = NULL
    WHERE workspace_id = $2 AND action IN ('TOKEN_CREATED', 'TOKEN_REVOKED')
        AND (actor_id = $1 OR subject_id IN (
            SELECT subject_id FROM security_events WHERE actor_id = $1 AND action = 'TOKEN_CREATED'))";

/// Events about groups, whose changes have the names of members.
const MEMBERS: &str = "UPDATE security_events SET changes = (
        SELECT jsonb_agg(change || jsonb_strip_nulls(jsonb_build_object(
            'from', CASE WHEN change ->> 'from' = $2 THEN $3 END, 'to', CASE WHEN change ->> 'to' = $2 THEN $3 END)))
        FROM jsonb_array_elements(changes) AS change)
    WHERE workspace_id = $1 AND action = 'GROUP_UPDATED'
        AND changes @> jsonb_build_array(jsonb_build_object('field', 'member'))";
