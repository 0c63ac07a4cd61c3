// @generated automatically by Diesel CLI.

diesel::table! {
    access_rules (id) {
        id -> Uuid,
        workspace_id -> Uuid,
        user_id -> Nullable<Uuid>,
        group_id -> Nullable<Uuid>,
        asset_id -> Nullable<Uuid>,
        collection_id -> Nullable<Uuid>,
        rights -> Int4,
        created_at -> Timestamptz,
    }
}

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
        crc32 -> Nullable<Int8>,
        ingest_version -> Int4,
        warning -> Nullable<Text>,
        placeholder -> Nullable<Bytea>,
        description -> Nullable<Text>,
        alt_text -> Nullable<Text>,
        deleted_at -> Nullable<Timestamptz>,
        deleted_by -> Nullable<Uuid>,
        captured_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    collection_assets (collection_id, asset_id) {
        collection_id -> Uuid,
        asset_id -> Uuid,
        position -> Int8,
        in_bin -> Bool,
    }
}

diesel::table! {
    asset_counters (asset_id) {
        asset_id -> Uuid,
        view_count -> Int4,
        download_count -> Int4,
        last_accessed_at -> Timestamptz,
    }
}

diesel::table! {
    asset_days (asset_id, day) {
        asset_id -> Uuid,
        day -> Date,
        views -> Int4,
        visitors -> Int4,
        downloads -> Int4,
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
        workspace_id -> Nullable<Uuid>,
        created_by -> Nullable<Uuid>,
        crc32 -> Nullable<Int8>,
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
        last_used_at -> Nullable<Timestamptz>,
        address -> Nullable<Text>,
        program -> Nullable<Text>,
        scopes -> Int4,
    }
}

diesel::table! {
    collections (id) {
        id -> Uuid,
        workspace_id -> Uuid,
        name -> Text,
        kind -> Text,
        hidden -> Bool,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    face_indexes (asset_id) {
        asset_id -> Uuid,
        workspace_id -> Uuid,
        model_version -> Int2,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    faces (id) {
        id -> Int8,
        asset_id -> Uuid,
        workspace_id -> Uuid,
        x -> Float4,
        y -> Float4,
        width -> Float4,
        height -> Float4,
        quality -> Float4,
        embedding -> Bytea,
    }
}

diesel::table! {
    idempotency_keys (user_id, key) {
        user_id -> Uuid,
        key -> Text,
        request_mac -> Bytea,
        answer -> Nullable<Jsonb>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    installation (id) {
        id -> Uuid,
    }
}

diesel::table! {
    link_days (link_id, day) {
        link_id -> Uuid,
        day -> Date,
        views -> Int4,
        visitors -> Int4,
        downloads -> Int4,
    }
}

diesel::table! {
    link_events (id) {
        id -> Int8,
        workspace_id -> Uuid,
        link_id -> Uuid,
        link_name -> Text,
        actor_id -> Nullable<Uuid>,
        action -> Text,
        changes -> Jsonb,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    links (id) {
        id -> Uuid,
        workspace_id -> Uuid,
        kind -> Text,
        name -> Text,
        asset_id -> Nullable<Uuid>,
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
        collection_id -> Nullable<Uuid>,
        cover_asset_id -> Nullable<Uuid>,
        creator_disabled -> Bool,
        description -> Nullable<Text>,
        show_creator -> Bool,
        member_order -> Text,
    }
}

diesel::table! {
    outbox (id) {
        id -> Int8,
        job -> Jsonb,
        created_at -> Timestamptz,
        priority -> Int2,
    }
}

diesel::table! {
    password_links (id) {
        id -> Uuid,
        user_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    periodic_jobs (name) {
        name -> Text,
        fired_at -> Timestamptz,
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
        watermark_version -> Int4,
        crc32 -> Nullable<Int8>,
    }
}

diesel::table! {
    security_events (id) {
        id -> Int8,
        workspace_id -> Uuid,
        action -> Text,
        actor_id -> Nullable<Uuid>,
        subject_id -> Nullable<Uuid>,
        subject_name -> Nullable<Text>,
        address -> Nullable<Text>,
        changes -> Jsonb,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    unexamined_recordings (asset_id) {
        asset_id -> Uuid,
    }
}

diesel::table! {
    user_group_members (group_id, user_id) {
        group_id -> Uuid,
        user_id -> Uuid,
    }
}

diesel::table! {
    user_groups (id) {
        id -> Uuid,
        workspace_id -> Uuid,
        name -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    user_storage (user_id) {
        user_id -> Uuid,
        used -> Int8,
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
        disabled_at -> Nullable<Timestamptz>,
        deleted_at -> Nullable<Timestamptz>,
        invited_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    workspace_storage (workspace_id) {
        workspace_id -> Uuid,
        used -> Int8,
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
        delete_automatic_collections -> Bool,
        watermark_file_id -> Nullable<Uuid>,
        watermark_opacity -> Float8,
        watermark_placement -> Text,
        watermark_version -> Int4,
        embed_origins -> Nullable<Array<Nullable<Text>>>,
        audit_days -> Nullable<Int4>,
        security_event_days -> Nullable<Int4>,
        statistics_days -> Nullable<Int4>,
        accent_color -> Nullable<Text>,
        gallery_background -> Text,
        imprint -> Nullable<Text>,
        contact -> Nullable<Text>,
        logo_file_id -> Nullable<Uuid>,
        logo_width -> Nullable<Int4>,
        logo_height -> Nullable<Int4>,
        person_search -> Bool,
    }
}

diesel::joinable!(access_rules -> assets (asset_id));
diesel::joinable!(access_rules -> collections (collection_id));
diesel::joinable!(access_rules -> user_groups (group_id));
diesel::joinable!(access_rules -> users (user_id));
diesel::joinable!(access_rules -> workspaces (workspace_id));
diesel::joinable!(assets -> workspaces (workspace_id));
diesel::joinable!(collection_assets -> assets (asset_id));
diesel::joinable!(collection_assets -> collections (collection_id));
diesel::joinable!(asset_counters -> assets (asset_id));
diesel::joinable!(asset_days -> assets (asset_id));
diesel::joinable!(attachments -> assets (asset_id));
diesel::joinable!(attachments -> users (created_by));
diesel::joinable!(bearer_tokens -> users (user_id));
diesel::joinable!(collections -> users (created_by));
diesel::joinable!(collections -> workspaces (workspace_id));
diesel::joinable!(face_indexes -> assets (asset_id));
diesel::joinable!(face_indexes -> workspaces (workspace_id));
diesel::joinable!(faces -> assets (asset_id));
diesel::joinable!(faces -> workspaces (workspace_id));
diesel::joinable!(idempotency_keys -> users (user_id));
diesel::joinable!(link_days -> links (link_id));
diesel::joinable!(link_events -> users (actor_id));
diesel::joinable!(link_events -> workspaces (workspace_id));
diesel::joinable!(links -> assets (asset_id));
diesel::joinable!(links -> collections (collection_id));
diesel::joinable!(links -> users (created_by));
diesel::joinable!(links -> workspaces (workspace_id));
diesel::joinable!(password_links -> users (user_id));
diesel::joinable!(proxies -> assets (asset_id));
diesel::joinable!(security_events -> users (actor_id));
diesel::joinable!(security_events -> workspaces (workspace_id));
diesel::joinable!(unexamined_recordings -> assets (asset_id));
diesel::joinable!(user_group_members -> user_groups (group_id));
diesel::joinable!(user_group_members -> users (user_id));
diesel::joinable!(user_groups -> workspaces (workspace_id));
diesel::joinable!(user_storage -> users (user_id));
diesel::joinable!(users -> workspaces (workspace_id));
diesel::joinable!(workspace_storage -> workspaces (workspace_id));

diesel::allow_tables_to_appear_in_same_query!(
    access_rules,
    assets,
    collection_assets,
    asset_counters,
    asset_days,
    attachments,
    bearer_tokens,
    collections,
    face_indexes,
    faces,
    idempotency_keys,
    installation,
    link_days,
    link_events,
    links,
    outbox,
    password_links,
    periodic_jobs,
    proxies,
    security_events,
    unexamined_recordings,
    user_group_members,
    user_groups,
    user_storage,
    users,
    workspace_storage,
    workspaces,
);
