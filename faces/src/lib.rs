//! Finds faces in pictures, and tells how much they look alike.
//!
//! A picture goes in as pixels in memory, and what comes out are places and embeddings: 128 numbers of a face, which are
//! near those of the same person's face in another picture. Embeddings are biometric data. This crate stores nothing,
//! logs nothing, and reads no file but the weights of its models (`weights/README.md` says where these come from).
//!
//! Distances, thresholds and the way in which a face is aligned belong to the weights. Whoever changes one of them
//! raises `models::VERSION`, so that faces which were indexed before are indexed anew.
//!
//! This is a crate of its own because it is optimised in every build.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places in pictures are counted in whole pixels and computed in fractions of them; all are far below 2^23"
)]

mod band;
mod detect;
mod embedding;
mod find;
mod geometry;
mod landmarks;
mod likeness;
mod models;
mod picture;
mod seen;

pub use band::{Band, band};
pub use embedding::{Embedding, EmbeddingList};
pub use find::{Face, InPhoto, Pass, Place, find, find_in_photo};
pub use models::{FindError, LoadError, Models, VERSION, version};
pub use picture::{InvalidPicture, Rgb};
