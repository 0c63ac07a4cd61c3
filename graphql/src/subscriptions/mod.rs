//! Everything that can be waited for, one file a subject.

mod link_preparation;

use async_graphql::MergedSubscription;

/// Everything that can be waited for.
#[derive(MergedSubscription, Default)]
pub(crate) struct Subscription(link_preparation::LinkPreparationSubscription);
