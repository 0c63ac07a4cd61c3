//! What is written down about accounts and rights, and about what people delete.

use crate::text_enum::text_enum;

text_enum! {
    /// What happened to an account, or to what people may do, and what was deleted.
    pub enum SecurityAction {
        /// A person signed in.
        SignedIn = "SIGNED_IN",
        /// A wrong password was typed for an account.
        SignInFailed = "SIGN_IN_FAILED",
        /// Too many wrong passwords were typed for an account, so that strangers wait.
        SignInLocked = "SIGN_IN_LOCKED",
        /// A person signed out.
        SignedOut = "SIGNED_OUT",
        /// A user was added.
        UserCreated = "USER_CREATED",
        /// A user was invited.
        UserInvited = "USER_INVITED",
        /// The name or role of a user was changed.
        UserUpdated = "USER_UPDATED",
        /// A user was disabled.
        UserDisabled = "USER_DISABLED",
        /// A disabled user may sign in again.
        UserEnabled = "USER_ENABLED",
        /// A user was deleted, or left.
        UserDeleted = "USER_DELETED",
        /// A group was added.
        GroupCreated = "GROUP_CREATED",
        /// The members of a group were changed.
        GroupUpdated = "GROUP_UPDATED",
        /// A group was deleted, with the rules about it.
        GroupDeleted = "GROUP_DELETED",
        /// A rule gave rights.
        AccessGranted = "ACCESS_GRANTED",
        /// A rule was taken back.
        AccessRevoked = "ACCESS_REVOKED",
        /// A personal access token was made.
        TokenCreated = "TOKEN_CREATED",
        /// A personal access token was ended.
        TokenRevoked = "TOKEN_REVOKED",
        /// A session was ended from elsewhere.
        SessionRevoked = "SESSION_REVOKED",
        /// A link was made by which a person chooses a password; without an actor, the person asked for it, or whoever runs the
        /// server did.
        PasswordLinkCreated = "PASSWORD_LINK_CREATED",
        /// A person changed their password.
        PasswordChanged = "PASSWORD_CHANGED",
        /// A person changed their e-mail address.
        EmailChanged = "EMAIL_CHANGED",
        /// The settings of the workspace were changed.
        SettingsChanged = "SETTINGS_CHANGED",
        /// An asset was put into the bin.
        AssetDeleted = "ASSET_DELETED",
        /// An asset was taken out of the bin.
        AssetRestored = "ASSET_RESTORED",
        /// An attachment of an asset was deleted.
        AttachmentDeleted = "ATTACHMENT_DELETED",
    }
}
