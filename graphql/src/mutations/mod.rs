//! The mutations, one file for each subject. A resolver parses its input, calls the operation of `app`, and maps what
//! it returns; checks, audit and follow-up work are the operation's.

mod access_rules;
mod access_tokens;
mod account;
mod assets;
mod change_links;
mod collections;
mod create_links;
mod dead_jobs;
mod generate_password;
mod password_links;
mod payloads;
mod search_by_person;
mod session;
mod share_assets;
mod shared_link;
mod user_groups;
mod users;
mod workspace;

use async_graphql::MergedObject;

/// Everything that can be done.
#[derive(MergedObject, Default)]
pub(crate) struct Mutation(
    session::SessionMutations,
    access_tokens::AccessTokenMutations,
    account::AccountMutations,
    assets::AssetMutations,
    create_links::CreateLinks,
    share_assets::ShareAssets,
    change_links::ChangeLinks,
    collections::CollectionMutations,
    generate_password::GeneratePassword,
    users::UserMutations,
    password_links::PasswordLinkMutations,
    user_groups::UserGroupMutations,
    access_rules::AccessRuleMutations,
    workspace::WorkspaceMutations,
    dead_jobs::DeadJobMutations,
    search_by_person::SearchByPerson,
    shared_link::SharedLinkMutations,
);
