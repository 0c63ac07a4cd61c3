//! The cover of a link: the picture that stands for it in messengers and on other sites.

use super::{Members, Visit, VisitError};
use crate::{
    covers,
    files::{AssetFiles, ReadyProxy},
};
use domain::{AssetId, FileId, Preset, Rights, access::Resource};
use schema::{assets::Asset, collections, proxies::Proxy};

/// Among how many members of a collection the first one with a picture is looked for.
const FIRST: i64 = 60;

/// The cover of a link, for a visitor who may see it.
#[derive(Debug, Clone)]
pub struct Cover {
    /// Its asset.
    pub asset: AssetId,
    /// Which version of the asset it is.
    pub preset: Preset,
    /// The width of the full-screen version in pixels, if that is made and the link shows it.
    pub enlarged_width: Option<i32>,
    /// The asset's picture, blurred into a few bytes.
    pub placeholder: Option<Vec<u8>>,
    /// The text that stands for the picture of its asset.
    pub alt: String,
    /// The blob of its picture: plain or watermarked, as the link shows it.
    pub file: FileId,
    /// In bytes.
    pub(crate) byte_size: i64,
    pub(crate) media_type: String,
    /// In pixels.
    pub size: (i32, i32),
}

impl Cover {
    /// Width and height of the JPEG that is made of it, in pixels.
    pub fn dimensions(&self) -> (i32, i32) {
        covers::dimensions(self)
    }
}

impl Visit<'_> {
    /// The cover of the whole link: the chosen asset if the link shows it and its picture is made, or else the first
    /// asset with a picture.
    /// `found` are the first members of the link's collection in its usual order, if they are loaded already.
    pub async fn cover(&self, found: Option<&Members>) -> Result<Option<Cover>, VisitError> {
        self.decide(Resource::Page)?;
        let Some(collection) = self.opened.link.collection_id else { return self.cover_of_found().await };
        if let Some(chosen) = self.opened.link.settings.cover_asset_id {
            let creator = self.opened.creator();
            let member =
                collections::shared_member(&mut *self.services.pool.get().await?, collection, creator, chosen).await?;
            if let Some(member) = member {
                let files = AssetFiles::load(self.services, &[member.asset.id]).await?;
                if let Some(cover) = self.cover_of(&member.asset, member.rights, &files) {
                    return Ok(Some(cover));
                }
            }
        }
        let loaded = match found {
            Some(_) => None,
            None => Some(self.member_page(collection, &self.usual_query(), (FIRST, 1)).await?),
        };
        let Some(members) = found.or(loaded.as_ref()) else { return Ok(None) };
        let cover = |member: &collections::SharedMember| self.cover_of(&member.asset, member.rights, &members.files);
        Ok(members.shown.iter().find_map(cover))
    }

    /// The picture of the asset that the visit found, as the cover of its own page.
    pub async fn cover_of_found(&self) -> Result<Option<Cover>, VisitError> {
        let asset = self.found_asset()?;
        let files = AssetFiles::load(self.services, &[asset.id]).await?;
        Ok(self.cover_of(asset, self.target().creator, &files))
    }

    /// The picture of an asset of the link, whose creator has these rights on it, if it is made and the visitor may see
    /// it.
    pub fn cover_of(&self, asset: &Asset, creator: Rights, files: &AssetFiles) -> Option<Cover> {
        let target = if self.has_found(Some(asset.id)) {
            self.target()
        } else {
            super::decision::target_facts(asset, true, creator)
        };
        let shown = |preset: Preset| {
            let permit = self.decide(Resource::Picture(target, preset)).ok()?;
            let is_shown = |proxy: &&Proxy| proxy.preset == preset && proxy.watermarked == permit.watermarked;
            let proxy = files.proxies(asset.id).iter().find(is_shown)?;
            Some((proxy, ReadyProxy::of(proxy)?))
        };
        [Preset::Preview, Preset::Poster].into_iter().find_map(|preset| {
            let (proxy, ready) = shown(preset)?;
            Some(Cover {
                asset: asset.id,
                preset,
                enlarged_width: shown(Preset::Fullscreen).and_then(|(_, large)| Some(large.dimensions?.0)),
                placeholder: asset.placeholder.clone(),
                alt: asset.alt().to_owned(),
                file: proxy.file_id?,
                byte_size: ready.byte_size,
                media_type: ready.media_type.to_owned(),
                size: ready.dimensions?,
            })
        })
    }
}
