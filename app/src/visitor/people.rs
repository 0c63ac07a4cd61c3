//! The search for a person among the members of a link's collection.
//!
//! Of a photo, only the numbers of the faces are kept, and only by the visitor, sealed ([`domain::sealed_face`]). Each look at
//! what was found compares them anew with the faces in what the link shows at that moment, so that nothing is found that was
//! taken out, or that the link's creator may not share any more. The server stores and remembers nothing.

use super::{Visit, VisitError};
use crate::photos::{PhotoError, PhotoSlot, SeenPhoto};
use bytes::Bytes;
use domain::{
    AssetId, CollectionId,
    access::{Permit, Resource},
    sealed_face::SealedFor,
};
use faces::{Band, Embedding, EmbeddingList, Face, band};
use schema::collections::{count_unsearched, each_shared_face};
use std::{cmp::Ordering, collections::HashMap};

/// The most faces that are searched for at the same time.
pub const MAX_WANTED: usize = 5;

/// The people whom a visitor searches for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Their faces, sealed.
    pub faces: Vec<String>,
    /// Whether all of them are to be in a picture, and not any of them.
    pub together: bool,
}

/// What is found of the people who are searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPeople {
    /// The members in which somebody is found, the likeliest first.
    pub matches: Vec<PersonMatch>,
    /// How many members have not been looked at yet.
    pub unsearched: usize,
}

/// A member in which somebody was found who is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonMatch {
    /// The member.
    pub asset: AssetId,
    /// How likely it is them. If all are searched for together, how likely the least likely is.
    pub band: Band,
}

impl Visit<'_> {
    /// The collection in which the visitor may search for people now, if they may.
    pub fn searchable(&self) -> Result<(Permit, CollectionId), VisitError> {
        let permit = self.decide(Resource::Page)?;
        let collection = self.opened.link.collection_id.filter(|_| self.has_person_search(permit));
        Ok((permit, collection.ok_or(VisitError::NoPersonSearch)?))
    }

    /// Asks for the right to send a photo, before it is received. It is charged to the visitor's address.
    pub async fn begin_search(&self) -> Result<PhotoSlot, VisitError> {
        self.searchable()?;
        let busy = || crate::Error::Unavailable("too many photos are being looked at".to_owned());
        let slot = self.services.photos.enter(self.visitor.address).ok_or_else(busy)?;
        // Who is told to come back has not searched.
        self.services.throttle.photo(self.visitor.address).await.map_err(crate::Error::RateLimited)?;
        Ok(slot)
    }

    /// Looks for faces in a photo. Sending it and waiting for its turn took a while, in which the owner may have ended the
    /// search: the visit is returned as it is now, and only if it may still search.
    pub async fn look_at(&self, slot: PhotoSlot, photo: Bytes) -> Result<(Self, SeenPhoto), PhotoError> {
        let seen = self.services.photos.look(slot, photo).await?;
        let now = self.once_more().await.map_err(PhotoError::Refused)?;
        now.searchable().map_err(PhotoError::Refused)?;
        Ok((now, seen))
    }

    /// A face, sealed for the visitor to keep.
    pub fn seal(&self, face: &Face) -> String {
        let version = self.services.face_models.version().to_be_bytes();
        let bytes = [version.as_slice(), &face.likeness.to_bytes()].concat();
        self.sealed_for().seal(&self.services.keys, &bytes, self.now, &mut rand::rng())
    }

    /// What is found of the people who are searched for. Refused with [`VisitError::SearchEnded`] if one of the
    /// faces cannot be opened any more.
    pub async fn matches(&self, wanted: &Wanted) -> Result<FoundPeople, VisitError> {
        let (_, collection) = self.searchable()?;
        if wanted.faces.is_empty() || wanted.faces.len() > MAX_WANTED {
            return Err(VisitError::SearchEnded);
        }
        let faces: Option<Vec<Embedding>> = wanted.faces.iter().map(|sealed| self.unseal(sealed)).collect();
        let faces = faces.ok_or(VisitError::SearchEnded)?;
        let (mut assets, mut list) = (Vec::new(), EmbeddingList::default());
        let mut conn = self.services.pool.get().await?;
        let version = self.services.face_models.version();
        each_shared_face(&mut conn, collection, self.opened.creator_by_role(), version, |face| {
            if let Some(embedding) = Embedding::from_bytes(&face.embedding) {
                assets.push(face.asset_id);
                list.push(&embedding);
            }
        })
        .await?;
        let unsearched = count_unsearched(&mut conn, collection, self.opened.creator_by_role(), version).await?;
        drop(conn);
        let together = wanted.together;
        let compare = move || matches(&faces, &assets, &list, together);
        let matches = tokio::task::spawn_blocking(compare).await.map_err(crate::Error::internal)?;
        Ok(FoundPeople { matches, unsearched: usize::try_from(unsearched).unwrap_or_default() })
    }

    fn unseal(&self, sealed: &str) -> Option<Embedding> {
        let bytes = self.sealed_for().open(&self.services.keys, sealed, self.now)?;
        let (version, embedding) = bytes.split_first_chunk()?;
        (i16::from_be_bytes(*version) == self.services.face_models.version())
            .then(|| Embedding::from_bytes(embedding))
            .flatten()
    }

    fn sealed_for(&self) -> SealedFor {
        let link = &self.opened.link;
        SealedFor { link: link.id, token_version: link.token_version, password_version: link.password_version }
    }
}

/// How far the faces in an asset are from each wanted one: for each face one distance to each.
type Distances = Vec<Vec<f32>>;

/// Compares all faces with the wanted ones.
fn matches(wanted: &[Embedding], assets: &[AssetId], list: &EmbeddingList, together: bool) -> Vec<PersonMatch> {
    let mut of_assets: HashMap<AssetId, Distances> = HashMap::new();
    let all: Vec<Vec<f32>> = wanted.iter().map(|face| list.distances(face).collect()).collect();
    for (index, asset) in assets.iter().enumerate() {
        if all.iter().any(|distances| band(distances[index]).is_some()) {
            of_assets.entry(*asset).or_default().push(all.iter().map(|distances| distances[index]).collect());
        }
    }
    let distance = |faces: &Distances| if together { all_in(faces) } else { any_in(faces) };
    let mut found: Vec<(f32, AssetId)> = of_assets
        .iter()
        .map(|(asset, faces)| (distance(faces), *asset))
        .filter(|(distance, _)| band(*distance).is_some())
        .collect();
    found.sort_by(|one, other| one.0.total_cmp(&other.0).then_with(|| one.1.uuid().cmp(&other.1.uuid())));
    found.into_iter().filter_map(|(distance, asset)| Some(PersonMatch { asset, band: band(distance)? })).collect()
}

/// The distance of the nearest face to any wanted one.
fn any_in(faces: &Distances) -> f32 {
    faces.iter().flatten().copied().fold(f32::INFINITY, f32::min)
}

/// The greatest of the distances between each wanted face and a face of its own; infinite, if there are too few faces.
/// The nearest pair is taken first, so that a face that resembles two is that of the one whom it resembles more.
fn all_in(faces: &Distances) -> f32 {
    let Some(wanted) = faces.first().map(Vec::len).filter(|wanted| *wanted <= faces.len()) else {
        return f32::INFINITY;
    };
    let pairs = faces.iter().enumerate();
    let mut pairs: Vec<(f32, usize, usize)> = pairs
        .flat_map(|(face, distances)| distances.iter().enumerate().map(move |(person, far)| (*far, face, person)))
        .collect();
    pairs.sort_by(|one, other| one.0.partial_cmp(&other.0).unwrap_or(Ordering::Equal));
    let (mut taken, mut farthest) = (vec![false; faces.len()], vec![None; wanted]);
    for (far, face, person) in pairs {
        if !taken[face] && farthest[person].is_none() {
            taken[face] = true;
            farthest[person] = Some(far);
        }
    }
    farthest.into_iter().map(|far| far.unwrap_or(f32::INFINITY)).fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_and_all_are_told_apart() {
        // Two faces; the first resembles the first person, the second both.
        let both = vec![vec![0.2, 0.9], vec![0.4, 0.3]];
        assert!((any_in(&both) - 0.2).abs() < f32::EPSILON);
        assert!((all_in(&both) - 0.3).abs() < f32::EPSILON);
        // One face that resembles two people is that of one of them.
        let one = vec![vec![0.2, 0.3]];
        assert!((any_in(&one) - 0.2).abs() < f32::EPSILON);
        assert!(all_in(&one).is_infinite());
        let siblings = vec![vec![0.3, 0.2], vec![0.9, 0.9]];
        assert!((all_in(&siblings) - 0.9).abs() < f32::EPSILON);
        assert!(any_in(&Vec::new()).is_infinite() && all_in(&Vec::new()).is_infinite());
    }
}
