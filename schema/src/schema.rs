// @generated automatically by Diesel CLI.

diesel::table! {
    assets (id) {
        id -> Uuid,
        workspace_id -> Uuid,
        number -> Int8,
        title -> Text,
        file_name -> Text,
        kind -> Text,
        media_type -> Text,
        byte_size -> Nullable<Int8>,
        width -> Nullable<Int4>,
        height -> Nullable<Int4>,
        duration_seconds -> Nullable<Float8>,
        source -> Text,
        original_state -> Text,
        file_id -> Nullable<Uuid>,
        sha256 -> Nullable<Bytea>,
        external_url -> Nullable<Text>,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    attachments (id) {
        id -> Uuid,
        asset_id -> Uuid,
        file_name -> Text,
        media_type -> Text,
        byte_size -> Int8,
        file_id -> Uuid,
        sha256 -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    bearer_tokens (id) {
        id -> Uuid,
        sha256 -> Bytea,
        user_id -> Uuid,
        kind -> Text,
        name -> Nullable<Text>,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    links (id) {
        id -> Uuid,
        workspace_id -> Uuid,
        kind -> Text,
        name -> Text,
        asset_id -> Uuid,
        created_by -> Uuid,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        token_sha256 -> Bytea,
        token_version -> Int4,
        key_id -> Text,
        password_hash -> Nullable<Text>,
        password_version -> Int4,
        allow_original -> Bool,
        allow_proxies -> Bool,
        allow_attachments -> Bool,
        proxy_presets -> Nullable<Array<Nullable<Text>>>,
        starts_at -> Nullable<Timestamptz>,
        expires_at -> Nullable<Timestamptz>,
        max_downloads -> Nullable<Int4>,
        watermark -> Bool,
        person_search -> Bool,
        disabled_at -> Nullable<Timestamptz>,
        view_count -> Int4,
        download_count -> Int4,
        last_accessed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    outbox (id) {
        id -> Int8,
        job -> Jsonb,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    proxies (asset_id, preset, watermarked) {
        asset_id -> Uuid,
        preset -> Text,
        watermarked -> Bool,
        state -> Text,
        file_id -> Nullable<Uuid>,
        media_type -> Nullable<Text>,
        byte_size -> Nullable<Int8>,
        width -> Nullable<Int4>,
        height -> Nullable<Int4>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    users (id) {
        id -> Uuid,
        workspace_id -> Uuid,
        email -> Text,
        name -> Text,
        role -> Text,
        password_hash -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    workspaces (id) {
        id -> Uuid,
        name -> Text,
        number_prefix -> Text,
        time_zone -> Text,
        last_number -> Int8,
        created_at -> Timestamptz,
    }
}

diesel::joinable!(assets -> users (created_by));
diesel::joinable!(assets -> workspaces (workspace_id));
diesel::joinable!(attachments -> assets (asset_id));
diesel::joinable!(bearer_tokens -> users (user_id));
diesel::joinable!(links -> assets (asset_id));
diesel::joinable!(links -> users (created_by));
diesel::joinable!(links -> workspaces (workspace_id));
diesel::joinable!(proxies -> assets (asset_id));
diesel::joinable!(users -> workspaces (workspace_id));

diesel::allow_tables_to_appear_in_same_query!(
    assets,
    attachments,
    bearer_tokens,
    links,
    outbox,
    proxies,
    users,
    workspaces,
);
