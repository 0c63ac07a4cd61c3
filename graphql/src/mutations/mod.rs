//! Everything that can be done, one action a file.

mod access_rules;
mod access_tokens;
mod attach_file;
mod change_dead_jobs;
mod change_links;
mod collections;
mod create_collection_link;
mod create_download_link;
mod create_public_link;
mod create_user;
mod delete_links;
mod editable;
mod generate_password;
mod new_link;
mod payloads;
mod session;
mod set_original_state;
mod set_watermark;
mod share_assets;
mod switch_link;
mod update_link;
mod update_user;
mod update_workspace;
mod upload_asset;
mod user_groups;

use async_graphql::MergedObject;

/// Everything that can be done.
#[derive(MergedObject, Default)]
pub(crate) struct Mutation(
    session::SessionMutations,
    access_tokens::AccessTokenMutations,
    upload_asset::UploadAsset,
    attach_file::AttachFile,
    set_original_state::SetOriginalState,
    create_public_link::CreatePublicLink,
    create_download_link::CreateDownloadLink,
    create_collection_link::CreateCollectionLink,
    share_assets::ShareAssets,
    update_link::UpdateLink,
    switch_link::SwitchLink,
    delete_links::DeleteLinks,
    change_links::ChangeLinks,
    collections::CollectionMutations,
    generate_password::GeneratePassword,
    create_user::CreateUser,
    update_user::UpdateUser,
    user_groups::UserGroupMutations,
    access_rules::AccessRuleMutations,
    update_workspace::UpdateWorkspace,
    set_watermark::SetWatermark,
    change_dead_jobs::ChangeDeadJobs,
);
