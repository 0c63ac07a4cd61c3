//! Everything that can be done, one action a file.

mod access_tokens;
mod attach_file;
mod create_download_link;
mod create_public_link;
mod create_user;
mod delete_links;
mod generate_password;
mod new_link;
mod payloads;
mod session;
mod set_original_state;
mod update_workspace;
mod upload_asset;

use async_graphql::MergedObject;

/// Everything that can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(
    session::SessionMutations,
    access_tokens::AccessTokenMutations,
    upload_asset::UploadAsset,
    attach_file::AttachFile,
    set_original_state::SetOriginalState,
    create_public_link::CreatePublicLink,
    create_download_link::CreateDownloadLink,
    delete_links::DeleteLinks,
    generate_password::GeneratePassword,
    create_user::CreateUser,
    update_workspace::UpdateWorkspace,
);
