//! Asks `domain` what a visitor may see and download.

use super::{Visit, VisitError};
use crate::files::{self, AssetFile, FileName, ReadyProxy};
use domain::{
    AssetSource, OriginalState, Preset, Rights,
    access::{Permit, Refusal, Resource, TargetFacts, VisitorFacts, decide},
};
use schema::assets::Asset;

impl Visit<'_> {
    /// Decides whether the visitor may see something.
    pub fn decide(&self, resource: Resource) -> Result<Permit, Refusal> {
        self.ask(resource, false)
    }

    /// Decides whether the visitor may download a file of the asset, or continue to download it.
    pub fn decide_download(&self, file: FileName) -> Result<Permit, Refusal> {
        let counted = self.opened.asset.as_ref().is_some_and(|asset| self.may_continue(file.counted(asset.id)));
        self.ask(Resource::Download(self.target(), file.version()), counted)
    }

    /// Decides whether the visitor may download a file of an asset that the link leads to, on which the link's creator
    /// has these rights.
    pub fn offers(&self, asset: &Asset, creator: Rights, file: FileName) -> Result<Permit, Refusal> {
        let counted = self.may_repeat(file.counted(asset.id));
        self.ask(Resource::Download(target_facts(asset, true, creator), file.version()), counted)
    }

    /// Whether the pages of the link may show a version of an asset that it leads to, on which the link's creator has
    /// these rights.
    pub fn shows(&self, asset: &Asset, creator: Rights, preset: Preset) -> bool {
        self.decide(Resource::Picture(target_facts(asset, true, creator), preset)).is_ok()
    }

    /// The file to download, if the visitor may have it, and how.
    pub async fn download(&self, file: FileName) -> Result<(AssetFile, Permit), VisitError> {
        let permit = self.decide_download(file)?;
        let proxy = self.proxy(permit).and_then(ReadyProxy::of);
        Ok((files::to_save(self.services, self.found_asset()?.into(), file, proxy).await?, permit))
    }

    /// The facts about the asset; without an asset, those of one that the link does not lead to.
    pub fn target(&self) -> TargetFacts {
        let creator = self.opened.creator().everywhere;
        match &self.opened.asset {
            Some(asset) => target_facts(asset, self.opened.in_link, creator),
            None => TargetFacts {
                in_link: false,
                source: AssetSource::External,
                original: OriginalState::Unavailable,
                creator,
            },
        }
    }

    /// Decides about a resource; `counted` says whether its download was counted for the visitor.
    pub(crate) fn ask(&self, resource: Resource, counted: bool) -> Result<Permit, Refusal> {
        let visitor = VisitorFacts { unlocked: self.is_unlocked(), counted };
        decide(&self.opened.facts(), visitor, resource, self.now)
    }
}

/// What the rules need to know of an asset, for a link by a creator with these rights.
pub(crate) fn target_facts(asset: &Asset, in_link: bool, creator: Rights) -> TargetFacts {
    TargetFacts { in_link, source: asset.source, original: asset.original_state, creator }
}
