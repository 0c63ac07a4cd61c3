//! Where the listings of signed-in people are read: from a replica, if there is one that has what they have changed, or
//! else from the primary.
//!
//! Only two ways lead to a replica: [`Listings::read`] of a page, and a [`Listing`] of a request to the API. Nothing else
//! has its connections, so that no decision about a link, no authentication and no change can come from there.
//!
//! - **Who has changed something sees it.** After each change, [`Listings::changed`] writes the row of the user anew, before
//!   the change is answered. The next request reads the version of this row with the token, on the primary, and a replica
//!   is only used if it has the same version (`schema::replica`). It does not matter which processes answer.
//! - **What somebody may do is read on the primary.** What a guest sees at all depends on access rules, which are rows as
//!   well, so that guests always read from the primary.
//! - **A replica is never waited for.** If it is away, it is left alone for some seconds; if it is far behind
//!   (`freshness.rs`), until it has caught up. Whatever fails on it is asked again on the primary.
//! - **One request sees one server**, over one connection, so that what it reads later is never older than what it read
//!   first.

mod freshness;
mod listing;
mod replica;

pub use freshness::Freshness;
pub use listing::Listing;
pub use replica::{Compared, Counted, LISTED_WITHIN, Listings, ReplicaPools, ReplicaTimes};
