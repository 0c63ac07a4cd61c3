//! The templates of the pages for signed-in users, and the values in them.

use super::{
    Frame, edit_asset::AssetForm, errors::Form, link_form::LinkForm, link_row::LinkRow, links_of::LinksOf,
    statistics_view::StatisticsView, typed::Shown,
};
use crate::pages::{templates::AssetView, texts::Texts};
use askama::Template;

/// The form to sign in.
#[derive(Template)]
#[template(path = "workspace/sign_in.html")]
pub(super) struct SignIn {
    pub(super) action: String,
    /// As it was typed.
    pub(super) email: String,
    pub(super) error: Option<String>,
    /// What has just happened.
    pub(super) notice: Option<&'static str>,
    /// Whether those who forgot their password get a mail.
    pub(super) sends_mail: bool,
}

/// Why something is refused.
#[derive(Template)]
#[template(path = "workspace/refused.html")]
pub(super) struct RefusedPage {
    pub(super) frame: Frame,
    pub(super) heading: String,
    pub(super) text: String,
}

/// The form in which a person chooses their password.
#[derive(Template)]
#[template(path = "workspace/choose_password.html")]
pub(super) struct ChoosePassword {
    /// It is their first.
    pub(super) is_invited: bool,
    pub(super) workspace: String,
    pub(super) email: String,
    pub(super) error: Option<String>,
}

/// The page of a password link that has been used, or has ended.
#[derive(Template)]
#[template(path = "workspace/password_link_ended.html")]
pub(super) struct PasswordLinkEnded {
    pub(super) sends_mail: bool,
}

/// The form for those who forgot their password.
#[derive(Template)]
#[template(path = "workspace/forgot_password.html")]
pub(super) struct ForgotPassword {
    /// As it was typed.
    pub(super) email: String,
    /// The form was sent.
    pub(super) is_sent: bool,
    pub(super) error: Option<String>,
}

/// An asset.
#[derive(Template)]
#[template(path = "workspace/asset.html")]
pub(super) struct AssetPage {
    pub(super) frame: Frame,
    pub(super) texts: Texts,
    pub(super) number: String,
    pub(super) asset: AssetView,
    pub(super) facts: Vec<(String, String)>,
    pub(super) problem: Option<String>,
    /// Whether the viewer may change and delete it.
    pub(super) may_edit: bool,
    /// Whether something could not be made, and may be tried again.
    pub(super) may_retry: bool,
    /// The attachments that may be deleted.
    pub(super) attachments: Vec<AttachmentRow>,
    /// What was just done to it.
    pub(super) notice: Option<String>,
    pub(super) internal_url: String,
    pub(super) why_not_shareable: Option<&'static str>,
    pub(super) may_create_download_link: bool,
    pub(super) statistics: StatisticsView,
    pub(super) links: Vec<LinkRow>,
    /// The page without a query.
    pub(super) here: String,
    pub(super) first_url: Option<String>,
    pub(super) next_url: Option<String>,
    pub(super) zone: String,
}

/// An attachment of an asset.
pub(super) struct AttachmentRow {
    pub(super) id: String,
    pub(super) file_name: String,
}

/// The form with what people write about an asset.
#[derive(Template)]
#[template(path = "workspace/edit_asset.html")]
pub(super) struct EditAssetPage {
    pub(super) frame: Frame,
    /// The page of the asset.
    pub(super) path: String,
    /// Its present title.
    pub(super) heading: String,
    pub(super) form: AssetForm,
}

/// The window that makes a link to an asset.
#[derive(Template)]
#[template(path = "workspace/new_link.html")]
pub(super) struct NewLinkPage {
    pub(super) frame: Frame,
    pub(super) asset_path: String,
    pub(super) asset_title: String,
    pub(super) form: LinkForm,
    pub(super) form_id: String,
}

/// The settings of a link.
#[derive(Template)]
#[template(path = "workspace/edit_link.html")]
pub(super) struct EditLinkPage {
    pub(super) frame: Frame,
    pub(super) id: String,
    pub(super) name: String,
    /// The page to which the user returns.
    pub(super) to: String,
    /// What the form showed first.
    pub(super) shown: Shown,
    pub(super) form: LinkForm,
    pub(super) form_id: String,
}

/// The finished link.
#[derive(Template)]
#[template(path = "workspace/link_window.html")]
pub(super) struct LinkWindow {
    pub(super) frame: Frame,
    pub(super) heading: String,
    pub(super) is_new: bool,
    pub(super) clears_selection: bool,
    pub(super) row: LinkRow,
    pub(super) password: Option<String>,
    pub(super) everything: Option<String>,
    pub(super) embed_code: Option<String>,
    pub(super) responsive_embed_code: Option<String>,
    /// Left out where something was just done to the link.
    pub(super) statistics: Option<StatisticsView>,
    pub(super) close: String,
    pub(super) zone: String,
}

/// A question before something that cannot be undone.
#[derive(Template)]
#[template(path = "workspace/confirm.html")]
pub(super) struct Confirm {
    pub(super) frame: Frame,
    pub(super) heading: String,
    pub(super) text: String,
    /// The links that are meant.
    pub(super) names: Vec<String>,
    pub(super) action: String,
    pub(super) fields: Vec<(String, String)>,
    pub(super) button: String,
    pub(super) to: String,
    /// The operation of the API that does the same.
    pub(super) operation: &'static str,
}

/// An asset in the bin.
pub(super) struct BinTile {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) title: String,
    pub(super) thumbnail: String,
    pub(super) kind: &'static str,
    /// Whoever deleted it, if that is known.
    pub(super) deleted_by: Option<String>,
    pub(super) deleted_at: String,
    /// Until when it can be restored.
    pub(super) until: String,
    /// `3 days left`.
    pub(super) left: String,
}

/// A page of the bin.
#[derive(Template)]
#[template(path = "workspace/bin.html")]
pub(super) struct BinPage {
    pub(super) frame: Frame,
    pub(super) tiles: Vec<BinTile>,
    /// `12 assets`.
    pub(super) total: String,
    pub(super) here: String,
    pub(super) first_url: Option<String>,
    pub(super) next_url: Option<String>,
    /// This page with all boxes ticked.
    pub(super) tick_url: String,
    pub(super) is_ticked: bool,
    /// Whether the viewer may restore all of the workspace.
    pub(super) sees_all: bool,
    pub(super) zone: String,
    pub(super) notice: Option<String>,
    pub(super) error: Option<String>,
}

/// What stands in the place of the page of an asset that is in the bin.
#[derive(Template)]
#[template(path = "workspace/in_bin.html")]
pub(super) struct InBinPage {
    pub(super) frame: Frame,
    pub(super) tile: BinTile,
    pub(super) zone: String,
}

/// The window that asks before assets are deleted.
#[derive(Template)]
#[template(path = "workspace/delete_assets.html")]
pub(super) struct DeleteWindow {
    pub(super) frame: Frame,
    /// How many would be deleted.
    pub(super) count: usize,
    /// How many were selected.
    pub(super) requested: usize,
    /// The titles of the first.
    pub(super) names: Vec<String>,
    pub(super) left_out: LeftOut,
    /// The ids of all that were selected.
    pub(super) assets: Vec<String>,
    pub(super) links: i64,
    pub(super) collections: i64,
    pub(super) action: String,
    /// The page to which cancelling leads; none: the library, with the selection.
    pub(super) cancel: Option<String>,
    /// The place in the library.
    pub(super) place: Vec<(String, String)>,
}

/// The page after a deletion.
#[derive(Template)]
#[template(path = "workspace/deleted.html")]
pub(super) struct DeletedPage {
    pub(super) frame: Frame,
    /// The ids of what was deleted and can be restored.
    pub(super) assets: Vec<String>,
    /// The titles of the first.
    pub(super) names: Vec<String>,
    /// How many were not deleted.
    pub(super) left: usize,
    pub(super) until: Option<String>,
    pub(super) zone: String,
    /// The page to which the user returns.
    pub(super) to: String,
    /// The page that shows what was restored.
    pub(super) undone: String,
    pub(super) clears_selection: bool,
}

/// One of several values.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) label: &'static str,
    pub(super) is_chosen: bool,
}

/// An asset in the library.
pub(super) struct Tile {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) title: String,
    pub(super) path: String,
    pub(super) thumbnail: String,
    pub(super) kind: &'static str,
    pub(super) is_selected: bool,
    pub(super) why_not: Option<&'static str>,
}

/// A page of the library.
#[derive(Template)]
#[template(path = "workspace/library.html")]
pub(super) struct LibraryPage {
    pub(super) frame: Frame,
    pub(super) user_id: String,
    pub(super) search: String,
    pub(super) kinds: Vec<Choice>,
    /// The collections that the viewer sees: id, name, and whether it is chosen.
    pub(super) collections: Vec<(String, String, bool)>,
    /// The chosen collection.
    pub(super) collection: Option<String>,
    /// The place of this page, as it was asked for.
    pub(super) after: String,
    pub(super) before: String,
    /// Whether anything here may be shared.
    pub(super) may_share: bool,
    /// Whether the viewer may delete anything, here or elsewhere, and sees the bin.
    pub(super) may_edit: bool,
    /// Whether the viewer sees only what rules show them.
    pub(super) is_guest: bool,
    pub(super) may_upload: bool,
    pub(super) tiles: Vec<Tile>,
    /// The selected assets of other pages.
    pub(super) elsewhere: Vec<String>,
    pub(super) selected: usize,
    pub(super) shareable: usize,
    /// `12 assets`.
    pub(super) total: String,
    /// The asset before which the previous page ends, and the address of that page.
    pub(super) previous: Option<(String, String)>,
    /// The asset after which the next page begins, and the address of that page.
    pub(super) next: Option<(String, String)>,
    pub(super) is_filtered: bool,
    /// What was just restored.
    pub(super) notice: Option<String>,
    pub(super) error: Option<String>,
}

/// An asset that a share leaves out.
pub(super) struct LeftOutAsset {
    pub(super) title: String,
    pub(super) reason: &'static str,
}

/// What a share leaves out; of very many, only the first have names.
pub(super) struct LeftOut {
    pub(super) named: Vec<LeftOutAsset>,
    pub(super) count: usize,
}

/// The window that makes a link to a collection.
#[derive(Template)]
#[template(path = "workspace/collection_link.html")]
pub(super) struct CollectionLinkPage {
    pub(super) frame: Frame,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) requested: usize,
    pub(super) shareable: usize,
    pub(super) left_out: LeftOut,
    pub(super) form: LinkForm,
    pub(super) form_id: String,
}

/// The window that makes a link for the selected assets.
#[derive(Template)]
#[template(path = "workspace/share.html")]
pub(super) struct SharePage {
    pub(super) frame: Frame,
    pub(super) requested: usize,
    pub(super) shareable: usize,
    pub(super) left_out: LeftOut,
    pub(super) assets: Vec<String>,
    pub(super) collection_name: String,
    pub(super) default_collection_name: String,
    pub(super) form: LinkForm,
    pub(super) form_id: String,
}

/// The list of links.
#[derive(Template)]
#[template(path = "workspace/links.html")]
pub(super) struct LinksPage {
    pub(super) frame: Frame,
    /// Whose links an administrator can choose: id, name, and whether they are chosen; empty for other users.
    pub(super) makers: Vec<(String, String, bool)>,
    pub(super) search: String,
    pub(super) states: Vec<Choice>,
    pub(super) kinds: Vec<Choice>,
    /// The order without a choice.
    pub(super) default_sort: &'static str,
    pub(super) sorts: Vec<Choice>,
    pub(super) expires_before: String,
    pub(super) zone: String,
    pub(super) rows: Vec<LinkRow>,
    /// Whether a row names a time.
    pub(super) has_times: bool,
    /// `12 assets`.
    pub(super) total: String,
    pub(super) here: String,
    pub(super) previous_url: Option<String>,
    pub(super) next_url: Option<String>,
    pub(super) is_filtered: bool,
    pub(super) notice: Option<String>,
    pub(super) error: Option<String>,
}

/// One of the roles.
pub(super) struct RoleChoice {
    pub(super) value: &'static str,
    pub(super) name: &'static str,
    /// What people with it may do.
    pub(super) text: &'static str,
    pub(super) is_chosen: bool,
}

/// Somebody who could get the links of a person who leaves.
pub(super) struct SuccessorChoice {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) is_chosen: bool,
}

/// The question before an account is disabled or deleted.
#[derive(Template)]
#[template(path = "workspace/leaving.html")]
pub(super) struct LeavingPage {
    pub(super) frame: Frame,
    pub(super) heading: String,
    /// The address of the viewer, for whoever keeps their passwords.
    pub(super) email: String,
    /// What happens.
    pub(super) says: Vec<&'static str>,
    pub(super) links: LinksOf,
    /// What becomes of the links that nobody gets.
    pub(super) of_links: &'static str,
    /// What it means to get the links.
    pub(super) of_successor: &'static str,
    pub(super) successors: Vec<SuccessorChoice>,
    /// Whether it is the viewer's own account.
    pub(super) is_own: bool,
    pub(super) action: String,
    pub(super) button: &'static str,
    pub(super) to: String,
    /// The operation of the API that does the same.
    pub(super) operation: &'static str,
    pub(super) form: Form,
}

impl LibraryPage {
    /// Whether anything may be selected.
    fn may_select(&self) -> bool {
        self.may_share || self.may_edit
    }

    /// What is said while nothing is selected.
    fn invitation(&self) -> &'static str {
        match (self.may_share, self.may_edit) {
            (true, true) => "Tick assets to share or delete them together.",
            (true, false) => "Tick assets to share them together.",
            (false, _) => "Tick assets to delete them together.",
        }
    }
}
